"""A list server on this machine that speaks NCMEC's public hash sharing API, version 2, and a client that asks it."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.sax.saxutils import escape

import requests
from threatexchange.exchanges.clients.ncmec import hash_api
from threatexchange.exchanges.clients.utils.common import TimeoutHTTPAdapter

from screening.exchanges.ncmec import Ncmec

USER, PASSWORD = "somebody", "something"
XMLNS = "https://hashsharing.ncmec.org/hashsharing/v2"


class Impatient(hash_api.NCMECHashAPI):
    """The public client, which asks once and waits for half a second."""

    def _get_session(self) -> requests.Session:
        session = requests.Session()
        session.auth = (self.username, self.password)
        session.mount(self._base_url, TimeoutHTTPAdapter(timeout=0.5))  # type: ignore[no-untyped-call]
        return session


class Local(Ncmec):
    """The exchange as the site has it, of which the client asks the server at settings["address"]."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        super().__init__(settings)
        self._client = Impatient(settings["user"], settings["password"], hash_api.NCMECEnvironment.test_NGO)
        self._client._base_url = settings["address"]


def entry(number: int, kind: str = "image", *, deleted: bool = False, **fingerprints: str) -> str:
    """One entry of the answer; `deleted`: taken back."""
    name = f"deleted{kind.title()}" if deleted else kind
    told = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fingerprints.items())
    inside = "" if deleted else f"<classification>A1</classification><fingerprints>{told}</fingerprints>"
    member = '<member id="42">Example</member><timestamp>2026-01-01T00:00:00Z</timestamp>'
    return f"<{name}>{member}<id>{number}</id>{inside}</{name}>"


@dataclass
class ListServer:
    """What it answers with: pages of entries; `status` and `body` instead; or nothing while `hangs` is not set."""

    pages: Sequence[Sequence[str]] = ((),)
    status: int = 200
    body: str = ""
    forgets_pages: bool = False
    hangs: Event | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, query: dict[str, str]) -> tuple[int, str]:
        """Status and body."""
        self.asked.append(query)
        if self.hangs is not None:
            self.hangs.wait(5)
        if self.status != 200 or self.body:
            return self.status, self.body
        number = int(query.get("start", "0"))
        if number and self.forgets_pages:
            return 404, ""
        entries = self.pages[number] if number < len(self.pages) else ()
        pictures = "".join(each for each in entries if "ideo" not in each)
        videos = "".join(each for each in entries if "ideo" in each)
        following = ""
        if number + 1 < len(self.pages):
            asked = {"from": query["from"], "to": query["to"], "start": str(number + 1), "size": "1000", "max": "9000"}
            following = f"<paging><next>/v2/entries?{escape(urlencode(asked))}</next></paging>"
        at = 'maxTimestamp="2026-01-01T00:00:00Z"'
        groups = f'<images count="1" {at}>{pictures}</images><videos count="1" {at}>{videos}</videos>'
        return 200, f'<queryResult xmlns="{XMLNS}">{groups}{following}</queryResult>'


@contextmanager
def serving(server: ListServer) -> Iterator[dict[str, Any]]:
    """The server on a port of its own; its entry of settings.LIST_EXCHANGES."""
    wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            allowed = self.headers["Authorization"] == wanted and parts.path == "/v2/entries"
            status, body = server.answer(query) if allowed else (401, "")
            try:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())
            except ConnectionError:
                pass

        def log_message(self, *_args: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield {
            "client": f"{__name__}.{Local.__name__}",
            "environment": "test_NGO",
            "address": f"http://127.0.0.1:{listening.server_port}",
            "user": USER,
            "password": PASSWORD,
        }
    finally:
        listening.shutdown()
        listening.server_close()
