"""Legal holds: two officers place one, two lift it, and it stops the erasure and nothing else."""

from collections.abc import Callable
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError
from django.utils import timezone

from audit.models import Event
from contributions import actions as contributions
from contributions import queries as photos
from contributions import tasks
from contributions.models import Photo, Withdrawal
from contributions.queries.leaving import to_erase
from screening import actions, queries
from screening.actions import HoldNotPossible, SameOfficer, holding
from screening.models import LegalHold
from screening.transitions import HoldState, TransitionNotAllowed
from tests.builders import Given, given
from tests.cast import Casting, Member

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
DESK = "/staff/holds/"
REFERENCE = "ORDER 17/26"


@pytest.fixture
def officers(staff: Casting) -> tuple[Member, Member]:
    """Two officers with a fresh second factor."""
    return staff("officer"), staff("officer")


def withdrawn() -> Given:
    made = given().agree().withdraw()
    Withdrawal.objects.update(erase_from=timezone.now())
    return made


def proposed(photo: Photo, by: Member) -> LegalHold:
    return actions.propose(photo_id=photo.pk, reference=REFERENCE, staff_id=by.user.pk)


def placed(photo: Photo, officers: tuple[Member, Member]) -> LegalHold:
    hold = proposed(photo, officers[0])
    actions.place(hold_id=hold.pk, staff_id=officers[1].user.pk)
    hold.refresh_from_db()
    return hold


@pytest.mark.requirement("S6", "K10")
def test_a_hold_stops_the_erasure_and_not_the_withdrawal(officers: tuple[Member, Member]) -> None:
    made = given().agree()
    hold = placed(made.photos[0], officers)
    assert photos.in_use().count() == 1
    made.withdraw()
    assert not photos.in_use().exists()
    Withdrawal.objects.update(erase_from=timezone.now())
    assert to_erase() == []
    assert tasks.erase_due() == 0
    assert contributions.erase(photo_id=made.photos[0].pk) is False
    assert hold.state == HoldState.PLACED
    assert Photo.objects.get().key.destroyed_at is None


@pytest.mark.requirement("S6")
def test_only_a_hold_that_two_confirmed_holds(officers: tuple[Member, Member]) -> None:
    (one, two), made = officers, withdrawn()
    pk = made.photos[0].pk
    hold = proposed(made.photos[0], one)
    found = [queries.held_by_law([pk])]
    for step, by in ((actions.place, two), (actions.propose_lifting, one)):
        step(hold_id=hold.pk, staff_id=by.user.pk)
        found.append(queries.held_by_law([pk]))
    actions.lift(hold_id=hold.pk, staff_id=two.user.pk)
    assert [*found, queries.held_by_law([pk])] == [set(), {pk}, {pk}, set()]


@pytest.mark.requirement("S6")
def test_when_it_is_lifted_what_is_due_is_erased(officers: tuple[Member, Member]) -> None:
    (one, two), made = officers, withdrawn()
    hold = placed(made.photos[0], officers)
    actions.propose_lifting(hold_id=hold.pk, staff_id=two.user.pk)
    assert to_erase() == []
    actions.lift(hold_id=hold.pk, staff_id=one.user.pk)
    assert tasks.erase_due() == 1
    assert Photo.objects.get().state == "erased"


@pytest.mark.requirement("S6")
def test_one_officer_alone_neither_places_nor_lifts(officers: tuple[Member, Member]) -> None:
    one, two = officers
    hold = proposed(given().agree().photos[0], one)
    with pytest.raises(SameOfficer):
        actions.place(hold_id=hold.pk, staff_id=one.user.pk)
    actions.place(hold_id=hold.pk, staff_id=two.user.pk)
    actions.propose_lifting(hold_id=hold.pk, staff_id=two.user.pk)
    with pytest.raises(SameOfficer):
        actions.lift(hold_id=hold.pk, staff_id=two.user.pk)
    hold.refresh_from_db()
    assert hold.state == HoldState.LIFTING


