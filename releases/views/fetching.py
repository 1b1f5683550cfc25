"""How bytes leave: of one range, with all that a resumed download needs, and only so many at once in each process."""

from collections import Counter
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import PurePosixPath
from threading import Lock
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from releases.queries import File
from releases.ranges import NotSatisfiable, asked_for

WAIT_SECONDS: Final = 10
# A slow receiver holds one of the threads that serve pages, for as long as it takes. A second one is for going on after
# a line that broke: the server may not know yet that it did.
MOST_OF_ONE: Final = 2


class NoTurn(Exception):
    """As many files as may be are on their way already, to all or to this recipient."""


class _Turns:
    """Who is sent a file at this moment by this process."""

    def __init__(self) -> None:
        self._lock, self._held = Lock(), Counter[UUID]()

    def take(self, whose: UUID) -> None:
        with self._lock:
            if self._held.total() >= settings.FETCHES_AT_ONCE or self._held[whose] >= MOST_OF_ONE:
                raise NoTurn
            self._held[whose] += 1

    def give_back(self, whose: UUID) -> None:
        with self._lock:
            self._held[whose] -= 1
            # Adding nothing drops those who hold none.
            self._held += Counter()


_TURNS = _Turns()


class Sending:
    """Bytes on their way that hold a turn until they are closed, whether or not the first of them was asked for."""

    def __init__(self, whose: UUID, begin: Callable[[], Iterator[bytes]]) -> None:
        """Take a turn for this recipient and begin. Raises NoTurn, and whatever `begin` raises."""
        _TURNS.take(whose)
        self._whose, self._holds = whose, True
        try:
            self._data = begin()
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        """The bytes."""
        return self._data

    def close(self) -> None:
        """Give the turn back; a second time does nothing."""
        if self._holds:
            self._holds = False
            _TURNS.give_back(self._whose)


def sent(
    request: HttpRequest, file: File, whose: UUID, fetch: Callable[[int, int], Iterator[bytes]]
) -> HttpResponseBase:
    """The file, or the range that is asked for, to the recipient `whose` turn it is.

    `fetch` is given its first byte and the one behind its last, and is not called where no byte goes out. Raises NoTurn
    and whatever `fetch` raises.
    """
    try:
        found = _range(request, file)
    except NotSatisfiable:
        headers = {"Content-Range": f"bytes */{file.size}"}
        return HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    start, stop = found or (0, file.size)
    headers = _headers(file) | {"Content-Length": str(stop - start)}
    status = HTTPStatus.OK
    if found:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
        status = HTTPStatus.PARTIAL_CONTENT
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    return StreamingHttpResponse(Sending(whose, lambda: fetch(start, stop)), status=status, headers=headers)


def _range(request: HttpRequest, file: File) -> tuple[int, int] | None:
    # A part is of use only to whoever holds the other part of the same file.
    if request.headers.get("If-Range", _etag(file)) != _etag(file):
        return None
    return asked_for(request.headers.get("Range", ""), file.size)


def _headers(file: File) -> dict[str, str]:
    return {
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store",
        # Nothing of it is shown by a browser, whatever is in it.
        "Content-Disposition": f'attachment; filename="{PurePosixPath(file.path).name}"',
        "Content-Type": "application/octet-stream",
        "ETag": _etag(file),
        # A proxy that collects answers would write photos to its disk.
        "X-Accel-Buffering": "no",
    }


def _etag(file: File) -> str:
    return f'"{file.sha256}"'
