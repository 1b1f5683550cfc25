"""Where objects are kept and messages go, by what the environment names; and how an object of a bucket is read."""

from io import SEEK_END, BytesIO
from pathlib import Path

import pytest
from botocore.exceptions import IncompleteReadError, ReadTimeoutError

from mpm_site import broker, stores
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