@pytest.mark.requirement("S6")
def test_the_database_refuses_one_officer_alone(officers: tuple[Member, Member]) -> None:
    one, two, now = officers[0].user, officers[1].user, timezone.now()
    rows = LegalHold.objects.filter(pk=proposed(given().agree().photos[0], officers[0]).pk)
    with pytest.raises(IntegrityError, match="two_officers_place_a_hold"):
        rows.update(state="placed", placed_by=one, placed_at=now)
    with pytest.raises(IntegrityError, match="two_officers_place_a_hold"):
        rows.update(state="placed")
    rows.update(state="lifting", placed_by=two, placed_at=now, lifting_by=one, lifting_at=now)
    with pytest.raises(IntegrityError, match="two_officers_lift_a_hold"):
        rows.update(state="lifted", lifted_by=one, lifted_at=now)
    with pytest.raises(IntegrityError, match="two_officers_lift_a_hold"):
        rows.update(state="lifted", lifting_by=None, lifting_at=None, lifted_by=one, lifted_at=now)


def test_a_second_officer_can_leave_it_in_place(officers: tuple[Member, Member]) -> None:
    (one, two), photo = officers, given().agree().photos[0]
    hold = placed(photo, officers)
    with pytest.raises(TransitionNotAllowed):
        actions.refuse_lifting(hold_id=hold.pk, staff_id=two.user.pk)
    actions.propose_lifting(hold_id=hold.pk, staff_id=one.user.pk)
    with pytest.raises(TransitionNotAllowed):
        actions.place(hold_id=hold.pk, staff_id=two.user.pk)
    actions.refuse_lifting(hold_id=hold.pk, staff_id=two.user.pk)
    hold.refresh_from_db()
    assert (hold.state, hold.lifting_by, hold.lifting_at) == (HoldState.PLACED, None, None)
    assert queries.held_by_law([photo.pk]) == {photo.pk}


def test_a_proposal_is_taken_back_and_made_again(officers: tuple[Member, Member]) -> None:
    photo = given().agree().photos[0]
    hold = proposed(photo, officers[0])
    with pytest.raises(HoldNotPossible):
        proposed(photo, officers[1])
    actions.drop(hold_id=hold.pk, staff_id=officers[0].user.pk)
    with pytest.raises(TransitionNotAllowed):
        actions.place(hold_id=hold.pk, staff_id=officers[1].user.pk)
    assert proposed(photo, officers[1]).state == HoldState.PROPOSED


def test_what_is_erased_cannot_be_held(officers: tuple[Member, Member]) -> None:
    made = withdrawn()
    hold = proposed(made.photos[0], officers[0])
    assert tasks.erase_due() == 1
    with pytest.raises(HoldNotPossible):
        actions.place(hold_id=hold.pk, staff_id=officers[1].user.pk)
    actions.drop(hold_id=hold.pk, staff_id=officers[0].user.pk)
    for photo_id in (made.photos[0].pk, uuid4()):
        with pytest.raises(HoldNotPossible):
            actions.propose(photo_id=photo_id, reference=REFERENCE, staff_id=officers[0].user.pk)


def test_the_log_tells_each_step_by_ids_and_never_the_reference(officers: tuple[Member, Member]) -> None:
    hold = placed(given().agree().photos[0], officers)
    told = list(Event.objects.filter(action__startswith="hold:").values_list("action", "actor"))
    assert told == [("hold:proposed", officers[0].actor), ("hold:placed", officers[1].actor)]
    assert not any(REFERENCE in event.leaf for event in Event.objects.filter(subject=str(hold.pk)))


@pytest.mark.parametrize(
    ("lose", "line"),
    [
        (lambda rows: rows.update(state="proposed", placed_at=None, placed_by=None), "hold_not_placed"),
        (lambda rows: rows.delete(), "hold_unknown"),
    ],
    ids=["not placed", "gone"],
)
def test_the_log_names_holds_that_the_tables_have_lost(
    lose: Callable[..., object], line: str, officers: tuple[Member, Member]
) -> None:
    hold = placed(given().agree().photos[0], officers)
    assert list(queries.missing_by_log()) == []
    lose(LegalHold.objects.filter(pk=hold.pk))
    assert list(queries.missing_by_log()) == [f"{line} {hold.pk}"]


