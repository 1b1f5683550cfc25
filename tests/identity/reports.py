"""Reports of mails that came back, as mail servers write them (RFC 3464)."""

import uuid
from collections.abc import Sequence

from identity.letters import own_host


def report(
    mail: uuid.UUID,
    *,
    fields: Sequence[str] = ("Action: failed\nStatus: 5.1.1",),
    to: str = "",
    kind: str = "delivery-status",
) -> bytes:
    """A report about one mail; `fields` holds the fields about each recipient."""
    groups = "\n\n".join(f"Final-Recipient: rfc822; canary@example.org\n{lines}" for lines in fields)
    return f"""From: MAILER-DAEMON@mx.example.net
To: {to or f"<bounces+{mail}@{own_host()}>"}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="part"

--part
Content-Type: text/plain

I could not deliver the mail to canary@example.org. 5.9.9

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Action: failed
Status: 5.7.7

{groups}

--part
Content-Type: text/rfc822-headers

Subject: Your link

--part--
""".encode()
