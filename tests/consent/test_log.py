"""The log tells the same as the tables."""

import uuid

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Event
from consent import actions
from consent.actions import TransitionNotAllowed
from consent.models import ConsentNotice, Scope
from consent.queries import audit_panel, current, replayed
from consent.transitions import ConsentState
from tests.consent.notices import published

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])
MOVES = st.sampled_from(["ask", "give", "refuse", "withdraw", "renew"])
SCOPES = st.sets(st.sampled_from([Scope.SHARING, Scope.ILLUSTRATION]))
HISTORIES = 200


def move(name: str, subject: uuid.UUID, scopes: set[str], notice: ConsentNotice | None = None) -> None:
    by, decision = f"participant:{uuid.uuid4()}", uuid.uuid4()
    if name == "ask":
        actions.ask(subjects=[subject], decision=decision, by=by)
    elif name == "give":
        choices = {subject: {"research", *scopes}}
        actions.give(choices=choices, notice=notice or published(), decision=decision, by=by, method="link")
    else:
        getattr(actions, name)(subjects=[subject], decision=decision, by=by, method="code")


@pytest.mark.requirement("K9")
@settings(max_examples=HISTORIES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(MOVES, SCOPES), max_size=8))
def test_what_stands_equals_a_replay_of_the_log(history: list[tuple[str, set[str]]]) -> None:
    subject, notice = uuid.uuid4(), published()
    for name, scopes in [("ask", set()), *history]:
        try:
            move(name, subject, scopes, notice)
        except TransitionNotAllowed:
            continue
        record, standing = current([subject])[subject], replayed(subject)
        assert standing is not None
        assert (record.state, set(record.scopes)) == (standing.state, set(standing.scopes))


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
    assert set(data) == {"record", "decision", "method", "notice", "language", "sha256", "scopes"}
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
