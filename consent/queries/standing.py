"""What stands for a subject, and what is in force: the newest record of each subject says it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.expressions import Combinable
from django.utils import timezone

from consent.models import ConsentRecord, Scope
from consent.queries.afresh import Anew
from consent.queries.notices import notices_enough, terms_needed
from consent.transitions import IN_FORCE, ConsentState

ENDED = frozenset({ConsentState.REFUSED, ConsentState.WITHDRAWN, ConsentState.REVOKED, ConsentState.EXPIRED})


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for one subject: its state and, while that is one of agreement, scopes, notice and time.

    `notice` is version, language (lower case) and SHA-256 of the text that was agreed to; `expires_at` None: until it
    is withdrawn.
    """

    state: ConsentState
    scopes: frozenset[str]
    notice: tuple[str, ...] = ()
    expires_at: datetime | None = None

    def state_at(self, moment: datetime) -> ConsentState:
        """The state at a moment: an agreement whose time is over is expired, also before anything recorded that."""
        return ConsentState.EXPIRED if self.state in IN_FORCE and is_over(self.expires_at, moment) else self.state


def is_over(expires_at: datetime | None, moment: datetime) -> bool:
    """Whether the time of an agreement is over at this moment."""
    return expires_at is not None and expires_at <= moment


def current(subjects: Iterable[UUID]) -> dict[UUID, ConsentRecord]:
    """The newest record of each subject; one that was never asked is absent."""
    newest = ConsentRecord.objects.filter(subject__in=list(subjects)).order_by("subject", "-id").distinct("subject")
    return {record.subject: record for record in newest.select_related("notice")}


def last_in_force(subjects: Iterable[UUID]) -> dict[UUID, ConsentRecord]:
    """The newest record of each subject by which consent was in force; absent where it never was."""
    found = ConsentRecord.objects.filter(subject__in=list(subjects), state__in=IN_FORCE)
    newest = found.order_by("subject", "-id").distinct("subject")
    return {record.subject: record for record in newest.select_related("notice")}


def newest() -> QuerySet[ConsentRecord]:
    """The newest record of each subject."""
    newer = ConsentRecord.objects.filter(subject=OuterRef("subject"), id__gt=OuterRef("id"))
    return ConsentRecord.objects.filter(~Exists(newer))


def in_force(scopes: Sequence[str] = (Scope.RESEARCH,)) -> QuerySet[ConsentRecord]:
    """The newest records that are in force with all of these scopes, one a subject: agreed, not over, under terms
    that no later notice has widened.

    For a table with a subject id: Exists(in_force().filter(subject=OuterRef("pk"))).
    """
    return newest().filter(_agreed(scopes), _enough())


def newest_with_force() -> QuerySet[Any]:
    """The newest record of each subject, with `force`: whether `in_force` has it."""
    agreed = When(Q(_agreed((Scope.RESEARCH,)), _enough()), then=True)
    return newest().annotate(force=Case(agreed, default=False, output_field=BooleanField()))


def refused_or_ended() -> QuerySet[ConsentRecord]:
    """The newest records that say no or not any more: refused, withdrawn, revoked, expired, or past their time."""
    return newest().filter(_ended())


def is_in_force(outer_ref: str, scopes: Sequence[str] = (Scope.RESEARCH,)) -> Subquery:
    """Whether `in_force` has the subject whose id stands in the outer query's column; NULL when it was never asked.

    One step in the index of newest records each, however many subjects there are.
    """
    return _of_newest(outer_ref, ExpressionWrapper(_agreed(scopes), BooleanField()), _enough())


def is_refused_or_ended(outer_ref: str) -> Subquery:
    """Whether `refused_or_ended` has the subject in the outer query's column; NULL when it was never asked."""
    return _of_newest(outer_ref, ExpressionWrapper(_ended(), BooleanField()))


def outdated() -> QuerySet[ConsentRecord]:
    """The newest records that are in force by their state, but under a notice that a later one has widened."""
    return newest().filter(state__in=IN_FORCE, notice__terms__lt=terms_needed())


def stale(subjects: Iterable[UUID]) -> set[UUID]:
    """Those of these subjects whose agreement stands by its state, but is over or under a notice widened since."""
    not_enough = Q(expires_at__lte=timezone.now()) | Q(notice__terms__lt=terms_needed())
    agreed = newest().filter(not_enough, subject__in=list(subjects), state__in=IN_FORCE)
    return set(agreed.values_list("subject", flat=True))


def past_expiry(now: datetime, limit: int) -> list[UUID]:
    """At most so many subjects whose agreement is over by now and not recorded as expired, longest over first."""
    over = newest().filter(state__in=IN_FORCE, expires_at__lte=now).order_by("expires_at", "id")
    return list(over.values_list("subject", flat=True)[:limit])


def expiring(before: datetime) -> QuerySet[ConsentRecord]:
    """The newest records that are in force now and will be over by this moment, the next one first."""
    soon = newest().filter(state__in=IN_FORCE, expires_at__gt=timezone.now(), expires_at__lte=before)
    return soon.select_related("notice").order_by("expires_at", "id")


def state_of(outer_ref: str) -> Subquery:
    """The state of the subject whose id stands in the outer query's column; NULL when it was never asked."""
    return Subquery(_newest_of(outer_ref).values("state")[:1])


def history(subjects: Iterable[UUID]) -> QuerySet[ConsentRecord]:
    """Every record of these subjects, oldest first."""
    return ConsentRecord.objects.filter(subject__in=list(subjects)).select_related("notice").order_by("id")


def _agreed(scopes: Sequence[str]) -> Q:
    stands = Q(state__in=IN_FORCE, scopes__contains=list(scopes))
    return stands & (Q(expires_at=None) | Q(expires_at__gt=Anew(_now)))


def _ended() -> Q:
    return Q(state__in=ENDED) | Q(state__in=IN_FORCE, expires_at__lte=Anew(_now))


def _now() -> datetime:
    return timezone.now()


def _enough() -> Func:
    """Whether a record's notice is among those whose terms are the highest: these are looked up once a query."""
    return Func(
        F("notice_id"),
        ArraySubquery(notices_enough().values("pk")),
        template="(%(expressions)s))",
        arg_joiner=" = ANY (",
        output_field=BooleanField(),
    )


def _of_newest(outer_ref: str, *conditions: Combinable) -> Subquery:
    both = ExpressionWrapper(reduce(Q.__and__, map(Q, conditions)), BooleanField())
    return Subquery(_newest_of(outer_ref).annotate(so=both).values("so")[:1], output_field=BooleanField())


def _newest_of(outer_ref: str) -> QuerySet[ConsentRecord]:
    return ConsentRecord.objects.filter(subject=OuterRef(outer_ref)).order_by("-id")
