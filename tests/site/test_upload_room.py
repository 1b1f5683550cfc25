"""The web server under slow senders: uploads have room of their own, and nobody else waits for them."""

import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email.message import Message
from email.parser import BytesParser
from threading import Semaphore, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections

from deploy.local import ports
from deploy.local.state import CHECKOUT
from deploy.request_head import read_head
from deploy.upload_body import UploadBody
from deploy.worker import limit_silence
from tests.contributions.giving import Browser

ONE, OTHER, THIRD = "127.0.0.2", "127.0.0.3", "127.0.0.4"
LARGE = 200_000
CONNECTIONS = 160
PATIENCE = 20


@pytest.fixture(scope="module")
def port(django_db_setup: None) -> Iterator[int]:
    """The site's web server with one thread for pages, and room for two uploads, one from each client."""
    listener = ports.listen(0)
    told = {
        "DJANGO_SETTINGS_MODULE": "mpm_site.settings",
        "MPM_BIND": f"fd://{listener.fileno()}",
        "MPM_WEB_WORKERS": "1",
        "MPM_WEB_THREADS": "1",
        "MPM_UPLOADS_AT_ONCE": "2",
        "MPM_UPLOADS_AT_ONCE_EACH": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.py", "--worker-connections", str(CONNECTIONS)]
    server = subprocess.Popen(command, cwd=CHECKOUT, env=os.environ | told, pass_fds=[listener.fileno()])
    try:
        yield ports.number(listener)
    finally:
        # Nothing is under way any more, so there is nothing to finish.
        server.terminate()
        server.wait(PATIENCE)
        listener.close()


def begun(port: int, source: str, request: bytes) -> socket.socket:
    """A connection from this address on loopback that has sent so much."""
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE, (source, 0))
    connection.sendall(request)
    return connection


def upload(*, length: int | str = LARGE, accept: str = "application/json", sent: int = 1000) -> bytes:
    """The beginning of an upload whose body is said to have `length` bytes, of which so many are sent."""
    head = f"POST /give/photos/add/ HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\nContent-Length: {length}\r\n"
    return f"{head}Content-Type: multipart/form-data; boundary=b\r\n\r\n".encode() + b"x" * sent


def answer(connection: socket.socket) -> tuple[int, Message, bytes]:
    """Status, headers and body of what the connection is told."""
    with connection, connection.makefile("rb") as lines:
        status = int(lines.readline().split()[1])
        headers = BytesParser().parsebytes(b"".join(iter(lines.readline, b"\r\n")))
        return status, headers, lines.read(int(headers["Content-Length"]))


def landing(port: int) -> int:
    """The status of the first page, asked for by somebody else."""
    return answer(begun(port, THIRD, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))[0]


def refusal_ends(port: int, source: str) -> int:
    """The status of a whole upload from this address, tried again as long as it is told to wait."""
    last = time.monotonic() + PATIENCE
    while (status := answer(begun(port, source, upload(sent=LARGE)))[0]) == 503 and time.monotonic() < last:
        time.sleep(0.05)
    return status


def test_with_the_room_full_uploads_are_told_to_wait_and_everybody_else_is_answered(port: int) -> None:
    with begun(port, ONE, upload()), begun(port, OTHER, upload()) as broken:
        refused, headers, body = answer(begun(port, THIRD, upload()))
        assert (refused, headers["Retry-After"], headers["Connection"]) == (503, "10", "close")
        assert json.loads(body)["wait"] == 10
        assert headers["Content-Security-Policy"]
        refused, headers, body = answer(begun(port, THIRD, upload(accept="text/html")))
        assert (refused, headers["Retry-After"]) == (503, "10")
        assert b"<h1>" in body
        assert landing(port) == 200
        broken.shutdown(socket.SHUT_WR)
        # An upload that broke gave its room back: this one is read, and refused for want of a session's secret.
        assert refusal_ends(port, THIRD) == 403
        assert landing(port) == 200


def test_one_client_does_not_get_all_the_room(port: int) -> None:
    with begun(port, ONE, upload()):
        assert answer(begun(port, ONE, upload()))[0] == 503
        assert refusal_ends(port, OTHER) == 403
    assert refusal_ends(port, ONE) == 403


def test_half_sent_heads_and_forms_hold_no_thread(port: int) -> None:
    form = b"POST /give/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30\r\n\r\nhalf"
    with ExitStack() as stack:
        for request in [b"", b"GET / HT", form] * 10:
            stack.enter_context(begun(port, ONE, request))
        assert landing(port) == 200
        with (
            begun(port, ONE, b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000) as endless,
            contextlib.suppress(ConnectionError),
        ):
            assert endless.recv(1) == b""
        # What came in pieces is answered as what came at once, and so is what came along with it.
        pieces = begun(port, ONE, b"GET /healthz HT")
        pieces.sendall(b"TP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: cl")
        pieces.sendall(b"ose\r\n\r\n")
        with pieces.makefile("rb") as lines:
            assert lines.read().count(b"HTTP/1.1 200 OK") == 2
        pieces.close()


