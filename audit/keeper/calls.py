"""One HTTP request to a server that nobody trusts: over by its deadline, with nothing of it left behind.

A server that sends a byte now and then holds a socket's own time limit off for ever. So the request runs in a thread of
its own, and whoever waits for it cuts the connection.
"""

import contextlib
import http.client
import socket
import time
import urllib.request
from functools import partial
from threading import Thread
from typing import Any, Final

# A thread whose connection was cut ends at once; a name that does not resolve may hold it a little longer.
ENDS_SECONDS: Final = 1.0


class NotAnswered(RuntimeError):
    """No whole answer came in time; the message says why."""


def answered(request: urllib.request.Request, *, limit: int, seconds: float) -> tuple[int, bytes]:
    """The status and the body of whatever is answered within `seconds`; a redirect is an answer, and not followed.

    Raises NotAnswered, also for a body of more than `limit` bytes. Proxies of the environment are used for https alone.
    """
    lines = _Lines(seconds)
    found: list[tuple[int, bytes]] = []
    why = [f"it took longer than {seconds:g} s"]

    def call() -> None:
        direct = [] if request.type == "https" else [urllib.request.ProxyHandler({})]
        try:
            with urllib.request.build_opener(lines, *direct).open(request, timeout=seconds) as answer:
                found.append((answer.status, answer.read(limit + 1)))
        except (OSError, http.client.HTTPException, ValueError) as error:
            why.append(f"{type(error).__name__} {error}".strip())
        finally:
            lines.close()

    thread = Thread(target=call, name="witness", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        lines.cut()
        thread.join(ENDS_SECONDS)
        raise NotAnswered(why[0])
    if not found:
        raise NotAnswered(why[-1])
    if len(found[0][1]) > limit:
        raise NotAnswered(f"its answer is longer than {limit} bytes")
    return found[0]


class _Line(http.client.HTTPConnection):
    """A connection with a second hold of its socket in `lines`, from before any TLS."""

    lines: "_Lines"

    def connect(self) -> None:
        super().connect()
        self.lines.hold(self.sock)


class _SafeLine(http.client.HTTPSConnection, _Line):
    """The same behind TLS: it connects as a line first."""


class _Lines(urllib.request.HTTPSHandler, urllib.request.HTTPHandler, urllib.request.HTTPErrorProcessor):
    """Opens connections that can be cut, and hands every answer out as it came."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._until = time.monotonic() + seconds
        self._held: list[socket.socket] = []

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(self._line, _Line), req)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(self._line, _SafeLine), req)

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        return response

    https_response = http_response

    def hold(self, wire: socket.socket) -> None:
        """Keep it until it is cut; one that comes after the deadline, when nobody cuts any more, goes no further."""
        self._held.append(wire.dup())
        if time.monotonic() > self._until:
            raise TimeoutError

    def cut(self) -> None:
        """End every connection, whoever reads from it."""
        for wire in self._held:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the sockets."""
        for wire in self._held:
            wire.close()

    def _line(self, kind: type[_Line], *args: Any, **options: Any) -> _Line:
        line = kind(*args, **options)
        line.lines = self
        return line
