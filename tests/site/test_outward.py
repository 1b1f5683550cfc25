"""What the site calls elsewhere goes to the address that was configured, and nowhere else."""

import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from audit.keeper.calls import answered
from screening.classifying import asking
from screening.classifying.protocol import ClassifierFailed

ASKED: list[str] = []


class Elsewhere(BaseHTTPRequestHandler):
    """Sends everybody on to another path, which would answer."""

    def do_POST(self) -> None:
        ASKED.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.send_response(307 if self.path == "/first" else 200)
        if self.path == "/first":
            self.send_header("Location", "/second")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_any: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    ASKED.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/first"
    server.shutdown()
    server.server_close()
    thread.join()


def test_what_calls_out_follows_no_redirect(address: str) -> None:
    with pytest.raises(ClassifierFailed):
        asking.post(address, headers={}, body=b"a picture")
    status, _body = answered(urllib.request.Request(address, b"a checkpoint"), limit=100, seconds=5)
    assert status == 307
    assert set(ASKED) == {"/first"}
