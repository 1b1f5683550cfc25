"""Reading a report of a mail that came back (RFC 3464). Anybody can send one: little of it is read, none repeated.

What counts is in two places: the recipient of the report, which is the envelope's sender that we wrote and names the
mail, and the fields about each recipient of that mail.
"""

import email
import re
from dataclasses import dataclass
from email.message import Message
from uuid import UUID

from identity.letters import BOUNCES, own_host

LARGEST = 1024 * 1024  # bytes; a report encloses at most the mail, and ours are small
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_STATUS = re.compile(r"\s*(5\.\d{1,3}\.\d{1,3})(?![\d.])", re.ASCII)
# Where a mail server writes whom it delivered to; the report's own To says the same.
_RECIPIENT = ("Delivered-To", "X-Original-To", "To")


class NotAReport(ValueError):
    """This is no report of one of our mails. The message never says what it was instead."""


@dataclass(frozen=True, slots=True)
class Report:
    """Which mail it is about, and its status (5.x.x) if it came back for good; an empty text if not (it is late)."""

    mail: UUID
    status: str


def read(raw: bytes) -> Report:
    """The report in a whole message as a mail server delivers it. Raises NotAReport."""
    if len(raw) > LARGEST:
        raise NotAReport("This is not a report.")
    try:
        return _read(email.message_from_bytes(raw))
    except (AttributeError, KeyError, LookupError, TypeError, ValueError, RecursionError):
        # The parser takes whatever it is given, and fails in many ways on what nobody should have sent.
        raise NotAReport("This is not a report.") from None


def _read(message: Message) -> Report:
    kind = str(message.get_param("report-type", "")).lower()
    parts = message.get_payload()
    if message.get_content_type() != "multipart/report" or kind != "delivery-status" or not isinstance(parts, list):
        raise NotAReport
    statuses = [part for part in parts if isinstance(part, Message) and _is_status(part)]
    if len(statuses) != 1:
        raise NotAReport
    return Report(_mail_of(message), _status_of(statuses[0]))


def _is_status(part: Message) -> bool:
    return part.get_content_type() == "message/delivery-status"


def _mail_of(message: Message) -> UUID:
    """The one mail that the report's recipients name."""
    ours = re.compile(rf"(?<![^\s<,;]){BOUNCES}\+({_UUID})@{re.escape(own_host())}(?![^\s>,;])", re.IGNORECASE)
    headers = [str(value) for name in _RECIPIENT for value in message.get_all(name, [])]
    found = {UUID(named) for value in headers for named in ours.findall(value)}
    if len(found) != 1:
        raise NotAReport
    return found.pop()


def _status_of(part: Message) -> str:
    """The first status for good; RFC 3464: one group of fields about the mail, then one for each recipient."""
    for group in (group for group in list(part.get_payload())[1:] if isinstance(group, Message)):
        status = _STATUS.match(str(group.get("Status", "")))
        if str(group.get("Action", "")).strip().lower() == "failed" and status:
            return status[1]
    return ""
