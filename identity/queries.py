"""Reading the identity room: links, masks, and what the sweep across both databases has to complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import DatabaseError
from django.db.models import Case, Exists, Min, OuterRef, Q, QuerySet, When
from django.utils import timezone

from audit.models import Event
from identity.models import DoNotWrite, Identity, Keep, Link, LogMark, Mail
from identity.sealing import index_of

MOST_ATTEMPTS = 12
# Under this name a session holds the row id of the link that its browser opened.
OPENED_LINK = "link"
DELETED = "identity:deleted"
# The clock renews the mark every 20 seconds; a sweep under way may keep it waiting.
MARK_LIVES = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Mails:
    """How far the mails of one update are."""

    written: int
    waiting: int


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


def last_day(ends: datetime) -> datetime:
    """The last day that we name for something that ends then: a whole one, on which its link still opens."""
    return timezone.localtime(ends - timedelta(days=1))


def hears_updates(participant: UUID) -> bool:
    """Whether the person asked to hear what becomes of the photos."""
    return Identity.objects.filter(pk=participant, updates_since__isnull=False).exists()


def hearing(*, since_before: datetime) -> QuerySet[Identity]:
    """Who is mailed an update that was approved at this moment: asked for updates until then, and can be written to."""
    loud = Keep.objects.filter(identity=OuterRef("pk"), quiet_since__isnull=True)
    return Identity.objects.filter(Exists(loud), updates_since__lte=since_before, bounced_at__isnull=True)


def mails_of_update(update: UUID) -> Mails:
    """How many mails of an update were written, and how many of them wait to be sent."""
    written = Mail.objects.filter(kind=Mail.Kind.UPDATE, decision=update)
    return Mails(written=written.count(), waiting=mails_to_send().filter(pk__in=written.values("pk")).count())


def updates_on_their_way() -> list[UUID]:
    """The updates of which a mail is still to be sent."""
    unsent = Mail.objects.filter(kind=Mail.Kind.UPDATE, sent_at__isnull=True, decision__isnull=False)
    return [update for update in unsent.order_by().values_list("decision", flat=True).distinct() if update]


def hears_reminders(participant: UUID) -> bool:
    """Whether the person is reminded: not stopped, wants to be written to, and mails arrive there."""
    return may_be_invited(participant) and Identity.objects.filter(pk=participant, reminders_stopped_at=None).exists()


def more_due_on(participant: UUID) -> datetime | None:
    """When the one mail goes that the person asked for, if they did."""
    return Identity.objects.filter(pk=participant).values_list("more_due_at", flat=True).first()


def more_due(limit: int) -> list[tuple[UUID, datetime]]:
    """Participants whose one mail is due, with the time since when, oldest first."""
    due = Identity.objects.filter(more_due_at__lte=timezone.now()).order_by("more_due_at", "pk")
    rows = due.values_list("pk", "more_due_at")[:limit]
    return [(participant, at) for participant, at in rows if at is not None]


def may_be_invited(participant: UUID) -> bool:
    """Whether the address may be written to unasked: it did not say no, and mails arrive there."""
    blocked = DoNotWrite.objects.filter(blind_index=OuterRef("blind_index"))
    return Identity.objects.filter(~Exists(blocked), pk=participant, bounced_at__isnull=True).exists()


def is_quiet(participant: UUID) -> bool:
    """Whether the person is to hear nothing any more: as if the address were deleted, or because it is."""
    return not Keep.objects.filter(identity=participant, quiet_since__isnull=True).exists()


def last_letter_at(sending: UUID) -> datetime | None:
    """When the newest link of a sending that waits for its answer was mailed."""
    mails = Mail.objects.filter(kind=Mail.Kind.CONSENT_LINK, decision=sending).order_by("-created_at")
    return mails.values_list("created_at", flat=True).first()


def bounced(decision: UUID) -> bool:
    """Whether a mail of this sending, invitation, claim or decision came back for good."""
    return Mail.objects.filter(decision=decision, bounced_at__isnull=False).exists()


def was_reminded(invitation: UUID) -> bool:
    """Whether the second mail of this invitation was written; there is no third."""
    return Mail.objects.filter(kind=Mail.Kind.INVITATION, decision=first_of_two(invitation)).exists()


def first_of_two(invitation: UUID) -> UUID:
    """What the first mail of an invitation is filed under once a second was written, which takes its place."""
    return uuid5(invitation, "first")


def participant_of(address: str) -> UUID | None:
    """Who has this address, for a claim that names who may have sent the photo; never shown. Raises AddressNotValid."""
    return Identity.objects.filter(blind_index=index_of(address)).values_list("pk", flat=True).first()


def is_replayed() -> bool:
    """Whether nobody is here whom the log says to be deleted, as after an old backup was restored.

    Exact, and as cheap as the deletions since `LogMark`: whatever was deleted after a backup is in the log at or after
    the mark that the backup brought back, because the mark is the log's size at an earlier moment. No when a database
    does not answer.
    """
    try:
        return not needs_replay()
    except DatabaseError:
        return False


def needs_replay() -> bool:
    """The opposite of `is_replayed`. Raises DatabaseError."""
    deleted = Event.objects.filter(index__gte=_mark(), action=DELETED).values_list("subject", flat=True)
    return Identity.objects.filter(pk__in=list(deleted)).exists()


def replay_from() -> int | None:
    """The first entry that `manage.py replay_erasures` must tell this database, if any. Raises DatabaseError."""
    return _mark() if needs_replay() else None


def follows_log() -> bool:
    """Whether this database agreed with the log in the last minutes; all that can be seen of it without the log."""
    return LogMark.objects.filter(pk=LogMark.ONLY, at__gt=timezone.now() - MARK_LIVES).exists()


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
    """Released mails that were not sent, did not come back and were not given up, whenever their next try is."""
    return Mail.objects.filter(
        ready_at__isnull=False, sent_at__isnull=True, bounced_at__isnull=True, attempts__lt=MOST_ATTEMPTS
    )


def mails_due() -> QuerySet[Mail]:
    """Released mails whose first or next try is now, oldest first; after all others updates, which can wait."""
    due = Q(next_try_at__isnull=True) | Q(next_try_at__lte=timezone.now())
    can_wait = Case(When(kind=Mail.Kind.UPDATE, then=True), default=False)
    return mails_to_send().filter(due).order_by(can_wait, "created_at", "pk")


def _mark() -> int:
    return LogMark.objects.filter(pk=LogMark.ONLY).values_list("size", flat=True).first() or 0


def _live() -> QuerySet[Link]:
    return Link.objects.filter(claim__isnull=True, expires_at__gt=timezone.now())


def system_figures() -> Mapping[str, float]:
    """Mails that wait, and since when the oldest is due (seconds): for those who run the site, without an address."""
    waiting = mails_to_send()
    oldest = waiting.aggregate(at=Min("ready_at"))["at"]
    return {
        "mails_waiting": waiting.count(),
        "mails_oldest_seconds": max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0,
    }
