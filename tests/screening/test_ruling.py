"""Rulings: one officer alone on what is held, two on what a known list has to do with."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.actions import record
from audit.models import Event
from contributions import tasks
from contributions.models import Photo, Withdrawal
from contributions.queries.leaving import to_erase
from screening import actions, queries
from screening.actions import escalating, ruling
from screening.models import Escalation, PassedOn, RulingProposal
from screening.queries import desk
from screening.transitions import TransitionNotAllowed, VerdictState, check
from tests.builders import Given, given
from tests.cast import Casting, Member
from tests.screening.stopped import KNOWN, RAISED, held_by_two, held_photo, locked_photo, stopped

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
CLEAR, HELD, EXCLUDED, LOCKED = VerdictState.CLEAR, VerdictState.HELD, VerdictState.EXCLUDED, VerdictState.LOCKED


@pytest.fixture
def officers(staff: Casting) -> tuple[Member, Member]:
    """Two officers with a fresh second factor."""
    return staff("officer"), staff("officer")


def state_of(photo: Photo) -> str | None:
    verdict = queries.newest_verdict(photo.pk)
    return verdict.state if verdict else None


def proposed(photo: Photo, by: Member, state: VerdictState = CLEAR, reason: str = "not_the_same") -> RulingProposal:
    return actions.propose_ruling(photo_id=photo.pk, state=state, reason=reason, staff_id=by.user.pk)


@pytest.mark.requirement("S6")
@pytest.mark.parametrize(
    ("state", "reason"),
    [(CLEAR, "ordinary"), (EXCLUDED, "unsafe"), (LOCKED, "known")],
    ids=["clear", "exclude", "lock"],
)
def test_one_officer_rules_on_what_a_classifier_held(
    officers: tuple[Member, Member], state: VerdictState, reason: str
) -> None:
    photo = held_photo()
    verdict = actions.rule(photo_id=photo.pk, state=state, reason=reason, by=officers[0].actor)
    assert (state_of(photo), verdict.reasons, verdict.by) == (state, [reason], officers[0].actor)
    assert queries.servable().filter(pk=photo.pk).exists() is (state == CLEAR)
    assert Event.objects.filter(action="photo:ruled", subject=str(photo.pk)).count() == 1


@pytest.mark.parametrize(
    ("state", "reason"), [(CLEAR, "unsafe"), (LOCKED, "ordinary"), (EXCLUDED, "x"), (HELD, "unclear")]
)
def test_a_reason_that_does_not_go_with_the_ruling_is_refused(state: VerdictState, reason: str) -> None:
    photo = held_photo()
    with pytest.raises(actions.RulingNotAllowed):
        actions.rule(photo_id=photo.pk, state=state, reason=reason, by="system")
    assert state_of(photo) == HELD


@pytest.mark.requirement("S6")
def test_one_officer_alone_never_ends_a_lock(officers: tuple[Member, Member]) -> None:
    photo = locked_photo()
    with pytest.raises(actions.RulingNotAllowed):
        actions.rule(photo_id=photo.pk, state=CLEAR, reason="ordinary", by=officers[0].actor)
    proposal = proposed(photo, officers[0])
    with pytest.raises(actions.SameOfficer):
        actions.agree(proposal_id=proposal.pk, staff_id=officers[0].user.pk)
    with pytest.raises(actions.SameOfficer):
        actions.refuse(proposal_id=proposal.pk, staff_id=officers[0].user.pk)
    with pytest.raises(TransitionNotAllowed):
        check(LOCKED, CLEAR)
    assert state_of(photo) == LOCKED


@pytest.mark.requirement("S6")
def test_the_database_refuses_one_officer_alone(officers: tuple[Member, Member]) -> None:
    rows = RulingProposal.objects.filter(pk=proposed(locked_photo(), officers[0]).pk)
    with pytest.raises(IntegrityError, match="two_officers_rule_on_known_lists"):
        rows.update(agreed=True, decided_by=officers[0].user, decided_at=timezone.now())


@pytest.mark.requirement("S6")
@pytest.mark.parametrize(
    ("state", "reason"), [(CLEAR, "not_the_same"), (HELD, "list_took_it_back"), (EXCLUDED, "unclear")]
)
def test_two_officers_end_a_lock(officers: tuple[Member, Member], state: VerdictState, reason: str) -> None:
    (one, two), photo = officers, locked_photo()
    proposal = proposed(photo, one, state, reason)
    assert state_of(photo) == LOCKED
    actions.agree(proposal_id=proposal.pk, staff_id=two.user.pk)
    assert state_of(photo) == state
    assert queries.locked_among([photo.pk]) == set()
    with pytest.raises(TransitionNotAllowed):
        actions.agree(proposal_id=proposal.pk, staff_id=two.user.pk)


def test_refusing_or_taking_back_leaves_everything_as_it_was(officers: tuple[Member, Member]) -> None:
    (one, two), photo = officers, locked_photo()
    actions.refuse(proposal_id=proposed(photo, one).pk, staff_id=two.user.pk)
    again = proposed(photo, one)
    with pytest.raises(actions.ProposalNotPossible):
        proposed(photo, two)
    with pytest.raises(actions.SameOfficer):
        actions.take_back(proposal_id=again.pk, staff_id=two.user.pk)
    actions.take_back(proposal_id=again.pk, staff_id=one.user.pk)
    assert (state_of(photo), desk.proposals().count()) == (LOCKED, 0)
    assert queries.locked_among([photo.pk]) == {photo.pk}


@pytest.mark.requirement("S6")
def test_a_held_photo_that_stands_on_a_list_takes_two_but_is_locked_at_once(officers: tuple[Member, Member]) -> None:
    (one, two), photo = officers, held_by_two()
    with pytest.raises(actions.TakesTwo):
        actions.rule(photo_id=photo.pk, state=CLEAR, reason="ordinary", by=one.actor)
    proposal = proposed(photo, one)
    actions.rule(photo_id=photo.pk, state=LOCKED, reason="known", by=two.actor)
    assert state_of(photo) == LOCKED
    actions.refuse(proposal_id=proposal.pk, staff_id=two.user.pk)


def test_what_no_list_knows_takes_no_second_officer(officers: tuple[Member, Member]) -> None:
    with pytest.raises(actions.ProposalNotPossible):
        proposed(held_photo(), officers[0])


@pytest.mark.requirement("S6")
def test_when_a_lock_ends_what_is_due_is_erased(officers: tuple[Member, Member]) -> None:
    one, two = officers
    made = stopped(**KNOWN)
    made.withdraw()
    Withdrawal.objects.update(erase_from=timezone.now())
    assert to_erase() == []
    actions.agree(proposal_id=proposed(made.photos[0], one).pk, staff_id=two.user.pk)
    assert tasks.erase_due() == 1


@pytest.mark.requirement("L10")
def test_without_the_log_nothing_moves(officers: tuple[Member, Member], monkeypatch: pytest.MonkeyPatch) -> None:
    (one, two), photo = officers, locked_photo()
    proposal = proposed(photo, one)

    def refuse(*_args: object, **_data: object) -> None:
        raise RuntimeError("the log is down")

    monkeypatch.setattr(ruling, "record", refuse)
    with pytest.raises(RuntimeError):
        actions.agree(proposal_id=proposal.pk, staff_id=two.user.pk)
    proposal.refresh_from_db()
    assert (proposal.agreed, state_of(photo)) == (None, LOCKED)


@pytest.mark.requirement("S10")
def test_the_log_names_no_list(officers: tuple[Member, Member]) -> None:
    (one, two), photo = officers, locked_photo()
    actions.agree(proposal_id=proposed(photo, one).pk, staff_id=two.user.pk)
    told = [
        event.leaf for event in Event.objects.filter(action__in=["ruling:proposed", "ruling:agreed", "photo:ruled"])
    ]
    assert len(told) == 3
    assert not any("national" in leaf for leaf in told)


@pytest.mark.requirement("S6")
def test_who_was_told_is_appended_for_locked_photos_alone(officers: tuple[Member, Member]) -> None:
    me, now = officers[0].user.pk, timezone.now()

    def tell(photo: Photo, **other: object) -> Escalation:
        said = {"told": "police", "told_at": now, "reference": "PV 12/26", **other}
        return actions.escalate(photo_id=photo.pk, staff_id=me, **said)  # type: ignore[arg-type]

    photo = locked_photo()
    assert tell(photo).reference == "PV 12/26"
    (entry,) = Event.objects.filter(action="photo:escalated")
    assert "PV" not in entry.leaf
    for wrong in ({"told": "a friend"}, {"told_at": now + timedelta(hours=1)}):
        with pytest.raises(actions.EscalationNotPossible):
            tell(photo, **wrong)
    with pytest.raises(actions.EscalationNotPossible):
        tell(held_photo())
    assert photo.escalations.count() == 1


@pytest.mark.requirement("S9")
def test_what_is_passed_on_comes_last_for_one_officer_and_leaves_no_trace_in_the_log(
    officers: tuple[Member, Member],
) -> None:
    (one, two), first, second = officers, held_photo(), held_photo()
    events = Event.objects.count()
    for _press in range(2):
        actions.pass_on(photo_id=first.pk, staff_id=one.user.pk)

    def order(who: UUID) -> list[UUID]:
        return [photo.pk for photo in desk.waiting(who)]

    assert order(one.user.pk) == [second.pk, first.pk]
    assert order(two.user.pk) == [first.pk, second.pk]
    assert (PassedOn.objects.count(), Event.objects.count()) == (1, events)
    with pytest.raises(actions.RulingNotAllowed):
        actions.pass_on(photo_id=locked_photo().pk, staff_id=one.user.pk)


GONE: dict[str, Callable[[Given], object]] = {
    "withdrawn": lambda made: made.withdraw(),
    "ruled": lambda made: actions.rule(photo_id=made.photos[0].pk, state=EXCLUDED, reason="unsafe", by="system"),
}


@pytest.mark.parametrize("change", GONE.values(), ids=GONE)
def test_what_left_the_queue_cannot_be_ruled_on(change: Callable[[Given], object]) -> None:
    made = stopped(**RAISED)
    change(made)
    with pytest.raises(actions.RulingNotAllowed):
        actions.rule(photo_id=made.photos[0].pk, state=CLEAR, reason="ordinary", by="system")


def test_a_clear_ruling_lets_the_photo_be_read(officers: tuple[Member, Member], settings: Settings) -> None:
    settings.KNOWN_LISTS_REQUIRED = ["national"]
    made = given().agree()
    (photo,) = made.photos
    assert state_of(photo) == HELD
    actions.rule(photo_id=photo.pk, state=CLEAR, reason="ordinary", by=officers[0].actor)
    made.work()
    assert photo.task.state == "open"


@pytest.mark.requirement("E3")
def test_after_a_restored_backup_the_log_brings_proposals_and_escalations_back(officers: tuple[Member, Member]) -> None:
    (one, two), photo = officers, locked_photo()
    proposal = proposed(photo, one)
    actions.refuse(proposal_id=proposal.pk, staff_id=two.user.pk)
    told_at = timezone.now()
    with transaction.atomic():
        record(
            escalating.ESCALATED,
            subject=photo.pk,
            by=one.actor,
            photo=photo.pk,
            escalation=uuid4(),
            told="hotline",
            told_at=told_at,
        )
    RulingProposal.objects.all().delete()
    assert {line.split()[0] for line in queries.missing_by_log()} == {"proposal_unknown", "escalation_unknown"}
    for _time in range(2):
        actions.replay(first=0, size=Event.objects.count())
    assert list(queries.missing_by_log()) == []
    back, row = RulingProposal.objects.get(), Escalation.objects.get()
    assert (back.agreed, back.proposed_by, back.decided_by) == (False, one.user, two.user)
    assert (row.told, row.told_at, row.by, row.reference) == ("hotline", told_at, one.user, "?")
