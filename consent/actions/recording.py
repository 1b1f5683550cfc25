"""Recording answers: what each says about the subjects, in the caller's transaction."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from consent.actions.appending import Next, append, lock
from consent.models import ConsentNotice, ConsentRecord, Method, Scope
from consent.queries import current, last_in_force, stale
from consent.transitions import IN_FORCE, ConsentState
from consent.versions import months_after

SYSTEM = "system"
# Who agrees once more after one of these renews.
AGREED_BEFORE = frozenset({*IN_FORCE, ConsentState.EXPIRED})


class ResearchNotAgreed(ValueError):
    """Nothing can be given without the research itself."""


class ScopeNotOffered(ValueError):
    """A scope was chosen that the notice does not offer."""


@transaction.atomic
def ask(*, subjects: Iterable[UUID], decision: UUID, by: str) -> None:
    """Record that consent was asked for."""
    wanted = dict.fromkeys(subjects, Next(ConsentState.REQUESTED))
    append(wanted, decision=decision, by=by, method=Method.ASKED)


@transaction.atomic
def give(
    *,
    choices: Mapping[UUID, Collection[str]],
    notice: ConsentNotice,
    decision: UUID,
    by: str,
    method: str,
    again: bool = False,
) -> None:
    """Record what was agreed to, each subject with its scopes, for as many months as the notice says.

    What is agreed to already only changes its scopes: it stays given or renewed, ends when it would have ended, and
    names the notice only where that asks for nothing more and nothing less. With `again` the person agrees anew: the
    time begins afresh, under this notice. Raises ResearchNotAgreed, ScopeNotOffered and TransitionNotAllowed
    (withdrawn, ended or never asked; over by time, and not `again`).
    """
    lock(choices)
    before, now, wanted = current(choices), timezone.now(), {}
    for subject, scopes in choices.items():
        former = before.get(subject)
        answer = _anew(former, notice, now) if again else _answered(former, notice, now)
        _check_scopes(scopes, answer.notice or notice)
        wanted[subject] = replace(answer, scopes=[scope for scope in Scope.values if scope in scopes])
    append(wanted, decision=decision, by=by, method=method, now=now)


@transaction.atomic
def refuse(
    *, subjects: Iterable[UUID], decision: UUID, by: str, method: str, notice: ConsentNotice | None = None
) -> None:
    """Record that the person does not agree; `notice` is the text that was read, if one was.

    Raises TransitionNotAllowed unless it was asked and not answered.
    """
    wanted = dict.fromkeys(subjects, Next(ConsentState.REFUSED, notice))
    append(wanted, decision=decision, by=by, method=method)


@transaction.atomic
def withdraw(*, subjects: Iterable[UUID], decision: UUID, by: str, method: str) -> None:
    """Record that the person takes the agreement back. Raises TransitionNotAllowed unless it was given."""
    append(dict.fromkeys(subjects, Next(ConsentState.WITHDRAWN)), decision=decision, by=by, method=method)


@transaction.atomic
def renew(*, subjects: Iterable[UUID], decision: UUID, by: str, method: str) -> None:
    """Undo a withdrawal: scopes, notice and time as they stood before it. Raises TransitionNotAllowed."""
    subjects = list(subjects)
    lock(subjects)
    former = last_in_force(subjects)
    wanted = {subject: _as_before(former.get(subject)) for subject in subjects}
    append(wanted, decision=decision, by=by, method=method)


@transaction.atomic
def revoke(*, subjects: Iterable[UUID], decision: UUID, by: str, method: str) -> None:
    """Record that the custodian ends it, which is another word than a withdrawal and cannot be undone.

    Raises TransitionNotAllowed for what is refused, withdrawn or ended already, or was never asked.
    """
    append(dict.fromkeys(subjects, Next(ConsentState.REVOKED)), decision=decision, by=by, method=method)


@transaction.atomic
def expire(*, subjects: Iterable[UUID], decision: UUID) -> list[UUID]:
    """Record that the time of these is over, or that the use was widened and they did not agree again; whose it was.

    Left as they are: those that somebody agreed to again, or took back, meanwhile.
    """
    subjects = list(subjects)
    lock(subjects)
    over = sorted(stale(subjects))
    append(dict.fromkeys(over, Next(ConsentState.EXPIRED)), decision=decision, by=SYSTEM, method=Method.TIME)
    return over


def _as_before(former: ConsentRecord | None) -> Next:
    if former is None:
        return Next(ConsentState.RENEWED)
    return Next(ConsentState.RENEWED, former.notice, former.scopes, former.expires_at)


def _anew(former: ConsentRecord | None, notice: ConsentNotice, now: datetime) -> Next:
    """A yes from now on: renewed, where there was one before."""
    is_renewed = former is not None and former.state in AGREED_BEFORE
    until = months_after(now, notice.valid_months) if notice.valid_months else None
    return Next(ConsentState.RENEWED if is_renewed else ConsentState.GIVEN, notice, expires_at=until)


def _answered(former: ConsentRecord | None, notice: ConsentNotice, now: datetime) -> Next:
    """The first yes; or one that stands, whose scopes alone change: nobody agrees for longer unasked."""
    if former is None or former.notice is None or former.state not in IN_FORCE:
        return replace(_anew(former, notice, now), state=ConsentState.GIVEN)
    read = notice if notice.terms == former.notice.terms else former.notice
    return Next(ConsentState(former.state), read, expires_at=former.expires_at)


def _check_scopes(scopes: Collection[str], notice: ConsentNotice) -> None:
    if Scope.RESEARCH not in scopes:
        raise ResearchNotAgreed("Nothing can be given without the research itself.")
    if not set(scopes) <= set(notice.scopes):
        raise ScopeNotOffered(f"Notice {notice} offers {', '.join(notice.scopes)} only.")
