"""Recording answers: one appended record and one event for each subject, in the caller's transaction."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction

from audit.actions import record
from audit.models import EventKind
from consent.actions import events
from consent.models import ConsentNotice, ConsentRecord, Scope
from consent.queries import current, last_in_force
from consent.transitions import ConsentState, check

KINDS: dict[ConsentState, EventKind] = {
    ConsentState.REQUESTED: events.REQUESTED,
    ConsentState.GIVEN: events.GIVEN,
    ConsentState.RENEWED: events.RENEWED,
    ConsentState.REFUSED: events.REFUSED,
    ConsentState.WITHDRAWN: events.WITHDRAWN,
}
ASKED = "asked"


class ResearchNotAgreed(ValueError):
    """Nothing can be given without the research itself."""


class ScopeNotOffered(ValueError):
    """A scope was chosen that the notice does not offer."""


@dataclass(frozen=True, slots=True)
class _Next:
    """What will stand for one subject."""

    state: ConsentState
    notice: ConsentNotice | None = None
    scopes: list[str] = field(default_factory=list)


@transaction.atomic
def ask(*, subjects: Iterable[UUID], decision: UUID, by: str) -> None:
    """Record that consent was asked for."""
    wanted = dict.fromkeys(subjects, _Next(ConsentState.REQUESTED))
    _append(wanted, decision=decision, by=by, method=ASKED)


@transaction.atomic
def give(
    *, choices: Mapping[UUID, Collection[str]], notice: ConsentNotice, decision: UUID, by: str, method: str
) -> None:
    """Record what was agreed to, each subject with its scopes; given again with other scopes, it changes them.

    Raises ResearchNotAgreed, ScopeNotOffered and TransitionNotAllowed (refused, withdrawn or never asked).
    """
    _lock(choices)
    before = current(choices)
    wanted = {}
    for subject, scopes in choices.items():
        _check_scopes(scopes, notice)
        again = subject in before and before[subject].state in {ConsentState.RENEWED, ConsentState.EXPIRED}
        state = ConsentState.RENEWED if again else ConsentState.GIVEN
        wanted[subject] = _Next(state, notice, [scope for scope in Scope.values if scope in scopes])
    _append(wanted, decision=decision, by=by, method=method)


@transaction.atomic
def refuse(*, subjects: Iterable[UUID], decision: UUID, by: str, method: str) -> None:
    """Record that the person does not agree. Raises TransitionNotAllowed unless it was asked and not answered."""
    _append(dict.fromkeys(subjects, _Next(ConsentState.REFUSED)), decision=decision, by=by, method=method)


@transaction.atomic
def withdraw(*, subjects: Iterable[UUID], decision: UUID, by: str, method: str) -> None:
    """Record that the person takes the agreement back. Raises TransitionNotAllowed unless it was given."""
    _append(dict.fromkeys(subjects, _Next(ConsentState.WITHDRAWN)), decision=decision, by=by, method=method)


@transaction.atomic
def renew(*, subjects: Iterable[UUID], decision: UUID, by: str, method: str) -> None:
    """Undo a withdrawal: scopes and notice as they stood before it. Raises TransitionNotAllowed."""
    subjects = list(subjects)
    _lock(subjects)
    former = last_in_force(subjects)
    wanted = {
        subject: _Next(ConsentState.RENEWED, former[subject].notice, former[subject].scopes)
        if subject in former
        else _Next(ConsentState.RENEWED)
        for subject in subjects
    }
    _append(wanted, decision=decision, by=by, method=method)


def _append(wanted: Mapping[UUID, _Next], *, decision: UUID, by: str, method: str) -> None:
    """Append a record for each subject that this decision has not reached yet, and its event."""
    _lock(wanted)
    done = set(ConsentRecord.objects.filter(subject__in=wanted, decision=decision).values_list("subject", flat=True))
    before = current(wanted)
    fresh = []
    for subject, following in wanted.items():
        if subject in done:
            continue
        check(ConsentState(before[subject].state) if subject in before else None, following.state)
        fresh.append(
            ConsentRecord(
                subject=subject,
                notice=following.notice,
                state=following.state,
                scopes=following.scopes,
                decision=decision,
                by=by,
                method=method,
            )
        )
    for one in ConsentRecord.objects.bulk_create(fresh):
        _record_event(one)


def _record_event(one: ConsentRecord) -> None:
    kind = KINDS[ConsentState(one.state)]
    data: dict[str, str | list[str]] = {"record": str(one.record_id), "decision": str(one.decision)}
    if "method" in kind.fields:
        data["method"] = one.method
    if one.notice is not None:
        notice = {"notice": one.notice.version, "language": one.notice.language.lower()}
        data |= {"scopes": one.scopes, "sha256": one.notice.sha256, **notice}
    record(kind, subject=one.subject, by=one.by, **data)


def _check_scopes(scopes: Collection[str], notice: ConsentNotice) -> None:
    if Scope.RESEARCH not in scopes:
        raise ResearchNotAgreed("Nothing can be given without the research itself.")
    if not set(scopes) <= set(notice.scopes):
        raise ScopeNotOffered(f"Notice {notice} offers {', '.join(notice.scopes)} only.")


def _lock(subjects: Iterable[UUID]) -> None:
    """Let one decision at a time speak about a subject until the transaction ends; in one order, against deadlocks."""
    keys = sorted({int.from_bytes(subject.bytes[:8], signed=True) for subject in subjects})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])
