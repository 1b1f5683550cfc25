"""What stands for a subject, and what is in force: the newest record of each subject says it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from consent.models import ConsentRecord, Scope
from consent.transitions import IN_FORCE, ConsentState


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for one subject: its state, and the scopes while it is in force."""

    state: ConsentState
    scopes: frozenset[str]


def current(subjects: Iterable[UUID]) -> dict[UUID, ConsentRecord]:
    """The newest record of each subject; one that was never asked is absent."""
    newest = ConsentRecord.objects.filter(subject__in=list(subjects)).order_by("subject", "-id").distinct("subject")
    return {record.subject: record for record in newest.select_related("notice")}


def last_in_force(subjects: Iterable[UUID]) -> dict[UUID, ConsentRecord]:
    """The newest record of each subject by which consent was in force; absent where it never was."""
    found = ConsentRecord.objects.filter(subject__in=list(subjects), state__in=IN_FORCE)
    newest = found.order_by("subject", "-id").distinct("subject")
    return {record.subject: record for record in newest.select_related("notice")}


def in_force(scopes: Sequence[str] = (Scope.RESEARCH,)) -> QuerySet[ConsentRecord]:
    """The newest records that are in force with all of these scopes, one a subject.

    For a table with a subject id: Exists(in_force().filter(subject=OuterRef("pk"))).
    """
    newer = ConsentRecord.objects.filter(subject=OuterRef("subject"), id__gt=OuterRef("id"))
    return ConsentRecord.objects.filter(~Exists(newer), state__in=IN_FORCE, scopes__contains=list(scopes))


def state_of(outer_ref: str) -> Subquery:
    """The state of the subject whose id stands in the outer query's column; NULL when it was never asked."""
    return Subquery(_newest_of(outer_ref).values("state")[:1])


def scopes_of(outer_ref: str) -> Subquery:
    """The scopes on the newest record of the subject in the outer column: empty unless it is in force."""
    return Subquery(_newest_of(outer_ref).values("scopes")[:1])


def history(subjects: Iterable[UUID]) -> QuerySet[ConsentRecord]:
    """Every record of these subjects, oldest first."""
    return ConsentRecord.objects.filter(subject__in=list(subjects)).select_related("notice").order_by("id")


def _newest_of(outer_ref: str) -> QuerySet[ConsentRecord]:
    return ConsentRecord.objects.filter(subject=OuterRef(outer_ref)).order_by("-id")
