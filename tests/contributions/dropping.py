"""A bad connection: a proxy in front of the site that drops every third request, before or after passing it on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

EVERY = 3
# Of one hop only; the proxy speaks for itself.
HOP = {"connection", "transfer-encoding", "keep-alive", "content-length", "server", "date"}


class DroppingProxy(ThreadingHTTPServer):
    """Passes requests on to `target`; while `drops` is true, every third is lost: its question, then its answer."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("localhost", 0), _Hop)
        self.target = urlsplit(target)
        self.drops = False
        self.dropped: list[str] = []
        self._seen = 0
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        """Where the browser goes."""
        return f"http://localhost:{self.server_port}"

    def fate(self, path: str) -> str:
        """What becomes of the next request: "" when it passes, else what of it is lost."""
        with self._lock:
            if not self.drops:
                return ""
            self._seen += 1
            if self._seen % EVERY:
                return ""
            lost = "question" if self._seen // EVERY % 2 else "answer"
            self.dropped.append(f"{lost} {path}")
            return lost


class _Hop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: DroppingProxy

    def do_GET(self) -> None:
        self._pass()

    def do_POST(self) -> None:
        self._pass()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """Say nothing: a test speaks for itself."""

    def _pass(self) -> None:
        lost = self.server.fate(self.path)
        if lost == "question":
            self._hang_up()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = HTTPConnection(self.server.target.hostname or "", self.server.target.port, timeout=30)
        answer.request(self.command, self.path, body, dict(self.headers))
        response = answer.getresponse()
        content = response.read()
        answer.close()
        if lost == "answer":
            self._hang_up()
            return
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()


@contextmanager
def dropping(target: str) -> Iterator[DroppingProxy]:
    """Such a proxy, as long as the block runs."""
    with DroppingProxy(target) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy
        proxy.shutdown()
