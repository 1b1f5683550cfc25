"""A giver's browser without its pictures: a session over the proxy's TLS, and photos sent as slowly as one likes."""

import http.client
import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

from tests.services.nginx import Nginx

PATIENCE: Final = 60
TICK: Final = 0.1
FORM: Final = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def multipart(fields: Mapping[str, str], picture: bytes) -> tuple[str, bytes]:
    """A form with a photo, as browsers send one: its content type, and its bytes."""
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    photo = 'Content-Disposition: form-data; name="photo"; filename="p"\r\nContent-Type: image/jpeg\r\n\r\n'
    parts += [f"--{boundary}\r\n{photo}".encode(), picture, f"\r\n--{boundary}--\r\n".encode()]
    return f"multipart/form-data; boundary={boundary}", b"".join(parts)


class Phone:
    """One giver who has come to where photos are chosen."""

    def __init__(self, nginx: Nginx) -> None:
        self._nginx = nginx
        self._cookies: dict[str, str] = {}
        self._ask("POST", "/give/", csrfmiddlewaretoken=self._token("/give/"))
        self._form = self._token("/give/photos/")

    def gives(self, picture: bytes) -> int:
        """Send a photo as fast as it goes; the status it is answered."""
        return self.begins(picture).goes_on()

    def begins(self, picture: bytes) -> "Upload":
        """An upload of which nothing is sent yet."""
        kind, body = multipart(self._fields(1), picture)
        head = [
            "POST /give/photos/add/ HTTP/1.1",
            *(f"{name}: {value}" for name, value in self._headers().items()),
            "Accept: application/json",
            "Connection: close",
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
        ]
        plain = socket.create_connection((self._nginx.host.address, self._nginx.port), PATIENCE)
        sock = self._nginx.trust().wrap_socket(plain, server_hostname=self._nginx.name)
        return Upload(sock, "\r\n".join([*head, "", ""]).encode() + body)

    def _fields(self, number: int) -> dict[str, str]:
        """What is sent with the photo of this number, under a key that no other has."""
        return {"csrfmiddlewaretoken": self._form, "client_key": str(uuid4()), "number": str(number)}

    def _headers(self) -> dict[str, str]:
        return {
            "Host": f"{self._nginx.name}:{self._nginx.port}",
            "Referer": f"{self._nginx.url}/give/photos/",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
        }

    def _token(self, path: str) -> str:
        found = FORM.search(self._ask("GET", path))
        assert found, f"{path} has no form"
        return found[1]

    def _ask(self, method: str, path: str, **fields: str) -> str:
        """A page's text; of a form that was sent, only what it sets."""
        place = (self._nginx.host.address, self._nginx.port)
        connection = http.client.HTTPSConnection(*place, timeout=PATIENCE, context=self._nginx.trust())
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, urlencode(fields), {**self._headers(), **kind})
            answer = connection.getresponse()
            for said in answer.headers.get_all("Set-Cookie", []):
                name, _, value = said.partition(";")[0].partition("=")
                self._cookies[name] = value
            assert answer.status < http.HTTPStatus.BAD_REQUEST, f"{method} {path}: {answer.status}"
            return answer.read().decode()
        finally:
            connection.close()


@dataclass
class Upload:
    """One request on its way."""

    sock: ssl.SSLSocket
    request: bytes
    sent: int = 0

    def goes_on(self, *, to: float = 1, rate: int = 0) -> int:
        """Send up to this share of it, at so many bytes a second; the status once all of it is sent, otherwise 0."""
        end, step = int(len(self.request) * to), int(rate * TICK) or 1_000_000
        due = time.monotonic()
        while self.sent < end:
            self.sock.sendall(self.request[self.sent : min(end, self.sent + step)])
            self.sent = min(end, self.sent + step)
            if rate:
                due += TICK
                time.sleep(max(0.0, due - time.monotonic()))
        return self._status() if self.sent == len(self.request) else 0

    def breaks_off(self) -> None:
        """Lose the connection."""
        self.sock.close()

    def _status(self) -> int:
        answer = http.client.HTTPResponse(self.sock)
        answer.begin()
        answer.read()
        self.sock.close()
        return answer.status
