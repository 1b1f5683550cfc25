"""Mails as files, one each, kept over a restart."""

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT = 1000
_NAME = re.compile(r"\d{20}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Mail:
    """One mail that was caught."""

    id: str
    raw: bytes
    message: EmailMessage

    @property
    def arrived_at(self) -> datetime:
        """When it was caught."""
        return datetime.fromtimestamp(int(self.id[:20]) / 1e9, tz=UTC)

    @property
    def subject(self) -> str:
        """Its subject, or words for none."""
        return str(self.message["subject"] or "(no subject)")

    def text(self, kind: str) -> str | None:
        """The body as `plain` or `html`, or None when it has no such part."""
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None and part.get_content_maintype() == "text" else None

    def attachments(self) -> list[MIMEPart]:
        """The files that came with it."""
        return list(self.message.iter_attachments()) if self.message.is_multipart() else []


class Mailbox:
    """A folder of mails whose names sort by the time they came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, raw: bytes) -> None:
        """Keep a mail; the oldest go when there are too many."""
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        part = self._folder / f".{name}"
        part.write_bytes(raw)
        part.rename(self._folder / f"{name}.eml")
        for old in self._names()[KEPT:]:
            (self._folder / f"{old}.eml").unlink(missing_ok=True)

    def newest_first(self) -> Iterator[Mail]:
        """Every mail."""
        return (mail for name in self._names() if (mail := self.get(name)) is not None)

    def get(self, name: str) -> Mail | None:
        """The mail of that id, or None."""
        path = self._folder / f"{name}.eml"
        if not _NAME.fullmatch(name) or not path.exists():
            return None
        raw = path.read_bytes()
        return Mail(name, raw, message_from_bytes(raw, policy=policy.default))

    def _names(self) -> list[str]:
        return sorted((path.stem for path in self._folder.glob("*.eml") if _NAME.fullmatch(path.stem)), reverse=True)


class Catcher:
    """What the SMTP server does with a mail: keeps it, whoever it is for."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        """Keep the mail and say so."""
        content = envelope.content or b""
        self._mailbox.add(content.encode() if isinstance(content, str) else content)
        return "250 kept"
