"""Reading the identity room: links, masks, and what the sweep across both databases has to complete."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from identity.models import Identity, Keep, Link, Mail

MOST_ATTEMPTS = 12
# Under this name a session holds the row id of the link that its browser opened.
OPENED_LINK = "link"


def live_link(link_id: UUID | str, action: Link.Action | str) -> Link | None:
    """The link of this row id, if it serves this action and is neither used nor too old."""
    return _live().filter(pk=link_id, action=action).first()


def live_link_of(token_sha256: bytes) -> Link | None:
    """The link whose token has this SHA-256, if it is neither used nor too old."""
    return _live().filter(token_sha256=token_sha256).first()


def mask_of(participant: UUID) -> str:
    """What may be shown of the address (a…@example.org), or an empty text when it is deleted."""
    return Identity.objects.filter(pk=participant).values_list("mask", flat=True).first() or ""


def language_of(participant: UUID) -> str:
    """The language of the person's mails, or an empty text when the address is deleted."""
    return Identity.objects.filter(pk=participant).values_list("language", flat=True).first() or ""


def hears_updates(participant: UUID) -> bool:
    """Whether the person asked to hear what becomes of the photos."""
    return Identity.objects.filter(pk=participant, updates_since__isnull=False).exists()


def keeps_older_than(age: timedelta) -> QuerySet[Keep]:
    """Keeps written longer ago than this, for the sweep to compare with the sendings of the research database."""
    return Keep.objects.filter(created_at__lt=timezone.now() - age)


def claimed_not_closed(older_than: timedelta) -> QuerySet[Link]:
    """Links claimed longer ago than this whose decision was not said to be committed: to close, or to unclaim."""
    return Link.objects.filter(closed_at__isnull=True, claimed_at__lt=timezone.now() - older_than)


def mails_not_released(older_than: timedelta) -> QuerySet[Mail]:
    """Mails written longer ago than this that still wait for their decision: to release, when it is committed."""
    return Mail.objects.filter(ready_at__isnull=True, created_at__lt=timezone.now() - older_than)


def mails_to_send() -> QuerySet[Mail]:
    """Released mails that were not sent and not given up, whenever their next try is."""
    return Mail.objects.filter(ready_at__isnull=False, sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS)


def mails_due() -> QuerySet[Mail]:
    """Released mails whose first or next try is now, oldest first."""
    due = Q(next_try_at__isnull=True) | Q(next_try_at__lte=timezone.now())
    return mails_to_send().filter(due).order_by("created_at", "pk")


def _live() -> QuerySet[Link]:
    return Link.objects.filter(claim__isnull=True, expires_at__gt=timezone.now())
