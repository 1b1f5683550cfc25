"""A file is sealed while it arrives; nothing readable of it is ever on a disk."""

import gc
import hashlib
import os
import secrets
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO, RawIOBase
from pathlib import Path

import pytest
from django.http import HttpRequest, UnreadablePostError
from django.test import RequestFactory
from pytest_django import Settings

from tests.vault.conftest import files_holding
from vault import actions, incoming
from vault.uploads import SealedUpload

CANARY = b"plaintext-canary-" + secrets.token_hex(8).encode()
BOUNDARY = "frontier"


@pytest.fixture(autouse=True)
def temporary_files_here(folders: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Whatever is written to a temporary folder is found by the tests."""
    (folders / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folders / "tmp"))
    settings.FILE_UPLOAD_TEMP_DIR = None


def body_of(data: bytes, *, name: str = "IMG_0001.jpg") -> bytes:
    what = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    head = f"--{BOUNDARY}\r\n{what}\r\nContent-Type: image/jpeg\r\n\r\n"
    return head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


def request_with(body: bytes, *, length: int | None = None, stream: object = None) -> HttpRequest:
    request = RequestFactory().generic("POST", "/", body, content_type=f"multipart/form-data; boundary={BOUNDARY}")
    environ = {**request.environ, "wsgi.input": stream or BytesIO(body), "CONTENT_LENGTH": str(length or len(body))}
    return type(request)(environ)


def received(request: HttpRequest) -> SealedUpload:
    upload = request.FILES["file"]
    assert isinstance(upload, SealedUpload)
    return upload


class Watched(RawIOBase):
    """A request's body that looks at the disk while it is read."""

    def __init__(self, body: bytes, look: "list[list[Path]]", folder: Path) -> None:
        self._body, self._look, self._folder = BytesIO(body), look, folder

    def read(self, size: int = -1) -> bytes:
        self._look.append(files_holding(self._folder, CANARY) + open_files_holding(CANARY))
        return self._body.read(size)


def open_files_holding(word: bytes) -> list[Path]:
    """Files that this process has open, the unlinked ones too, in which the word stands."""
    found = []
    for path in Path("/proc/self/fd").iterdir() if Path("/proc/self/fd").exists() else ():
        try:
            if stat.S_ISREG(path.stat().st_mode) and path.stat().st_size < 50_000_000 and word in path.read_bytes():
                found.append(path)
        except OSError:
            continue
    return found


@pytest.mark.requirement("F6")
def test_no_readable_byte_is_on_a_disk_during_or_after_an_upload(folders: Path) -> None:
    looks: list[list[Path]] = []
    data = CANARY * 100_000
    upload = received(request_with(body_of(data), stream=Watched(body_of(data), looks, folders)))
    assert len(looks) > 5
    assert not any(looks)
    assert files_holding(folders, CANARY, upload.key) == []
    assert upload.size == len(data)


def test_the_upload_knows_its_digests_and_not_its_name(folders: Path) -> None:
    data = CANARY * 9
    upload = received(request_with(body_of(data, name="Anna-birthday.jpg")))
    assert (upload.sha256, upload.md5) == (hashlib.sha256(data).hexdigest(), hashlib.md5(data).hexdigest())  # noqa: S324
    assert "Anna" not in f"{upload.name}{vars(upload)}"
    assert (upload.too_large, upload.content_type) == (False, "image/jpeg")
    assert stat.S_IMODE(upload.sealed.path.stat().st_mode) == 0o600
    with pytest.raises(OSError, match="not read"):
        upload.read()


@pytest.mark.requirement("C10")
def test_past_the_limit_the_rest_is_drained_and_nothing_is_kept(folders: Path, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 300_000
    upload = received(request_with(body_of(bytes(900_000))))
    assert (upload.too_large, upload.size) == (True, 900_000)
    assert list(incoming.folder().iterdir()) == []
    with pytest.raises(actions.UploadNotKept):
        actions.keep.__wrapped__(upload=upload)  # type: ignore[attr-defined]
    assert not received(request_with(body_of(bytes(300_000)))).too_large


def test_what_is_not_kept_is_gone_with_its_request(folders: Path) -> None:
    request = request_with(body_of(CANARY))
    assert received(request).sealed.path.exists()
    request.close()
    assert list(incoming.folder().iterdir()) == []
    assert received(request).key == b""


class Failing(BytesIO):
    """A body whose connection breaks."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 700_000:
            raise ConnectionResetError
        return super().read(size)


@pytest.mark.requirement("F6", "C2")
def test_a_broken_connection_leaves_nothing(folders: Path) -> None:
    body = body_of(bytes(3_000_000))
    with pytest.raises((UnreadablePostError, ConnectionResetError)):
        _ = request_with(body, stream=Failing(body)).FILES
    # The error's traceback held the handler.
    gc.collect()
    assert list(incoming.folder().iterdir()) == []


@pytest.mark.requirement("F6", "C2")
def test_a_body_that_ends_early_is_no_photo(folders: Path) -> None:
    body = body_of(bytes(900_000))
    with pytest.raises(UnreadablePostError):
        _ = request_with(body[:500_000], length=len(body)).FILES
    assert list(incoming.folder().iterdir()) == []


def test_leftovers_are_swept_after_an_hour(folders: Path) -> None:
    old, young = (incoming.folder() / name for name in ("old.part", "young.part"))
    for path in (old, young):
        path.write_bytes(b"sealed")
    os.utime(old, (time.time() - 3700,) * 2)
    assert list(incoming.leftovers()) == [old]


class Slow(BytesIO):
    """A body from a slow phone."""

    def read(self, size: int | None = -1, /) -> bytes:
        time.sleep(0.002)
        return super().read(min(size or 65536, 65536))


@pytest.mark.requirement("F6")
@pytest.mark.parametrize("moment", [0.02, 0.05, 0.1])
def test_killed_in_the_middle_there_is_still_nothing_readable(folders: Path, moment: float) -> None:
    body = body_of(CANARY * 300_000)
    child = os.fork()
    if child == 0:
        try:
            _ = request_with(body, stream=Slow(body)).FILES
        finally:
            os._exit(0)
    for _ in started(incoming.folder()):
        time.sleep(0.001)
    time.sleep(moment)
    os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert len(list(incoming.folder().iterdir())) == 1
    assert files_holding(folders, CANARY) == []


def started(folder: Path) -> Iterator[None]:
    """Until the first file is there, for at most ten seconds."""
    end = time.monotonic() + 10
    while not list(folder.iterdir()) and time.monotonic() < end:
        yield
