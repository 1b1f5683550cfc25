"""How a service under a contract is asked: one POST, encrypted, answered in JSON, bounded in time and size.

No redirect is followed and no proxy used, so a picture goes to the address in the settings or nowhere.
"""

import json
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

from screening.classifying.protocol import ClassifierFailed

ATTEMPTS: Final = 2
SECONDS: Final = 10.0
MOST_BYTES: Final = 1_000_000
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def post(url: str, *, headers: Mapping[str, str], body: bytes, seconds: float = SECONDS) -> Any:
    """The JSON that the service answers. Tried twice, each within so many seconds; raises ClassifierFailed."""
    for _attempt in range(ATTEMPTS):
        try:
            return _once(url, headers, body, seconds)
        except (OSError, HTTPException, ValueError, ClassifierFailed):
            continue
    raise ClassifierFailed("no answer that could be read")


def connection(url: str, seconds: float) -> HTTPConnection:
    """A connection to the address; raises ClassifierFailed for one without encryption, except on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" and host:
        return HTTPSConnection(host, parts.port, timeout=seconds)
    if parts.scheme == "http" and host in LOOPBACK:
        return HTTPConnection(host, parts.port, timeout=seconds)
    raise ClassifierFailed("the address of a service must use https")


def _once(url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> Any:
    until = time.monotonic() + seconds
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    asked = connection(url, seconds)
    try:
        asked.request("POST", path, body=body, headers={"Accept": "application/json", **headers})
        answer = asked.getresponse()
        if answer.status != 200:
            raise ClassifierFailed("the service refused")
        return json.loads(_read(answer, until))
    finally:
        asked.close()


def _read(answer: HTTPResponse, until: float) -> bytes:
    """The body, unless it is too long or comes too slowly."""
    read = b""
    while piece := answer.read1(65_536):
        read += piece
        if len(read) > MOST_BYTES or time.monotonic() > until:
            raise ClassifierFailed("the answer is too long, or too slow")
    return read
