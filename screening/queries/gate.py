"""The gate: one answer to "may this photo be shown or used?", and what the safety officer's desk reads."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.utils import timezone

from audit.queries import unreplayed
from consent.queries import Anew, Prepared
from contributions import queries as contributions
from contributions.models import Photo
from screening.codes import MATCH_KNOWN, CodeKind
from screening.models import Finding, KnownList, LegalHold, Verdict
from screening.queries.policy import under_good_policy
from screening.transitions import HoldState, VerdictState

# Why a photo was locked after a restore: its hold stands in the log, and its officers nowhere.
HOLD_WITHOUT_OFFICERS: Final = CodeKind.HOLD_WITHOUT_OFFICERS.value
# What such a lock has for a policy: no screening led to it, and like a hold it stops the erasure and nothing else.
NO_POLICY: Final = ""
BY_STAFF: Final = "staff:"


def newest_verdict(photo_id: UUID) -> Verdict | None:
    """The verdict that counts for a photo's present content, under whichever policy; None: never judged."""
    return verdicts_of(photo_id).first()


def verdicts_of(photo_id: UUID) -> QuerySet[Verdict]:
    """The verdicts on a photo's present content, the newest first.

    One that the log brought back after a restore stands on the received bytes where nothing was rebuilt from them yet.
    """
    return _on(photo_id, F("photo__full_id"), F("photo__received_id"))


def servable() -> QuerySet[Photo]:
    """Photos that may be shown to staff or put into a release. Nothing else is.

    In use by consent; the newest verdict on the present content is clear and under a policy that still counts; the
    photo stands among those that growing lists are matched against; and what they gained was matched in time.
    """
    good = Case(
        When(Q(state=VerdictState.CLEAR) & under_good_policy(), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    shown = newest_verdicts().annotate(good=good).values("good")[:1]
    matched = Finding.objects.filter(photo=OuterRef("pk"), step=MATCH_KNOWN)
    photos = contributions.in_use().annotate(is_clear=Subquery(shown))
    return photos.filter(~Exists(late_lists()), Exists(matched), is_clear=True)


def is_servable(photo_id: UUID) -> bool:
    """Whether `servable` has this photo now: the same question, written and planned once. Raises DatabaseError."""
    return bool(_SERVABLE.rows(photo=photo_id))


def servable_among(photo_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these photos that `servable` has: the same question, written and planned once. Raises DatabaseError."""
    return {photo for (photo,) in _AMONG.rows(photos=list(photo_ids))}


def is_closed() -> bool:
    """Whether nothing at all is let through.

    A list was not matched in time, a refilled log is not replayed, or no clear verdict is under a policy that counts.
    """
    return late_lists().exists() or unreplayed().exists() or _is_outdated()


def _is_outdated() -> bool:
    """Whether photos were cleared, and every such verdict was given under a policy that counts no more."""
    cleared = Verdict.objects.filter(state=VerdictState.CLEAR).order_by()
    return cleared.exists() and not cleared.filter(under_good_policy()).exists()


def held() -> QuerySet[Photo]:
    """Photos that wait for the safety officer, oldest first. Those withdrawn or erased are gone from here."""
    return judged(VerdictState.HELD).order_by("ready_at")


def judged(*states: VerdictState) -> QuerySet[Photo]:
    """Ready photos that are not on their way out, whose newest verdict is one of these, which few have."""
    return _newest_among(contributions.staying(), *states)


def going_on() -> QuerySet[Photo]:
    """Ready photos that are not on their way out, whose newest verdict is clear or held: nearly all of them."""
    out = judged(*set(VerdictState) - {VerdictState.CLEAR, VerdictState.HELD}).order_by().values("pk")
    return contributions.staying().filter(Exists(newest_verdicts())).exclude(pk__in=out)


def locked() -> QuerySet[Photo]:
    """Photos whose newest verdict is a lock and whose bytes are there, wherever else they stand."""
    return _newest_among(Photo.objects.filter(erased_at__isnull=True), VerdictState.LOCKED)


def _newest_among(photos: QuerySet[Photo], *states: VerdictState) -> QuerySet[Photo]:
    """The newest verdict is looked up for those photos alone that ever had such a one."""
    ever = Verdict.objects.filter(state__in=states).order_by().values("photo")
    newest = Subquery(newest_verdicts().values("state")[:1])
    return photos.filter(pk__in=ever).annotate(newest_verdict=newest).filter(newest_verdict__in=states)


def newest_verdicts() -> QuerySet[Verdict]:
    """Verdicts on the present content of the photo that the outer query is at, the newest first."""
    return _on(OuterRef("pk"), OuterRef("full_id"), OuterRef("received_id"))


def _on(photo: UUID | OuterRef, *content: Any) -> QuerySet[Verdict]:
    return Verdict.objects.filter(photo=photo, content__in=content).exclude(policy=NO_POLICY).order_by("-id")


def late_lists() -> QuerySet[KnownList]:
    """Known lists that gained something which was not matched against the collection in time. One closes the gate."""
    return KnownList.objects.filter(waiting_since__lt=Anew(_late_since)).order_by()


def _late_since() -> datetime:
    return timezone.now() - timedelta(hours=settings.REVERSE_MATCH_HOURS)


def locked_among(photo_ids: Collection[UUID]) -> set[UUID]:
    """Those of the photos that are locked: their bytes stay sealed until the written procedure has decided.

    A lock ends by a ruling that two officers agree on; no machine lowers one. A lock that stands for a hold of officers
    whom a restored backup has lost ends when two officers place and lift a hold of the same photo.
    """
    locks = Verdict.objects.filter(photo__in=photo_ids, state=VerdictState.LOCKED)
    over = locks.filter(_ended_lock()).values("pk")
    return set(locks.exclude(pk__in=over).values_list("photo_id", flat=True))


def holds_without_officers() -> list[UUID]:
    """Photos that are locked for a hold alone whose officers a restored backup has lost."""
    locks = Verdict.objects.filter(state=VerdictState.LOCKED, reasons__contains=[HOLD_WITHOUT_OFFICERS])
    return sorted(set(locks.exclude(_ended_lock()).values_list("photo_id", flat=True)))


def _ended_lock() -> Q:
    lifted = LegalHold.objects.filter(photo=OuterRef("photo"), state=HoldState.LIFTED, lifted_at__gt=OuterRef("at"))
    ruled = Verdict.objects.filter(photo=OuterRef("photo"), id__gt=OuterRef("pk"), by__startswith=BY_STAFF)
    for_a_hold = Q(reasons__contains=[HOLD_WITHOUT_OFFICERS])
    return (for_a_hold & Q(Exists(lifted))) | (~for_a_hold & Q(Exists(ruled.exclude(state=VerdictState.LOCKED))))


def _one_servable(photo: Anew) -> QuerySet[Photo, Any]:
    return servable().filter(pk=photo).order_by().values_list("pk")


_SERVABLE: Final = Prepared("mpm_is_servable", _one_servable, photo=UUIDField())


def _servable_among(photos: Anew) -> QuerySet[Photo, Any]:
    among = Func(F("pk"), photos, arg_joiner=" = ANY (", template="%(expressions)s)", output_field=BooleanField())
    return servable().filter(among).order_by().values_list("pk")


_AMONG: Final = Prepared("mpm_servable_among", _servable_among, photos=ArrayField(UUIDField()))
