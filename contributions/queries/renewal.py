"""Agreements that have to be given again: whose time is over, or whose text was widened since."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from consent.models import ConsentNotice, ConsentRecord
from consent.queries import IN_FORCE, ConsentState, expiring, order_of, outdated
from contributions.models import ConsentSubject, Photo
from contributions.queries.use import open_withdrawals
from contributions.transitions import HELD


@dataclass(frozen=True, slots=True)
class Changes:
    """Two versions of the text in one language: the one that was agreed to, and the newest."""

    language: str
    agreed: str
    newest: str


@dataclass(frozen=True, slots=True)
class Again:
    """Why a photo waits for a new yes, and since when. `changes` names the text agreed to and what came since."""

    reason: str
    since: datetime
    changes: Changes | None

    @property
    def is_widened(self) -> bool:
        """Whether the text asks for more than was agreed to; otherwise the time of the agreement is over."""
        return self.reason == WIDENED

    @property
    def until(self) -> datetime:
        """How long we wait for it; then the photo goes out for good."""
        return self.since + timedelta(days=settings.RENEWAL_DAYS)


EXPIRED, WIDENED = "expired", "widened"
# Consent in one of these was given, and can be withdrawn or given again.
AGREED_ONCE = frozenset({*IN_FORCE, ConsentState.EXPIRED})


class Notices:
    """The texts that were published, without their words: read once for many records."""

    def __init__(self) -> None:
        """Read them."""
        rows = ConsentNotice.objects.order_by("published_at", "version").defer("text")
        self._rows = list(rows)

    def again(self, records: Sequence[ConsentRecord]) -> Again | None:
        """Why the newest of one subject's records (oldest first) is not enough any more; None while it is."""
        newest = records[-1] if records else None
        agreed = next((row for row in reversed(records) if row.state in IN_FORCE), None)
        if newest is None or agreed is None or agreed.notice is None or newest.state not in AGREED_ONCE:
            return None
        changes = self._changes(agreed.notice)
        over = agreed.expires_at or newest.at if newest.state == ConsentState.EXPIRED else agreed.expires_at
        if over is not None and over <= timezone.now():
            return Again(EXPIRED, over, changes)
        wider = self.widened_at(agreed.notice.terms)
        return Again(WIDENED, wider, changes) if wider else None

    def newer(self, records: Sequence[ConsentRecord]) -> Changes | None:
        """What came since, where a later text asks for nothing more than was agreed to; None where there is none."""
        newest = records[-1] if records else None
        if newest is None or newest.notice is None or newest.state not in IN_FORCE or self.again(records):
            return None
        return self._changes(newest.notice)

    def _changes(self, agreed: ConsentNotice) -> Changes | None:
        later = [
            row
            for row in self._rows
            if row.language == agreed.language and order_of(row.version) > order_of(agreed.version)
        ]
        newest = max(later, key=lambda row: order_of(row.version), default=None)
        return Changes(agreed.language, agreed.version, newest.version) if newest else None

    def widened_at(self, terms: int) -> datetime | None:
        """When the first text was published that asks for more than these terms; None where none does."""
        return min((row.published_at for row in self._rows if row.terms > terms), default=None)


@dataclass(frozen=True, slots=True)
class Due:
    """A subject whose person is to be reminded: its id, whose it is, the day that the reminder is about and, where the
    agreement ends by time, when."""

    subject: UUID
    participant: UUID
    day: date
    ends: datetime | None = None


def ending_soon(limit: int) -> list[Due]:
    """At most so many subjects whose agreement ends within settings.REMIND_BEFORE_DAYS and who were not told so."""
    soon = expiring(timezone.now() + timedelta(days=settings.REMIND_BEFORE_DAYS)).order_by()
    ends = Subquery(soon.filter(subject=OuterRef("pk")).values("expires_at")[:1])
    rows = _in_our_hands().filter(pk__in=soon.values("subject")).annotate(ends=ends).exclude(reminded_end=F("ends"))
    found = rows.order_by("participant", "pk").values_list("pk", "participant", "ends")[:limit]
    return [Due(subject, participant, ends.date(), ends) for subject, participant, ends in found if ends]


def asked_for_more(limit: int) -> list[Due]:
    """At most so many subjects who agreed to a text that a later one has widened and were not told so."""
    levels = list(ConsentNotice.objects.order_by("terms").values_list("terms", flat=True).distinct())
    if len(levels) < 2:
        return []
    untold = _in_our_hands().filter(Q(reminded_terms=None) | Q(reminded_terms__lt=levels[-1]))
    terms = Subquery(outdated().filter(subject=OuterRef("pk")).values("notice__terms")[:1])
    rows = untold.annotate(agreed_terms=terms).filter(agreed_terms__isnull=False).order_by("participant", "pk")
    notices, found = Notices(), rows.values_list("pk", "participant", "agreed_terms")[:limit]
    days = {level: at.date() for level in levels if (at := notices.widened_at(level))}
    return [Due(subject, participant, days[terms]) for subject, participant, terms in found if terms in days]


def highest_terms() -> int:
    """The highest terms of any published text; 0 before the first."""
    return ConsentNotice.objects.aggregate(most=Max("terms"))["most"] or 0


def _in_our_hands() -> QuerySet[ConsentSubject]:
    """Subjects of photos that are still there and not on their way out."""
    return ConsentSubject.objects.filter(~Exists(open_withdrawals("photo")), photo__state__in=HELD)


def not_agreed_again(limit: int, *, among: Collection[UUID] | None = None) -> list[UUID]:
    """Photos still in our hands that somebody should have agreed to again settings.RENEWAL_DAYS ago, and did not."""
    before = timezone.now() - timedelta(days=settings.RENEWAL_DAYS)
    terms = ConsentNotice.objects.filter(published_at__lte=before).aggregate(most=Max("terms"))["most"] or 0
    newer = ConsentRecord.objects.filter(subject=OuterRef("subject"), id__gt=OuterRef("id"))
    late = ConsentRecord.objects.filter(
        Q(state=ConsentState.EXPIRED, at__lte=before)
        | Q(state__in=IN_FORCE, expires_at__lte=before)
        | Q(state__in=IN_FORCE, notice__terms__lt=terms)
    ).filter(~Exists(newer))
    subjects = ConsentSubject.objects.filter(photo=OuterRef("pk"), pk__in=late.values("subject"))
    photos = Photo.objects.filter(Exists(subjects), ~Exists(open_withdrawals()), state__in=HELD)
    photos = photos if among is None else photos.filter(pk__in=list(among))
    return list(photos.order_by("pk").values_list("pk", flat=True)[:limit])
