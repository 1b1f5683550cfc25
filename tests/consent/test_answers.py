"""What stands for a subject after each answer, and which answers are refused."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, OuterRef

from audit.actions import NotForTheLog
from consent import actions
from consent.actions import ResearchNotAgreed, ScopeNotOffered, TransitionNotAllowed
from consent.models import ConsentRecord
from consent.queries import current, history, in_force, state_of
from tests.consent.notices import published

pytestmark = pytest.mark.django_db
BY = f"participant:{uuid.uuid4()}"


def asked(count: int = 1) -> list[uuid.UUID]:
    subjects = [uuid.uuid4() for _ in range(count)]
    actions.ask(subjects=subjects, decision=uuid.uuid4(), by="system")
    return subjects


def given(*scopes: str, count: int = 1) -> list[uuid.UUID]:
    subjects = asked(count)
    give(subjects, *scopes)
    return subjects


def give(subjects: list[uuid.UUID], *scopes: str, decision: uuid.UUID | None = None) -> None:
    choices = dict.fromkeys(subjects, scopes or ("research",))
    actions.give(choices=choices, notice=published(), decision=decision or uuid.uuid4(), by=BY, method="link")


def withdraw(subjects: list[uuid.UUID]) -> None:
    actions.withdraw(subjects=subjects, decision=uuid.uuid4(), by=BY, method="link")


@pytest.mark.requirement("K1")
def test_a_record_names_the_notice_that_was_read() -> None:
    (subject,) = given()
    notice = current([subject])[subject].notice
    assert notice is not None
    assert (notice.version, notice.language, len(notice.sha256)) == ("2026-1", "en", 64)
    assert (str(notice), str(current([subject])[subject])) == ("2026-1 en", f"{subject} given")


@pytest.mark.requirement("K2")
def test_nothing_is_given_without_the_research() -> None:
    (subject,) = asked()
    with pytest.raises(ResearchNotAgreed):
        give([subject], "sharing")
    assert current([subject])[subject].state == "requested"


def test_a_scope_that_the_notice_does_not_offer_is_refused() -> None:
    (subject,) = asked()
    with pytest.raises(ScopeNotOffered):
        give([subject], "research", "advertising")


def test_the_same_decision_twice_is_one_answer_and_one_event() -> None:
    subjects, decision = asked(3), uuid.uuid4()
    for _ in range(2):
        give(subjects, decision=decision)
    assert history(subjects).filter(state="given").count() == 3


def test_given_again_with_other_scopes_changes_them() -> None:
    subjects = given("research", "sharing")
    give(subjects, "research", "illustration")
    assert current(subjects)[subjects[0]].scopes == ["research", "illustration"]


def test_a_withdrawal_is_undone_with_the_scopes_and_the_notice_from_before() -> None:
    subjects = given("research", "sharing")
    withdraw(subjects)
    actions.renew(subjects=subjects, decision=uuid.uuid4(), by=BY, method="link")
    newest = current(subjects)[subjects[0]]
    assert (newest.state, newest.scopes, newest.notice) == ("renewed", ["research", "sharing"], published())


def test_scopes_can_be_changed_after_a_withdrawal_was_undone() -> None:
    subjects = given("research", "sharing")
    withdraw(subjects)
    actions.renew(subjects=subjects, decision=uuid.uuid4(), by=BY, method="link")
    give(subjects, "research")
    assert current(subjects)[subjects[0]].scopes == ["research"]


def test_what_was_never_asked_cannot_be_given() -> None:
    with pytest.raises(TransitionNotAllowed):
        give([uuid.uuid4()])


@pytest.mark.requirement("C5")
def test_a_no_can_become_a_yes_and_is_no_withdrawal() -> None:
    subjects = asked()
    actions.refuse(subjects=subjects, decision=uuid.uuid4(), by=BY, method="link")
    with pytest.raises(TransitionNotAllowed):
        withdraw(subjects)
    give(subjects)
    assert current(subjects)[subjects[0]].state == "given"


@pytest.mark.requirement("K1")
def test_a_refusal_names_the_notice_that_was_read() -> None:
    subjects = asked()
    actions.refuse(subjects=subjects, decision=uuid.uuid4(), by=BY, method="link", notice=published("nl"))
    notice = current(subjects)[subjects[0]].notice
    assert notice is not None
    assert notice.language == "nl"


def test_what_we_end_is_another_word_and_cannot_be_undone() -> None:
    subjects = given()
    actions.revoke(subjects=subjects, decision=uuid.uuid4(), by=f"staff:{uuid.uuid4()}", method="ruling")
    assert current(subjects)[subjects[0]].state == "revoked"
    assert not in_force().exists()
    for undo in (give, withdraw):
        with pytest.raises(TransitionNotAllowed):
            undo(subjects)


def test_a_withdrawal_that_never_was_cannot_be_undone() -> None:
    with pytest.raises(TransitionNotAllowed):
        actions.renew(subjects=[uuid.uuid4()], decision=uuid.uuid4(), by=BY, method="link")


def test_one_refusal_among_many_changes_none() -> None:
    subjects = [*asked(2), uuid.uuid4()]
    with pytest.raises(TransitionNotAllowed):
        give(subjects)
    assert {record.state for record in current(subjects).values()} == {"requested"}


def test_only_what_stands_now_is_in_force() -> None:
    kept, left = given("research", "sharing", count=2)
    withdraw([left])
    assert [record.subject for record in in_force()] == [kept]
    assert not in_force(("research", "illustration")).exists()


def test_a_table_of_subjects_can_be_filtered_and_annotated() -> None:
    kept, left = given("research", count=2)
    withdraw([left])
    table = ConsentRecord.objects.filter(state="requested").annotate(
        now=state_of("subject"),
        good=Exists(in_force().filter(subject=OuterRef("subject"))),
    )
    found = {row[0]: row[1:] for row in table.values_list("subject", "now", "good")}
    assert found == {kept: ("given", True), left: ("withdrawn", False)}


@pytest.mark.requirement("L10")
def test_an_answer_that_cannot_be_recorded_in_the_log_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    (subject,) = asked()

    def fail(*_: object, **__: object) -> None:
        raise NotForTheLog("no")

    monkeypatch.setattr("consent.actions.appending.record", fail)
    with pytest.raises(NotForTheLog):
        give([subject])
    assert current([subject])[subject].state == "requested"


@pytest.mark.requirement("K1")
@pytest.mark.parametrize("table", ["consent_consentrecord", "consent_consentnotice"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_nothing_agreed_is_ever_changed(table: str, statement: str) -> None:
    given()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert ConsentRecord.objects.count() == 2
