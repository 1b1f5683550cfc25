"""A store between the site and the object store, which fails in a way that the test names."""

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Literal

Way = Literal["refused", "silent", "403", "404", "500", "cut short", "cut off", "forgotten"]
WAYS: Final[tuple[Way, ...]] = ("refused", "silent", "403", "404", "500", "cut short", "cut off", "forgotten")
SILENCE_SECONDS: Final = 3
ANSWERED_BY_NUMBER: Final = {
    403: "AccessDenied",
    404: "NoSuchKey",
    500: "InternalError",
}


class FaultyStore(ThreadingHTTPServer):
    """Hands on every request as it came, signatures and all, but those that it spoils.

    refused: hangs up before it reads; silent: answers nothing for a while; 403, 404, 500: says so; cut short: half of
    an answer's body; cut off: half of a request's body reaches the store; forgotten: done, and nobody is told.
    """

    daemon_threads = True

    def __init__(self, address: str, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = (address, port)
        self.way: Way | None = None
        self.method = ""
        self.spoiled = 0

    @property
    def url(self) -> str:
        """Its own address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @contextmanager
    def fails(self, way: Way, method: str = "") -> Iterator[None]:
        """Spoil every request (of this method, where one is named) until the block ends."""
        self.way, self.method = way, method
        try:
            yield
        finally:
            self.way = None

    def handle_error(self, *_request: object) -> None:
        """Say nothing of connections that somebody cut."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultyStore

    def _answer(self) -> None:
        faulty = self.server
        way = faulty.way if not faulty.method or faulty.method == self.command else None
        faulty.spoiled += way is not None
        if way == "refused":
            self._hang_up()
            return
        if self.headers.get("Expect"):
            self.send_response_only(http.HTTPStatus.CONTINUE)
            self.end_headers()
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length // 2 if way == "cut off" else length)
        if way == "silent":
            time.sleep(SILENCE_SECONDS)
            self._hang_up()
        elif way in {"403", "404", "500"}:
            self._say(int(way))
        else:
            self._hand_on(body, length, way)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _answer  # noqa: N815 - the server's names

    def _hand_on(self, body: bytes, length: int, way: Way | None) -> None:
        store = http.client.HTTPConnection(*self.server.store, timeout=30)
        try:
            store.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in {"expect", "connection"}:
                    store.putheader(name, value)
            store.endheaders(body)
            if way == "cut off" and len(body) < length:
                self._hang_up()
                return
            answer = store.getresponse()
            content = answer.read()
        finally:
            store.close()
        if way == "forgotten":
            self._hang_up()
            return
        self._send(answer, content, way)

    def _send(self, answer: http.client.HTTPResponse, content: bytes, way: Way | None) -> None:
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in {"transfer-encoding", "connection", "content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", answer.getheader("Content-Length") or str(len(content)))
        self.end_headers()
        if way == "cut short" and content:
            self.wfile.write(content[: len(content) // 2])
            self._hang_up()
            return
        self.wfile.write(content)

    def _say(self, status: int) -> None:
        body = f"<Error><Code>{ANSWERED_BY_NUMBER[status]}</Code></Error>".encode()
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def before(address: str, port: int) -> Iterator[FaultyStore]:
    """One before the store at this address."""
    server = FaultyStore(address, port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
