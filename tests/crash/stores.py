"""An object store that fails in one way at one call, and is well otherwise. No folder: it is asked for everything."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, ClassVar

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

TIMEOUT, REFUSED = "the store did not answer in time", "the store refused"


def _raises(error: Exception, *, after: bool = False) -> Callable[..., Any]:
    """Fails before the call reaches the store, or loses its answer."""

    def call(real: Callable[..., Any], *args: Any) -> Any:
        if after:
            real(*args)
        raise error

    return call


def _saves(changed: Callable[[bytes], bytes], *, then: Exception | None = None) -> Callable[..., Any]:
    """Keeps something else than it was given, and says nothing, or says so."""

    def call(real: Callable[..., Any], name: str, data: bytes) -> Any:
        kept = real(name, changed(data))
        if then:
            raise then
        return kept

    return call


def _elsewhere(real: Callable[..., Any], name: str, data: bytes) -> Any:
    """Keeps it under another name, as a store does that finds one taken."""
    return real(f"{name}_x7Yw", data)


def _loses(_real: Callable[..., Any], name: str, _data: bytes) -> Any:
    """Says that it keeps what it does not keep."""
    return name


def _opens(changed: Callable[[bytes], bytes]) -> Callable[..., Any]:
    """Gives other bytes than it keeps."""

    def call(real: Callable[..., Any], name: str) -> Any:
        with real(name) as file:
            return ContentFile(changed(file.read()), name=name)

    return call


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _flipped(data: bytes) -> bytes:
    return data[:-9] + bytes([data[-9] ^ 4]) + data[-8:]


# What goes wrong, by the call and a word for it.
FAULTS: dict[tuple[str, str], Callable[..., Any]] = {
    ("save", "refused"): _raises(OSError(REFUSED)),
    ("save", "no answer"): _raises(TimeoutError(TIMEOUT)),
    ("save", "answer lost"): _raises(TimeoutError(TIMEOUT), after=True),
    ("save", "half, and says so"): _saves(_half, then=OSError(REFUSED)),
    ("save", "half, unsaid"): _saves(_half),
    ("save", "nothing, unsaid"): _saves(lambda _data: b""),
    ("save", "altered, unsaid"): _saves(_flipped),
    ("save", "under another name"): _elsewhere,
    ("save", "not at all, unsaid"): _loses,
    ("open", "refused"): _raises(OSError(REFUSED)),
    ("open", "no answer"): _raises(TimeoutError(TIMEOUT)),
    ("open", "half"): _opens(_half),
    ("open", "altered"): _opens(_flipped),
    ("delete", "refused"): _raises(OSError(REFUSED)),
    ("delete", "answer lost"): _raises(TimeoutError(TIMEOUT), after=True),
    ("exists", "no answer"): _raises(TimeoutError(TIMEOUT)),
}


@dataclass
class Fault:
    """One way to fail, at the call of that kind with this number, counted from 1; and how many calls there were."""

    call: str
    how: str
    number: int = 1
    calls: int = 0

    @property
    def came(self) -> bool:
        """Whether the call was made that failed."""
        return self.calls >= self.number


class FailingStore(Storage):
    """Put into settings.STORAGES["sealed"]; `failing` says when it fails, and how."""

    fault: ClassVar[Fault | None] = None

    def __init__(self, **options: Any) -> None:
        self._real = FileSystemStorage(**options)

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        opened: File[Any] = self._call("open", lambda of: self._real.open(of, mode), name)
        return opened

    def _save(self, name: str, content: IO[Any] | File[Any]) -> str:
        kept: str = self._call("save", lambda to, data: self._real.save(to, ContentFile(data)), name, content.read())
        return kept

    def delete(self, name: str) -> None:
        """Delete, or fail."""
        self._call("delete", self._real.delete, name)

    def exists(self, name: str) -> bool:
        """Look, or fail."""
        found: bool = self._call("exists", self._real.exists, name)
        return found

    def size(self, name: str) -> int:
        """In bytes."""
        return self._real.size(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Folders and files."""
        return self._real.listdir(path)

    def get_modified_time(self, name: str) -> datetime:
        """When it was written."""
        return self._real.get_modified_time(name)

    def _call(self, kind: str, real: Callable[..., Any], *args: Any) -> Any:
        fault = type(self).fault
        if fault is None or fault.call != kind:
            return real(*args)
        fault.calls += 1
        return FAULTS[kind, fault.how](real, *args) if fault.calls == fault.number else real(*args)


@contextmanager
def failing(fault: Fault) -> Iterator[Fault]:
    """Let the store fail like this, once."""
    FailingStore.fault = fault
    try:
        yield fault
    finally:
        FailingStore.fault = None
