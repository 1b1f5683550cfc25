"""What holders of releases are told to delete: what waits to be told, whether it is time, and the public feed."""

import json
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.db.models import Exists, Max, Min, OuterRef, QuerySet
from django.utils import timezone

from releases.models import Item, NoticeItem, Release, WithdrawalNotice
from releases.queries.items import given_out, left_since
from releases.queries.status import statuses
from releases.transitions import ReleaseState
from vault.actions import sign

_END = ("audience", "number", "signature")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many photos holders have still to be told of, and since when the oldest of them waits."""

    count: int
    oldest: datetime | None

    @property
    def due_at(self) -> datetime | None:
        """When holders are told at the latest, however few it is by then; None where nothing waits."""
        return self.oldest + timedelta(days=settings.WITHDRAWAL_WAIT_DAYS) if self.oldest else None

    @property
    def is_due(self) -> bool:
        """Whether it is time to tell: of enough photos together, or of one that has waited long enough."""
        if self.due_at is None:
            return False
        return self.count >= settings.WITHDRAWAL_BATCH or self.due_at <= timezone.now()


def waiting_items(audience: str) -> QuerySet[Item]:
    """Items that were handed out, left since, and stand in no notice that their release's holders apply.

    A photo that came back (its withdrawal was undone) and stands in a newer release, which asks for all that this one
    asks for, waits for nothing.
    """
    told = NoticeItem.objects.filter(
        public_id=OuterRef("public_id"), notice__audience=audience, notice__number__gt=OuterRef("release__notices")
    )
    back = Item.objects.standing().filter(
        public_id=OuterRef("public_id"),
        release__audience=audience,
        release__scopes__contains=OuterRef("release__scopes"),
        release__state__in=[ReleaseState.FROZEN, ReleaseState.BUILT, ReleaseState.PUBLISHED],
    )
    return left_since().filter(~Exists(told), ~Exists(back), release__audience=audience)


def waiting_withdrawals(audience: str) -> Waiting:
    """What waits to be told to the holders of this audience's releases."""
    left = waiting_items(audience).order_by().values("public_id").annotate(since=Min("dropped_at"))
    times = list(left.values_list("since", flat=True))
    return Waiting(len(times), min(times, default=None))


def publishable_from(release: Release) -> datetime | None:
    """When a release may be published at the latest: None where it may now.

    It waits while so few photos are gone since the version before that they stand out. Those that publishing tells of
    and those that nobody is told of can be told apart: each kind has to be as many, or none. Of the former, a few may
    be told once the oldest has waited; of the latter, a few may be missing once the version before is as old.
    """
    waiting = waiting_withdrawals(release.audience)
    days = [waiting.due_at] if waiting.due_at and not waiting.is_due else []
    older = _newest_given_out(release)
    if older is not None and older.published_at is not None:
        old_enough = older.published_at + timedelta(days=settings.WITHDRAWAL_WAIT_DAYS)
        if old_enough > timezone.now() and 0 < _left_untold(older, release) < settings.WITHDRAWAL_BATCH:
            days.append(old_enough)
    return max(days, default=None)


def _newest_given_out(release: Release) -> Release | None:
    """The newest version of this release's audience that somebody outside may hold."""
    others = Release.objects.filter(audience=release.audience, published_at__isnull=False).exclude(pk=release.pk)
    return others.order_by("-number").first()


def _left_untold(older: Release, newer: Release) -> int:
    """How many photos of the older release are not in the newer one, and in no notice, written or waiting."""
    kept = newer.items.standing().filter(public_id=OuterRef("public_id"))
    told = NoticeItem.objects.filter(
        public_id=OuterRef("public_id"), notice__audience=older.audience, notice__number__gt=older.notices
    )
    waiting = waiting_items(older.audience).filter(release=older)
    gone = given_out().filter(~Exists(kept), ~Exists(told), release=older)
    return gone.exclude(pk__in=waiting.values("pk")).count()


def newest_notice(audience: str) -> int:
    """The number of this audience's newest notice; 0 before the first."""
    found = WithdrawalNotice.objects.filter(audience=audience).aggregate(Max("number"))
    return found["number__max"] or 0


def feed_tag() -> str:
    """What tells one feed from another, in hex, without reading it: each notice names the one before by its digest."""
    newest = WithdrawalNotice.objects.order_by("audience", "-number").distinct("audience")
    ends = [(audience, number, bytes(signed).hex()) for audience, number, signed in newest.values_list(*_END)]
    standing = statuses({audience: number for audience, number, _signed in ends})
    return sha256(json.dumps([WithdrawalNotice.objects.count(), ends, standing]).encode()).hexdigest()


@lru_cache(maxsize=1)
def feed(_tag: str) -> bytes:
    """Every notice, and how each audience's releases stand, with signatures, as JSON; raises vault's KeyMissing.

    Made once in each process for each `feed_tag`.
    """
    rows = WithdrawalNotice.objects.order_by("audience", "number").values_list("audience", "text", "signature")
    notices = [{"notice": text, "signature": _in_text(signature)} for _audience, text, signature in rows]
    told = statuses(Counter(audience for audience, _text, _signature in rows))
    standing = [{"status": text, "signature": _in_text(sign(text.encode()))} for text in told]
    return json.dumps({"notices": notices, "status": standing}, ensure_ascii=False, indent=1).encode() + b"\n"


def _in_text(signature: bytes | memoryview) -> str:
    return b64encode(bytes(signature)).decode()
