"""One annotator's browser, as far as a load needs one: a connection that is kept, cookies, JSON and forms."""

import http.client
import ipaddress
import json
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

PATIENCE = 120  # seconds for one answer


class Refused(Exception):
    """The server answered with a status that was not hoped for."""


@dataclass(slots=True)
class Client:
    """Asks one server on this machine; owned by one thread. Cookies are sent as the server set them.

    `source` is the address on loopback that it comes from.
    """

    port: int
    host: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    source: str = "127.0.0.1"
    _connection: http.client.HTTPConnection | None = None

    def __post_init__(self) -> None:
        """Refuse any address but this machine's own. Raises ValueError."""
        if self.host != "localhost" and not ipaddress.ip_address(self.host).is_loopback:
            raise ValueError(self.host)

    def get(self, path: str, *hoped_for: int) -> tuple[int, bytes]:
        """Status and body; raises Refused for a status that is neither 200 nor hoped for."""
        return self._asked("GET", path, None, {}, hoped_for)

    def send(self, path: str, content: object, *hoped_for: int) -> tuple[int, bytes]:
        """POST as JSON; as `get`."""
        body = json.dumps(content).encode()
        return self._asked("POST", path, body, {"Content-Type": "application/json"}, hoped_for)

    def fill_in(self, path: str, fields: dict[str, str], *hoped_for: int) -> tuple[int, bytes]:
        """POST as a form; as `get`."""
        body = urlencode(fields).encode()
        return self._asked("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"}, hoped_for)

    def upload(self, path: str, fields: dict[str, str], photo: bytes, *hoped_for: int) -> tuple[int, bytes]:
        """POST as a form with a photo; as `get`."""
        boundary = uuid4().hex
        head = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        head += f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="p"\r\n'
        head += "Content-Type: image/jpeg\r\n\r\n"
        body = head.encode() + photo + f"\r\n--{boundary}--\r\n".encode()
        return self._asked("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}, hoped_for)

    def close(self) -> None:
        """Give the connection up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _asked(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], hoped_for: tuple[int, ...]
    ) -> tuple[int, bytes]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        told = {**self.headers, **headers, **({"Cookie": cookies} if cookies else {})}
        answer = self._answer(method, path, body, told)
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        if answer.status not in (hoped_for or (200, 201, 204)):
            raise Refused(f"{path}: {answer.status} {content[:200]!r}")
        return answer.status, content

    def _answer(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        """The answer, over a new connection where the server had ended the kept one."""
        if self._connection is not None:
            try:
                self._connection.request(method, path, body, headers)
                return self._connection.getresponse()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.close()
        self._connection = http.client.HTTPConnection(
            self.host, self.port, timeout=PATIENCE, source_address=(self.source, 0)
        )
        self._connection.request(method, path, body, headers)
        return self._connection.getresponse()


def parsed(answer: tuple[int, bytes]) -> Any:
    """The JSON of an answer."""
    return json.loads(answer[1])


def wait_for(asked: Client, path: str, seconds: float) -> None:
    """Ask until the server answers; raises SystemExit when it does not within so many seconds."""
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        try:
            asked.get(path)
        except (Refused, OSError):
            asked.close()
            time.sleep(0.2)
        else:
            asked.close()
            return
    raise SystemExit(f"the server on port {asked.port} did not start")
