"""Looking at what the mail worker sends."""

import re
from email.message import Message
from urllib.parse import urlsplit

from django.core import mail

from identity.actions import record_waiting
from identity.tasks import send_mail


def sent() -> list[mail.EmailMessage]:
    """Run the mail worker's round after the clock's; every mail sent in this test so far, oldest first."""
    record_waiting(limit=0)
    send_mail()
    return list(mail.outbox)


def last_link() -> str:
    """Run the mail worker's round; the path of the link in the newest mail that has one."""
    for message in reversed(sent()):
        if found := re.search(r"https?://\S+/l/\S+", str(message.body)):
            return urlsplit(found[0]).path
    raise AssertionError("no mail with a link was sent")


def token_of(path: str) -> str:
    """The token in a link's path."""
    return path.strip("/").rpartition("/")[2]


def whole(message: mail.EmailMessage) -> str:
    """Everything that goes over the wire, decoded: headers, text and HTML."""
    parts: list[Message] = list(message.message().walk())
    bodies = [bytes(part.get_payload(decode=True) or b"").decode() for part in parts]
    return "\n".join([*(f"{name}: {value}" for name, value in parts[0].items()), *bodies])