def test_kept_connections_take_no_place_from_who_comes_and_is_slow_to_ask(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(CONNECTIONS - 30):
            kept = stack.enter_context(begun(port, ONE, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"))
            assert kept.recv(1) == b"H"
        slow = begun(port, THIRD, b"")
        time.sleep(1.2)  # a round of the server's main loop
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert answer(slow)[0] == 200


def test_a_length_that_is_no_number_ends_its_own_connection_alone(port: int) -> None:
    with begun(port, ONE, upload()) as other:
        assert answer(begun(port, OTHER, upload(length="9" * 5000, sent=0)))[0] == 400
        assert landing(port) == 200
        other.sendall(b"x" * (LARGE - 1000))
        assert answer(other)[0] == 403


def test_silence_reads_as_an_early_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        limit_silence(ours, 0.05)
        theirs.sendall(b"half")
        with UploadBody(Unbuffered(ours), 8, Semaphore(1)) as body:
            assert (body.read(8), body.is_lost) == (b"half", False)
            assert (body.read(4), body.is_lost) == (b"", True)


class Unbuffered:
    """A body as gunicorn reads it, from a blocking socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def read(self, size: int | None = None) -> bytes:
        return self.sock.recv(size or 8192)

    def readline(self, size: int | None = None) -> bytes:
        return self.read(size)


def test_uploads_take_turns_from_their_last_byte_on() -> None:
    turns = Semaphore(1)
    with UploadBody(io.BytesIO(b"12345678"), 8, turns) as body:
        body.read(7)
        assert turns.acquire(blocking=False)
        turns.release()
        assert (body.read(64), body.read(64), body.is_lost) == (b"8", b"", False)
        assert not turns.acquire(blocking=False)
    assert turns.acquire(blocking=False)


@pytest.mark.parametrize(
    ("received", "body"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 0),
        (b"\r\nPOST / HTTP/1.1\r\ncontent-length:  12 \r\n\r\nhello", 12),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", None),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n", None),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", None),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", None),
    ],
    ids=["nothing", "so much", "in chunks", "when asked", "twice", "more digits than a number has"],
)
def test_the_head_says_how_much_is_to_come(received: bytes, body: int | None) -> None:
    head = read_head(received)
    assert head is not None
    assert (head.body, received[: head.bytes][-4:]) == (body, b"\r\n\r\n")
    assert read_head(received[: head.bytes - 1]) is None


@pytest.mark.django_db(transaction=True, databases=["default", "identity", "auditor"])
def test_no_database_connection_is_held_while_an_upload_comes_in() -> None:
    session = Browser().start().cookies[settings.SESSION_COOKIE_NAME].value
    environ = _environ(session)
    held: list[str] = []
    told: list[str] = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            held.extend(each.alias for each in connections.all(initialized_only=True) if each.connection is not None)
            return super().read(size)

    def start_response(
        status: str, _headers: list[tuple[str, str]], _error: Any = None, /
    ) -> Callable[[bytes], object]:
        told.append(status)
        return held_back

    def held_back(_data: bytes) -> object:
        raise NotImplementedError

    def work() -> None:
        environ["wsgi.input"] = Watched(environ["wsgi.input"])
        try:
            get_wsgi_application()(environ, start_response)
        finally:
            connections.close_all()

    # Connections are a thread's own, and a new thread has none.
    thread = Thread(target=work)
    thread.start()
    thread.join(PATIENCE)
    assert told == ["201 Created"]
    assert held == []


def _environ(session: str) -> dict[str, Any]:
    """A request as a server hands it over: a photo of 200 kB that this session sends."""
    secret = "s" * 32
    form = f'--b\r\nContent-Disposition: form-data; name="client_key"\r\n\r\n{uuid4()}\r\n'
    form += '--b\r\nContent-Disposition: form-data; name="photo"; filename="p"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = form.encode() + os.urandom(LARGE) + b"\r\n--b--\r\n"
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/give/photos/add/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": ONE,
        "HTTP_ACCEPT": "application/json",
        "HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={secret}",
        "HTTP_X_CSRFTOKEN": secret,
        "CONTENT_TYPE": "multipart/form-data; boundary=b",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": body,
        "wsgi.url_scheme": "http",
    }