@pytest.mark.requirement("L10")
def test_when_the_log_fails_nothing_is_held(officers: tuple[Member, Member]) -> None:
    photo = given().agree().photos[0]
    hold = proposed(photo, officers[0])
    with patch.object(holding, "record", side_effect=DatabaseError), pytest.raises(DatabaseError):
        actions.place(hold_id=hold.pk, staff_id=officers[1].user.pk)
    assert queries.held_by_law([photo.pk]) == set()


class TestDesk:
    """The officers' pages."""

    def propose(self, by: Member, photo_id: UUID | str) -> str:
        answer = by.client.post(f"{DESK}propose/", {"photo": photo_id, "reference": REFERENCE})
        assert answer.status_code == 302, answer.content
        return str(answer.headers["Location"])

    def test_two_officers_place_and_lift_by_the_pages(self, officers: tuple[Member, Member]) -> None:
        (one, two), photo = officers, given().agree().photos[0]
        assert "There is no hold" in one.client.get(DESK).content.decode()
        page = self.propose(one, photo.pk)
        assert "Waiting for a second officer" in one.client.get(page).content.decode()
        for by, step in ((two, "confirm/"), (one, ""), (two, "lift/")):
            assert "Confirm" not in one.client.get(page).content.decode()
            by.client.post(page + step)
        assert LegalHold.objects.get().state == HoldState.LIFTED
        assert "lifted" in two.client.get(DESK).content.decode()

    def test_pressing_as_the_same_officer_changes_nothing(self, officers: tuple[Member, Member]) -> None:
        one, page = officers[0], self.propose(officers[0], given().agree().photos[0].pk)
        answer = one.client.post(f"{page}confirm/", follow=True)
        assert "another officer decides" in answer.content.decode()
        assert "has moved on" in one.client.post(f"{page}lift/", follow=True).content.decode()
        assert "Nothing changed" in one.client.post(f"{page}keep/", follow=True).content.decode()
        assert LegalHold.objects.get().state == HoldState.PROPOSED

    @pytest.mark.parametrize("photo", ["nothing", str(UUID(int=7))])
    def test_an_unknown_photo_is_refused_in_words(self, officers: tuple[Member, Member], photo: str) -> None:
        answer = officers[0].client.post(f"{DESK}propose/", {"photo": photo, "reference": REFERENCE})
        assert answer.status_code == 422

    def test_each_step_asks_for_a_fresh_second_factor(self, officers: tuple[Member, Member]) -> None:
        (one, two), photo = officers, given().agree().photos[0]
        page = self.propose(one, photo.pk)
        session = two.client.session
        steps = session["account_authentication_methods"]
        two.change_session(account_authentication_methods=[{**step, "at": step["at"] - 3600} for step in steps])
        for step in ("confirm/", "drop/", "lift/", "keep/", ""):
            assert two.client.post(page + step).headers["Location"].startswith("/staff/confirm/")
        answer = two.client.post(f"{DESK}propose/", {"photo": photo.pk, "reference": "x"})
        assert answer.headers["Location"].startswith("/staff/confirm/")
        assert LegalHold.objects.get().state == HoldState.PROPOSED

    @pytest.mark.parametrize("role", ["lead", "curator", "auditor", "administrator", "annotator"])
    def test_only_officers_come_to_it(self, staff: Casting, role: str, officers: tuple[Member, Member]) -> None:
        page, member = self.propose(officers[0], given().agree().photos[0].pk), staff(role)
        assert {member.client.get(path).status_code for path in (DESK, page, f"{DESK}propose/")} == {403}
        steps = ("confirm/", "drop/", "lift/", "keep/", "")
        assert {member.client.post(page + step).status_code for step in steps} == {403}
        assert member.client.post(f"{DESK}propose/", {"photo": uuid4(), "reference": "x"}).status_code == 403
        assert LegalHold.objects.get().state == HoldState.PROPOSED
