"""A bucket of an S3 server as Django's storage, for sealed pictures and for the log's copies (settings.STORAGES).

Nothing is held on disk, and in memory what is being read, or one piece of a long object that is written. Reads are a
stream from the byte that was asked for, taken up again where it was cut. Each refusal of the server, and silence, is an
OSError: what is not there a FileNotFoundError, what the key may not do a PermissionError. Loads boto3, which a site
without buckets need not have.
"""

from __future__ import annotations

import hashlib
import os
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from io import SEEK_END, SEEK_SET, BytesIO
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from django.core.files.storage import Storage

from mpm_site.bucket_reading import Reading

if TYPE_CHECKING:
    from datetime import datetime

CONNECT_SECONDS: Final = 5
ANSWER_SECONDS: Final = 15
TRIES: Final = 3
# At most as many threads as a web process has.
CONNECTIONS: Final = 64
# What is sent in one piece; a longer object in pieces of this many bytes.
PIECE_BYTES: Final = 64 * 1024 * 1024
_DIGESTED_BYTES: Final = 1024 * 1024


class StoreFailed(OSError):
    """The object store refused or did not answer; the message holds its word for it and no secret."""


class Unfinished(NamedTuple):
    """An object that was begun in pieces and neither completed nor given up: it is in no list, and its pieces stay."""

    name: str
    upload: str


