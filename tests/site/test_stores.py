"""Where objects are kept and messages go, by what the environment names; and how an object of a bucket is read."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import SEEK_END, BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, IncompleteReadError, ReadTimeoutError
from django.core.files.base import File

from mpm_site import broker, bucket, stores
from mpm_site.bucket import Bucket, StoreFailed, Unfinished
from mpm_site.bucket_reading import Reading

DATA = bytes(range(256)) * 20
NAMED = {
    "MPM_S3_ENDPOINT": "https://s3.example.org",
    "MPM_S3_REGION": "here",
    "MPM_S3_KEY_ID": "id",
    "MPM_S3_SECRET": "secret",
}


def test_by_default_objects_lie_in_folders(tmp_path: Path) -> None:
    assert stores.sealed(tmp_path)["OPTIONS"]["location"] == tmp_path
    assert stores.log(tmp_path)["OPTIONS"] == {"location": tmp_path}


def test_each_bucket_is_named_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in NAMED.items():
        monkeypatch.setenv(name, value)
    told = {"endpoint": "https://s3.example.org", "region": "here", "key_id": "id", "secret": "secret"}
    monkeypatch.setenv("MPM_S3_BUCKET", "pictures")
    assert stores.log(tmp_path)["OPTIONS"] == {"location": tmp_path}
    sealed = stores.sealed(tmp_path)
    assert sealed == {"BACKEND": stores.BUCKET, "OPTIONS": {**told, "bucket": "pictures", "replaces": False}}
    monkeypatch.setenv("MPM_S3_LOG_BUCKET", "log")
    assert stores.log(tmp_path)["OPTIONS"] == {**told, "bucket": "log", "replaces": True}


@pytest.mark.parametrize("url", ["amqp://mpm:x@broker/mpm", "amqps://mpm:x@broker/mpm"])
def test_rabbitmq_has_quorum_queues_and_confirms_each_message(url: str) -> None:
    assert broker.queue_arguments(url) == {"x-queue-type": "quorum"}
    assert broker.transport_options(url) == {"confirm_publish": True}


@pytest.mark.parametrize("url", ["redis://:x@broker/0", "rediss://:x@broker/0", "redis+socket:///run/broker.sock"])
def test_redis_soon_gives_back_what_a_lost_worker_had(url: str) -> None:
    assert broker.queue_arguments(url) == {}
    assert broker.transport_options(url)["visibility_timeout"] == 300


class Cut(BytesIO):
    """A stream that ends too early after so many reads."""

    def __init__(self, data: bytes, reads: int, error: Exception) -> None:
        super().__init__(data)
        self.reads, self.error = reads, error

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.reads:
            raise self.error
        self.reads -= 1
        return super().read(size)


@pytest.mark.parametrize(
    "error",
    [ReadTimeoutError(endpoint_url="there"), IncompleteReadError(actual_bytes=1, expected_bytes=2)],
    ids=["silent", "cut"],
)
def test_a_stream_that_is_cut_is_opened_again_where_it_was(error: Exception) -> None:
    opened: list[int] = []

    def open_at(place: int) -> BytesIO:
        opened.append(place)
        return Cut(DATA[place:], 2, error)

    file = Reading(open_at)
    assert b"".join(iter(lambda: file.read(1000), b"")) == DATA
    assert opened == [0, 2000, 4000, len(DATA)]


def test_a_stream_that_never_goes_on_is_given_up() -> None:
    file = Reading(lambda _place: Cut(DATA, 0, ReadTimeoutError(endpoint_url="there")))
    with pytest.raises(OSError, match="again and again"):
        file.read(1)


def test_reading_goes_on_anywhere_and_opens_only_what_is_read() -> None:
    opened: list[int] = []

    def open_at(place: int) -> BytesIO:
        opened.append(place)
        return BytesIO(DATA[place:])

    file = Reading(open_at)
    assert file.read(0) == b""
    assert opened == []
    file.seek(300)
    assert file.read(5) == DATA[300:305]
    assert file.tell() == file.seek(305) == 305
    assert file.read() == DATA[305:]
    assert opened == [300]
    with pytest.raises(ValueError, match="end"):
        file.seek(0, SEEK_END)


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Pieces:
    """What a server answers about objects in pieces: of `refused` it refuses each."""

    def __init__(self, *refused: str, last_piece: datetime = NOON) -> None:
        self._refused, self._last_piece = refused, last_piece
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def answer(**_words: object) -> dict[str, str]:
            self.asked.append(name)
            if name in self._refused:
                answered: Any = {"Error": {"Code": name}, "ResponseMetadata": {"HTTPStatusCode": 500}}
                raise ClientError(answered, name)
            return {"UploadId": "1", "ETag": "2"}

        return answer

    def get_paginator(self, what: str) -> "Pieces":
        self.asked.append(what)
        return self

    def paginate(self, **words: str) -> Iterator[dict[str, list[dict[str, object]]]]:
        if "UploadId" in words:
            yield {"Parts": [{"LastModified": self._last_piece}]}
        else:
            yield {"Uploads": [{"Key": "one", "UploadId": "1", "Initiated": NOON}]}


def bucket_of(client: object, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    found = Bucket(bucket="pictures", endpoint="https://s3.example.org", region="here", key_id="id", replaces=True)
    monkeypatch.setattr(found, "_client", lambda: client)
    return found


class Counting(BytesIO):
    """Counts what is read of it."""

    bytes_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.bytes_read += len(found)
        return found


def test_a_long_object_is_read_once_and_why_it_failed_is_told_though_giving_up_fails_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bucket, "PIECE_BYTES", 1000)
    client, content = Pieces(), Counting(DATA)
    bucket_of(client, monkeypatch)._save("one", File(content))
    assert client.asked.count("upload_part") == 6
    assert content.bytes_read == len(DATA)
    client = Pieces("upload_part", "abort_multipart_upload")
    with pytest.raises(StoreFailed, match="upload_part"):
        bucket_of(client, monkeypatch)._save("one", File(BytesIO(DATA)))
    assert client.asked[-1] == "abort_multipart_upload"


def test_an_object_in_pieces_is_given_up_when_nothing_came_for_it_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    before, later = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    assert list(bucket_of(Pieces(), monkeypatch).unfinished(before)) == [Unfinished("one", "1")]
    assert list(bucket_of(Pieces(), monkeypatch).unfinished(NOON - timedelta(hours=1))) == []
    # Begun long ago, and still somebody's.
    assert list(bucket_of(Pieces(last_piece=later), monkeypatch).unfinished(before)) == []


class _Elsewhere(BaseHTTPRequestHandler):
    """Says of everything that it is in another region."""

    def do_GET(self) -> None:
        body = b"<Error><Code>PermanentRedirect</Code><Endpoint>s3.example.org</Endpoint></Error>"
        self.send_response(301)
        self.send_header("x-amz-bucket-region", "eu-west-3")
        self.send_header("Location", "https://s3.example.org/pictures/one")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def test_a_store_of_ones_own_sends_nobody_to_another_host(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    found = socket.getaddrinfo

    def asking(host: str, *words: Any, **options: Any) -> Any:
        asked.add(host)
        return found("127.0.0.1", *words, **options)

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(socket, "getaddrinfo", asking)
    there = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        one = Bucket(bucket="pictures", endpoint=there, region="us-east-1", key_id="id", secret="secret", seconds=1.0)
        with pytest.raises(StoreFailed, match="301"), one.open("one") as file:
            file.read()
    finally:
        server.shutdown()
        server.server_close()
    assert asked == {"127.0.0.1"}
