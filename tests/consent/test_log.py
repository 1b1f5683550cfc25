"""The log tells the same as the tables."""

import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import transaction
from django.db.models import Subquery
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from audit.actions import record
from audit.models import Event
from consent import actions
from consent.actions import TransitionNotAllowed
from consent.actions.events import GIVEN, WITHDRAWN
from consent.models import ConsentNotice, ConsentRecord, Scope
from consent.queries import (
    IN_FORCE,
    audit_panel,
    current,
    history,
    in_force,
    is_as_told,
    is_in_force,
    is_refused_or_ended,
    missing_by_log,
    outdated,
    past_expiry,
    refused_or_ended,
    replayed,
)
from consent.sources import sources
from consent.transitions import ConsentState
from tests import soak
from tests.consent.clock import clock
from tests.consent.notices import published

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])
MOVES = st.sampled_from(
    ["ask", "give", "give", "again", "refuse", "withdraw", "renew", "revoke", "expire", "wait", "wait"]
)
SCOPES = st.sets(st.sampled_from([Scope.SHARING, Scope.ILLUSTRATION]))
# Which notice an answer is about: under former terms, with an end, and without.
NOTICE = st.integers(0, 2)
HISTORIES, EVERY_HISTORY = 200, 10_000


def versions() -> list[ConsentNotice]:
    """Three notices: the first allows less than the later two; the second ends after a year, the third never."""
    source = next(source for source in sources() if source.language == "en")
    asked_for = [("2026-1", 1, 6), ("2027-1", 2, 12), ("2027-2", 2, None)]
    for version, terms, months in asked_for:
        actions.publish(source=replace(source, version=version, terms=terms, valid_months=months), by="system")
    return list(ConsentNotice.objects.order_by("version"))


def move(name: str, subject: uuid.UUID, scopes: set[str], notice: ConsentNotice | None = None) -> None:
    by, decision = f"participant:{uuid.uuid4()}", uuid.uuid4()
    if name == "ask":
        actions.ask(subjects=[subject], decision=decision, by=by)
    elif name in {"give", "again"}:
        choices, text = {subject: {"research", *scopes}}, notice or published()
        actions.give(choices=choices, notice=text, decision=decision, by=by, method="link", again=name == "again")
    elif name == "expire":
        actions.expire(subjects=[subject], decision=decision)
    else:
        getattr(actions, name)(subjects=[subject], decision=decision, by=by, method="code")


def terms_by_log() -> dict[tuple[str, ...], int]:
    """Version, language and SHA-256 of a notice to its terms, as the log tells of its publication."""
    told = [event.data for event in Event.objects.filter(action="notice:published")]
    return {(data["notice"], data["language"], data["sha256"]): data["terms"] for data in told}


def asked_of(subject: uuid.UUID, question: Subquery) -> bool | None:
    """The answer for one row of a table that holds the subject's id, as other rooms ask it."""
    rows = ConsentRecord.objects.filter(subject=subject).annotate(answer=question)
    return rows.values_list("answer", flat=True).first()


def check_everybody_is_told_the_same(subject: uuid.UUID, terms: dict[tuple[str, ...], int], now: datetime) -> None:
    """The table, what is in force, and who has to be asked again: each as the log alone says."""
    record, standing = current([subject])[subject], replayed(subject)
    assert standing is not None
    assert is_as_told(subject)
    assert (record.state, record.expires_at) == (standing.state, standing.expires_at)
    state = standing.state_at(now)
    agreed = state in IN_FORCE
    enough = agreed and terms[standing.notice] == max(terms.values())
    for scopes in ([Scope.RESEARCH], [Scope.RESEARCH, Scope.SHARING], [Scope.RESEARCH, Scope.ILLUSTRATION]):
        stands = in_force(scopes).filter(subject=subject).exists()
        assert stands == (enough and set(scopes) <= standing.scopes)
        assert bool(asked_of(subject, is_in_force("subject", scopes))) == stands
    ended = {ConsentState.REFUSED, ConsentState.WITHDRAWN, ConsentState.REVOKED, ConsentState.EXPIRED}
    assert refused_or_ended().filter(subject=subject).exists() == (state in ended)
    assert bool(asked_of(subject, is_refused_or_ended("subject"))) == (state in ended)
    over = standing.state in IN_FORCE and not agreed
    assert (subject in past_expiry(now, EVERY_HISTORY)) == over
    low = standing.state in IN_FORCE and terms[standing.notice] < max(terms.values())
    assert outdated().filter(subject=subject).exists() == low


