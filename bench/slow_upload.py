"""A phone that sends photos slowly: a session as a browser has it, then a multipart form in drips on a raw socket."""

import http.client
import os
import re
import select
import socket
import time
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import uuid4

LINE = b"\r\n"
PATIENCE = 30
TICK = 0.1


@dataclass(frozen=True, slots=True)
class Phone:
    """One giver's browser: its own address on loopback, its cookies and its form's token."""

    source: str
    port: int
    cookies: str
    token: str

    @property
    def jar(self) -> dict[str, str]:
        """Its cookies by name."""
        return dict(pair.split("=", 1) for pair in self.cookies.split("; "))

    def begin(self, length: int) -> tuple[socket.socket, bytes]:
        """An open connection, and a whole POST request with a photo of `length` random bytes to send on it."""
        boundary = uuid4().hex.encode()
        fields = {"csrfmiddlewaretoken": self.token, "client_key": str(uuid4()), "number": "1"}
        parts = [
            b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (boundary, *map(str.encode, field))
            for field in fields.items()
        ]
        parts.append(b'--%s\r\nContent-Disposition: form-data; name="photo"; filename="p"\r\n' % boundary)
        parts.append(b"Content-Type: image/jpeg\r\n\r\n%s\r\n--%s--\r\n" % (os.urandom(length), boundary))
        body = b"".join(parts)
        head = [
            "POST /give/photos/add/ HTTP/1.1",
            f"Host: localhost:{self.port}",
            f"Cookie: {self.cookies}",
            "Accept: application/json",
            f"Content-Type: multipart/form-data; boundary={boundary.decode()}",
            f"Content-Length: {len(body)}",
        ]
        connection = socket.create_connection(("127.0.0.1", self.port), PATIENCE, (self.source, 0))
        return connection, LINE.join([*(line.encode() for line in head), b"", body])

    def send(self, length: int, rate: int, *, until: float) -> int:
        """Send a photo of `length` bytes at `rate` bytes a second; the status it got, 0 when none came in time.

        `until` in monotonic seconds: then an upload that is not through is given up.
        """
        connection, request = self.begin(length)
        with connection:
            sent, due = 0, time.monotonic()
            while sent < len(request) and time.monotonic() < until:
                sent += connection.send(request[sent : sent + int(rate * TICK)])
                if select.select([connection], [], [], max(0.0, (due := due + TICK) - time.monotonic()))[0]:
                    break
            connection.settimeout(max(TICK, until - time.monotonic()))
            return status_of(connection)


def status_of(connection: socket.socket) -> int:
    """The status of the answer; 0 when there is none, or a connection that ended."""
    try:
        found = re.match(rb"HTTP/1.1 (\d+) ", connection.recv(4096))
    except OSError:
        return 0
    return int(found[1]) if found else 0


def phone(source: str, port: int) -> Phone:
    """Go from the first page to choosing photos, as a browser at this address on loopback does."""
    cookies: dict[str, str] = {}

    def ask(method: str, path: str, **fields: str) -> str:
        connection = http.client.HTTPConnection("localhost", port, PATIENCE, source_address=(source, 0))
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(fields), headers)
        answer = connection.getresponse()
        for said in answer.headers.get_all("Set-Cookie", []):
            name, _, value = said.partition(";")[0].partition("=")
            cookies[name] = value
        text = answer.read().decode()
        connection.close()
        if answer.status >= 400:
            raise SystemExit(f"{method} {path} was answered {answer.status}")
        return text

    def token(page: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        if found is None:
            raise SystemExit("a page lacks its form")
        return found[1]

    # The landing page's cookie of a first visit comes with a form that is there on all pages.
    ask("POST", "/give/", csrfmiddlewaretoken=token(ask("GET", "/give/")))
    last = token(ask("GET", "/give/photos/"))
    return Phone(source, port, "; ".join(f"{name}={value}" for name, value in cookies.items()), last)
