"""Mails that came back for good."""

import re
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from identity.actions import events
from identity.actions.keeping import delete_unkept
from identity.models import Identity, Mail

# RFC 3463: class 5 is for good; the subject says whose fault: the address (1), its mailbox (2), or nobody knows (0).
# Everything else (system, network, protocol, content, policy) may be ours, and says nothing about the address.
FOR_GOOD = re.compile(r"5\.\d{1,3}\.\d{1,3}", re.ASCII)
OF_THE_ADDRESS = re.compile(r"5\.[012]\.\d{1,3}", re.ASCII)


class NotForGood(ValueError):
    """This status is not one of RFC 3463 that says that a mail came back for good."""


@transaction.atomic(using="identity")
def record_bounce(*, mail: UUID, status: str) -> bool:
    """Note that a mail came back for good with this status (5.x.x, RFC 3463), once; whether that is new.

    It is not tried again and what it held is emptied. The address is marked when the status is about it: nobody is
    invited or reminded there until a link of its own is used again. Raises NotForGood.
    """
    if not FOR_GOOD.fullmatch(status):
        raise NotForGood("Not a status of a mail that came back for good.")
    row = Mail.objects.select_for_update().filter(pk=mail, bounced_at__isnull=True).first()
    if row is None:
        return False
    now = timezone.now()
    Mail.objects.filter(pk=mail).update(bounced_at=now, bounce=status, next_try_at=None, context=b"", enclosed=b"")
    if OF_THE_ADDRESS.fullmatch(status):
        Identity.objects.filter(pk=row.identity_id, bounced_at__isnull=True).update(bounced_at=now)
    events.wait(events.MAIL_BOUNCED, participant=row.identity_id, by="system", purpose=row.kind, status=status)
    delete_unkept(participant=row.identity_id)
    return True