@pytest.mark.requirement("K9")
@pytest.mark.parametrize("histories", [HISTORIES, pytest.param(EVERY_HISTORY, marks=pytest.mark.soak)])
def test_what_stands_equals_a_replay_of_the_log(histories: int) -> None:
    notices, terms = versions(), terms_by_log()
    seen: set[str] = set()

    @settings(max_examples=histories, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @example([("give", set(), 1), *[("wait", set(), 0)] * 4, ("expire", set(), 1)])
    @example([("give", set(), 0), ("renew", set(), 1), ("revoke", set(), 1)])
    @given(st.lists(st.tuples(MOVES, SCOPES, NOTICE), min_size=2, max_size=10))
    def every(moves: list[tuple[str, set[str], int]]) -> None:
        subject = uuid.uuid4()
        with clock() as time:
            for name, scopes, number in [("ask", set(), 0), *moves]:
                if name == "wait":
                    time.forward(120)
                else:
                    with suppress(TransitionNotAllowed):
                        move(name, subject, scopes, notices[number])
            check_everybody_is_told_the_same(subject, terms, time.now())
            seen.update(history([subject]).values_list("state", flat=True))

    every()
    assert seen == set(ConsentState)
    if histories == EVERY_HISTORY:
        soak.write_down("consent histories", f"{histories} random histories, each as the log tells")


def test_what_was_rolled_back_is_not_in_the_log() -> None:
    subject = uuid.uuid4()
    with pytest.raises(RuntimeError), transaction.atomic():
        move("ask", subject, set())
        raise RuntimeError
    assert replayed(subject) is None
    assert current([subject]) == {}


def test_a_subject_that_was_never_asked_has_no_story() -> None:
    assert replayed(uuid.uuid4()) is None


@pytest.mark.requirement("L8")
def test_an_entry_holds_ids_scopes_and_the_version_only() -> None:
    subject = uuid.uuid4()
    move("ask", subject, set())
    move("give", subject, {"sharing"})
    data = Event.objects.get(action="consent:given").data
    assert set(data) == {"record", "decision", "method", "notice", "language", "sha256", "scopes", "expires_at"}
    assert data["scopes"] == ["research", "sharing"]


@pytest.mark.requirement("L9")
def test_the_auditor_sees_how_many_stand_where() -> None:
    subjects = [uuid.uuid4() for _ in range(3)]
    for subject in subjects:
        move("ask", subject, set())
    move("refuse", subjects[0], set())
    rows = dict(audit_panel()["rows"])
    assert rows[str(ConsentState.REQUESTED.label)] == 2
    assert rows[str(ConsentState.REFUSED.label)] == 1


def test_a_move_that_does_not_exist_is_not_as_told() -> None:
    subject, decision = uuid.uuid4(), uuid.uuid4()
    move("ask", subject, set())
    with transaction.atomic():
        record(WITHDRAWN, subject=subject, by="system", record=uuid.uuid4(), decision=decision, method="code")
    assert not is_as_told(subject)
    assert list(missing_by_log()) == [f"consent_not_as_told {subject}"]


def test_entries_that_do_not_fit_their_kind_are_named() -> None:
    with transaction.atomic():
        record(
            GIVEN, subject=uuid.uuid4(), by="system", record=1, decision=2, method="x", notice="1", language="en",
            sha256="0" * 64, scopes="research",
        )  # fmt: skip
    (line,) = missing_by_log()
    assert line.startswith("entry_unreadable ")
