"""What waits for a safety officer: held photos, locked ones, and proposals for a second officer."""

from collections import Counter
from typing import Final
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Count, Exists, Func, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from contributions.models import Photo
from screening.codes import kind_of
from screening.models import Escalation, PassedOn, RulingProposal, Verdict
from screening.queries import gate
from screening.transitions import VerdictState

SHOWN: Final = 50
_CODES: Final = ArrayField(CharField())


def waiting(staff_id: UUID, kind: str = "") -> QuerySet[Photo]:
    """Held photos, the longest held first; those that this officer passed on come last.

    Each has `held_since`, `reasons` (the verdict's codes) and `passed`. With `kind`, only those with a code of it.
    `waits_since` is what they are ordered by: it is never empty.
    """
    passed = Exists(PassedOn.objects.filter(photo=OuterRef("pk"), staff=staff_id))
    photos = gate.held().annotate(held_since=_held_since(), reasons=_reasons(), passed=passed)
    photos = photos.annotate(waits_since=Coalesce("held_since", "ready_at"))
    if kind:
        photos = photos.filter(reasons__overlap=[code for code in _codes() if kind_of(code) == kind])
    return photos.order_by("passed", "waits_since", "pk")


def held_photo(photo_id: UUID) -> Photo | None:
    """One held photo with `held_since` and `reasons`; None when it is not held."""
    return gate.held().annotate(held_since=_held_since(), reasons=_reasons()).filter(pk=photo_id).first()


def with_reasons(photo_id: UUID) -> Photo:
    """A photo of which a proposal speaks, with `reasons`, wherever it stands by now; raises Photo.DoesNotExist."""
    return Photo.objects.annotate(reasons=_reasons()).get(pk=photo_id)


def next_one(staff_id: UUID, kind: str = "") -> Photo | None:
    """The first of those waiting that this officer did not pass on; None: there is none."""
    passed = PassedOn.objects.filter(staff=staff_id).values("photo")
    return waiting(staff_id, kind).exclude(pk__in=passed).first()


def kinds_waiting() -> list[tuple[str, int]]:
    """How many held photos have a code of each kind, the most first. One photo can count under several."""
    counted: Counter[str] = Counter()
    for code, number in _codes().items():
        counted[kind_of(code)] += number
    return counted.most_common()


def locked() -> QuerySet[Photo]:
    """Photos whose newest verdict is a lock and whose bytes are there, the newest lock first.

    Each has `reasons`, `locked_at` (when that verdict was given) and `told` (how often somebody outside was told).
    """
    told = Escalation.objects.filter(photo=OuterRef("pk")).order_by().values("photo").annotate(n=Count("pk"))
    since = Subquery(gate.newest_verdicts().values("at")[:1])
    photos = gate.locked().annotate(locked_at=since, reasons=_reasons(), told=Subquery(told.values("n")))
    return photos.order_by("-locked_at", "pk")


def proposals() -> QuerySet[RulingProposal]:
    """Proposals that wait for a second officer, oldest first."""
    return RulingProposal.objects.filter(agreed__isnull=True).select_related("photo").order_by("proposed_at")


def _codes() -> dict[str, int]:
    """How many held photos were held for each code."""
    reasons = gate.held().annotate(reasons=_reasons()).order_by()
    each = reasons.annotate(code=Func("reasons", function="unnest", output_field=CharField()))
    return dict(each.values("code").annotate(number=Count("pk")).values_list("code", "number"))


def _reasons() -> Subquery:
    return Subquery(gate.newest_verdicts().values("reasons")[:1], output_field=_CODES)


def _held_since() -> Subquery:
    """Since when a photo is held without a break: judging it again the same way starts no new wait."""
    of_photo = Verdict.objects.filter(photo=OuterRef("pk"), content=OuterRef("full_id"))
    later = Verdict.objects.filter(photo=OuterRef("photo"), content=OuterRef("content"), pk__gt=OuterRef("pk"))
    run = of_photo.filter(~Exists(later.exclude(state=VerdictState.HELD)), state=VerdictState.HELD).order_by("pk")
    return Subquery(run.values("at")[:1])
