"""Doubles of contracted services: HTTP servers that speak as their public descriptions say, and keep what comes in."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY, USER, PASSWORD = "a key", "somebody", "a password"


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


Answers = Callable[[Asked], tuple[int, Any]]


@dataclass
class Service:
    """A service that runs."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def running(path: str, answers: Answers) -> Iterator[Service]:
    """A server on this machine that answers what `answers` says: a status, and what becomes JSON (bytes stay bytes)."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = Asked(self.path, dict(self.headers), body)
            service.asked.append(request)
            status, answer = answers(request)
            said = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            if status in {301, 302, 307, 308}:
                self.send_header("Location", f"{service.url}elsewhere")
            self.end_headers()
            with suppress(ConnectionError):  # whoever gave up has hung up
                self.wfile.write(said)

        def log_message(self, *_words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service = Service(f"http://127.0.0.1:{server.server_port}{path}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield service
        server.shutdown()
        thread.join()


def hive(*, csam: float = 0.01, pornography: float = 0.01, matched: bool = False) -> Answers:
    """Hive's combined detection: a token, a form with the file."""
    classes = {"csam": csam, "pornography": pornography, "other": 1 - csam - pornography}
    file = {
        "fileType": "image",
        "reasons": ["matched"] if matched else [],
        "classifierPrediction": None if matched else {"csam_classifier": classes},
    }

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.headers["Authorization"] != f"Token {KEY}" or b'name="media"' not in asked.body:
            return 401, {"message": "no"}
        output = {"file": file, "hashes": []}
        return 200, {"status": [{"status": {"code": "200", "message": "SUCCESS"}, "response": {"output": output}}]}

    return answer


def content_safety(priority: str = "VERY_LOW") -> Answers:
    """Google's Content Safety API: a key in the address, pictures as base64."""

    def answer(asked: Asked) -> tuple[int, Any]:
        if parse_qs(urlsplit(asked.path).query)["key"] != [KEY]:
            return 403, {}
        pictures = json.loads(asked.body)["images"]
        assert all(b64decode(picture)[:2] == b"\xff\xd8" for picture in pictures)
        return 200, {"reviewPriorities": [priority] * len(pictures), "modelVersion": "7"}

    return answer


def arachnid_shield(classification: str = "no-known-match") -> Answers:
    """Arachnid Shield: basic authentication, the picture as the body."""
    word = b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.headers["Authorization"] != f"Basic {word}" or asked.headers["Content-Type"] != "image/jpeg":
            return 401, {"detail": "no"}
        known = classification != "no-known-match"
        return 200, {
            "classification": classification,
            "is_match": known,
            "match_type": "near" if known else None,
            "sha256_hex": "0" * 64,
            "size_bytes": len(asked.body),
            "near_match_details": [],
        }

    return answer