class Bucket(Storage):
    """One bucket. `replaces`: what is saved takes the place of what has its name; otherwise that is FileExistsError."""

    def __init__(
        self,
        *,
        bucket: str,
        endpoint: str = "",
        region: str = "",
        key_id: str = "",
        secret: str = "",
        replaces: bool = False,
        seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.bucket = bucket
        self._replaces = replaces
        self._told = {
            "endpoint_url": endpoint or None,
            "region_name": region or None,
            "aws_access_key_id": key_id or None,
            "aws_secret_access_key": secret or None,
        }
        self._config = Config(
            signature_version="s3v4",
            # A server of one's own has no name for each bucket.
            s3={"addressing_style": "path" if endpoint else "auto"},
            connect_timeout=min(CONNECT_SECONDS, seconds),
            read_timeout=seconds,
            retries={"mode": "standard", "total_max_attempts": TRIES},
            max_pool_connections=CONNECTIONS,
            # Not every server knows the newer checksums; what is sent has an MD5, and sealed bytes prove themselves.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        self._lock = threading.Lock()
        self._made_by = 0
        self._made: Any = None

    # -- What Django's storages offer ---------------------------------------------------------------------------------

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: whether it is free is seen where it is written."""
        return name

    def exists(self, name: str) -> bool:
        """Whether there is an object of this name; raises StoreFailed when nobody knows."""
        try:
            self._head(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        """Its bytes; raises FileNotFoundError and StoreFailed."""
        return int(self._head(name)["ContentLength"])

    def get_modified_time(self, name: str) -> datetime:
        """When it was written; raises FileNotFoundError and StoreFailed."""
        return cast("datetime", self._head(name)["LastModified"])

    def delete(self, name: str) -> None:
        """Delete it and see that it is gone; harmless when it was. Raises StoreFailed."""
        with _said(name):
            self._client().delete_object(Bucket=self.bucket, Key=name)
        if self.exists(name):
            raise StoreFailed(f"{name} was deleted and is still there")

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Folders and files right under `path`; raises StoreFailed."""
        prefix = f"{path.strip('/')}/" if path.strip("/") else ""
        folders: list[str] = []
        files: list[str] = []
        for page in self._pages("list_objects_v2", Prefix=prefix, Delimiter="/"):
            folders += [found["Prefix"][len(prefix) : -1] for found in page.get("CommonPrefixes", ())]
            files += [found["Key"][len(prefix) :] for found in page.get("Contents", ())]
        return folders, files

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError("Objects are read only; save() writes them.")
        return File(cast("IO[bytes]", Reading(lambda start: self._body(name, start))), name)

    def _save(self, name: str, content: IO[Any] | File[Any]) -> str:
        # Asked before, because not every server takes a condition; ids are random, and nobody else writes this one.
        if not self._replaces and self.exists(name):
            raise FileExistsError(name)
        file = cast("BinaryIO", content)
        size = file.seek(0, SEEK_END)
        file.seek(0, SEEK_SET)
        if size <= PIECE_BYTES:
            self._put(name, file, size)
        else:
            self._put_in_pieces(name, file)
        return name

    # -- What a bucket offers beside ----------------------------------------------------------------------------------

    def names(self) -> Iterator[str]:
        """Every object's name, in the server's order: faster than going through folders. Raises StoreFailed."""
        for page in self._pages("list_objects_v2"):
            yield from (found["Key"] for found in page.get("Contents", ()))

    def keeps_versions(self) -> bool:
        """Whether the server keeps, or did keep, what was deleted. Raises StoreFailed when it does not say."""
        with _said("versioning"):
            told = self._client().get_bucket_versioning(Bucket=self.bucket)
        return bool(told.get("Status"))

    def unfinished(self, before: datetime) -> Iterator[Unfinished]:
        """Objects in pieces to which nothing came since `before`: whoever wrote them was killed. Raises StoreFailed.

        A piece or a beginning that came later is somebody's who still writes.
        """
        for page in self._pages("list_multipart_uploads"):
            for found in page.get("Uploads", ()):
                one = Unfinished(found["Key"], found["UploadId"])
                if found["Initiated"] <= before and self._newest_piece(one, found["Initiated"]) <= before:
                    yield one

    def give_up(self, one: Unfinished) -> None:
        """Have the server delete the pieces of an object that is not completed; harmless when they are gone."""
        with suppress(FileNotFoundError), _said(one.name):
            self._client().abort_multipart_upload(Bucket=self.bucket, Key=one.name, UploadId=one.upload)

    def make(self) -> bool:
        """Make the bucket where there is none; whether it had to be made. Raises PermissionError and StoreFailed."""
        try:
            with _said(self.bucket):
                self._client().head_bucket(Bucket=self.bucket)
        except FileNotFoundError:
            with _said(self.bucket):
                self._client().create_bucket(Bucket=self.bucket)
            return True
        return False

    # -- The server ---------------------------------------------------------------------------------------------------

    def _client(self) -> Any:
        """One client for all threads of a process, and another after a fork: connections are never shared."""
        if self._made_by != os.getpid():
            with self._lock:
                if self._made_by != os.getpid():
                    self._made = boto3.session.Session().client("s3", config=self._config, **self._told)
                    self._made_by = os.getpid()
        return self._made

    def _head(self, name: str) -> dict[str, Any]:
        with _said(name):
            return cast("dict[str, Any]", self._client().head_object(Bucket=self.bucket, Key=name))

    def _body(self, name: str, start: int) -> Any:
        """The object's bytes from `start` on as a stream, or none behind its end."""
        ranged = {"Range": f"bytes={start}-"} if start else {}
        with _said(name):
            try:
                return self._client().get_object(Bucket=self.bucket, Key=name, **ranged)["Body"]
            except ClientError as error:
                if start and _status(error) == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                    return BytesIO()
                raise

    def _pages(self, what: str, **options: str) -> Iterator[dict[str, Any]]:
        pages = iter(self._client().get_paginator(what).paginate(Bucket=self.bucket, **options))
        while True:
            with _said(f"its answer to {what}"):
                page = next(pages, None)
            if page is None:
                return
            yield cast("dict[str, Any]", page)

    def _newest_piece(self, one: Unfinished, begun: datetime) -> datetime:
        newest = begun
        with suppress(FileNotFoundError):
            for page in self._pages("list_parts", Key=one.name, UploadId=one.upload):
                newest = max([newest, *(piece["LastModified"] for piece in page.get("Parts", ()))])
        return newest

    def _put(self, name: str, file: BinaryIO, size: int) -> None:
        digest = _digest_of(file)
        with _said(name):
            self._client().put_object(Bucket=self.bucket, Key=name, Body=file, ContentLength=size, ContentMD5=digest)

    def _put_in_pieces(self, name: str, file: BinaryIO) -> None:
        """One object of several requests: it is there only once the last of them is done."""
        place = {"Bucket": self.bucket, "Key": name}
        with _said(name):
            begun = Unfinished(name, self._client().create_multipart_upload(**place)["UploadId"])
        place["UploadId"] = begun.upload
        try:
            with _said(name):
                done = [self._put_piece(place, at, piece) for at, piece in _pieces(file)]
                self._client().complete_multipart_upload(**place, MultipartUpload={"Parts": done})
        except BaseException:
            # What it was that failed is told, and not that giving up failed, too: the sweep by hand does it again.
            with suppress(OSError):
                self.give_up(begun)
            raise

    def _put_piece(self, place: dict[str, str], number: int, piece: bytes) -> dict[str, Any]:
        digest = b64encode(hashlib.md5(piece, usedforsecurity=False).digest()).decode()
        told = self._client().upload_part(**place, PartNumber=number, Body=piece, ContentMD5=digest)
        return {"PartNumber": number, "ETag": told["ETag"]}


def _digest_of(file: BinaryIO) -> str:
    """MD5 of a file, which is wound back."""
    digest = hashlib.md5(usedforsecurity=False)
    while data := file.read(_DIGESTED_BYTES):
        digest.update(data)
    file.seek(0, SEEK_SET)
    return b64encode(digest.digest()).decode()


def _pieces(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while piece := file.read(PIECE_BYTES):
        number += 1
        yield number, piece


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


@contextmanager
def _said(name: str) -> Iterator[None]:
    """What the server said, or did not, as an OSError."""
    try:
        yield
    except ClientError as error:
        status = _status(error)
        if status == HTTPStatus.NOT_FOUND and error.response.get("Error", {}).get("Code") != "NoSuchBucket":
            raise FileNotFoundError(name) from None
        code = error.response.get("Error", {}).get("Code", "")
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise PermissionError(f"The object store forbids {name}: {status} {code}") from None
        raise StoreFailed(f"The object store refused {name}: {status} {code}") from None
    except BotoCoreError as error:
        raise StoreFailed(f"The object store did not answer for {name}: {type(error).__name__}") from None
