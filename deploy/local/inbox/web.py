"""Serves the inbox's pages on loopback; a mail's HTML is shown without scripts, forms or outside files."""

import json
import socket
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

from deploy.local.inbox import pages
from deploy.local.inbox.mailbox import Mail, Mailbox

HTML, CSS, TEXT, JSON = "text/html", "text/css", "text/plain", "application/json"
OWN_PAGES = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
A_MAIL = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = Path(__file__).with_name("inbox.css")


class InboxServer(ThreadingHTTPServer):
    """A web server over one mailbox, on a socket that listens already."""

    daemon_threads = True

    def __init__(self, mailbox: Mailbox, listener: socket.socket) -> None:
        super().__init__(listener.getsockname(), InboxPages, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.mailbox = mailbox


class InboxPages(BaseHTTPRequestHandler):
    """Answers GET only; there is nothing to change."""

    server: InboxServer

    def do_GET(self) -> None:
        """Send the page of an address, or 404."""
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        if host not in {"localhost", "127.0.0.1"}:
            # A page elsewhere may have its own name point at this machine.
            self._send("Only as localhost.", TEXT, status=HTTPStatus.MISDIRECTED_REQUEST)
        elif self.path == "/":
            self._send(pages.inbox(self.server.mailbox.newest_first()), HTML)
        elif self.path == "/mails.json":
            self._send(json.dumps([_summary(mail) for mail in self.server.mailbox.newest_first()]), JSON)
        elif self.path == "/inbox.css":
            self._send(STYLE.read_text(), CSS)
        else:
            self._mail(self.path.strip("/").split("/"))

    def log_message(self, *_args: object) -> None:
        """Nothing is written about who looks."""

    def _mail(self, parts: list[str]) -> None:
        mail = self.server.mailbox.get(parts[1]) if parts[0] == "mails" and len(parts) > 1 else None
        match mail, parts[2:]:
            case Mail(), []:
                self._send(pages.mail(mail), HTML)
            case Mail(), ["html"]:
                self._send(mail.text("html") or "", HTML, policy=A_MAIL)
            case Mail(), ["source"]:
                self._send(mail.raw.decode(errors="replace"), TEXT)
            case Mail(), ["files", number] if number.isdecimal() and int(number) < len(mail.attachments()):
                self._file(mail, int(number))
            case _:
                self._send(pages.missing(), HTML, status=HTTPStatus.NOT_FOUND)

    def _file(self, mail: Mail, number: int) -> None:
        part = mail.attachments()[number]
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else part.as_bytes()
        name = quote(part.get_filename() or "unnamed")
        self._send(content, "application/octet-stream", disposition=f"attachment; filename*=UTF-8''{name}")

    def _send(
        self,
        body: str | bytes,
        kind: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        policy: str = OWN_PAGES,
        disposition: str = "",
    ) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if isinstance(body, str) else kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        if disposition:
            self.send_header("Content-Disposition", disposition)
        self.end_headers()
        self.wfile.write(content)


def _summary(mail: Mail) -> dict[str, str]:
    return {
        "id": mail.id,
        "at": mail.arrived_at.isoformat(),
        "to": str(mail.message["to"] or ""),
        "subject": mail.subject,
        "text": mail.text("plain") or "",
    }
