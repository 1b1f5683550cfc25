"""After a restored backup holds, verdicts, sendings and invitations stand where the log says."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import Head
from contributions import actions, queries, tasks
from contributions.actions.invited import answer_invitation
from contributions.models import Contribution, Invitation, Photo, Withdrawal
from contributions.transitions import InvitationState
from screening import queries as gate
from screening.actions import holding, rule
from screening.actions import replay as follow
from screening.models import LegalHold, Verdict
from screening.transitions import VerdictState
from tests.cast import Casting, Member
from tests.consent.notices import published
from tests.contributions.giver import Giver
from tests.contributions.invited import invitation_of, link_of
from tests.erasure.backups import Backup, restored_and_refilled
from tests.erasure.restored import replay
from vault import actions as vault

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity", "auditor"], transaction=True),
    pytest.mark.requirement("E3"),
]
Officers = tuple[Member, Member]


def backed_up(*aliases: str) -> Backup:
    vault.rotate()
    return Backup.take(*(aliases or ("default",)))


def placed(photo: UUID, officers: Officers) -> UUID:
    one, two = officers
    hold = holding.propose(photo_id=photo, reference="17/26", staff_id=one.user.pk).pk
    holding.place(hold_id=hold, staff_id=two.user.pk)
    return hold


def lifted(hold: UUID, officers: Officers) -> None:
    one, two = officers
    holding.propose_lifting(hold_id=hold, staff_id=one.user.pk)
    holding.lift(hold_id=hold, staff_id=two.user.pk)


def erased(giver: Giver) -> bool:
    """Whether the giver's photo is erased once it is withdrawn and its time has come."""
    if not Withdrawal.objects.exists():
        actions.withdraw(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
    Withdrawal.objects.filter(erased_at=None).update(erase_from=timezone.now() - timedelta(seconds=1))
    tasks.erase_due()
    return Photo.objects.get(pk=giver.ids[0]).state == "erased"


def holds() -> list[tuple[object, ...]]:
    return list(LegalHold.objects.order_by("proposed_at").values_list("pk", "state", "placed_by", "lifting_by"))


@pytest.mark.requirement("S6")
def test_a_hold_of_officers_whom_the_backup_knows_stands_at_every_step(staff: Casting) -> None:
    giver, officers = Giver().agrees(4), (staff("officer"), staff("officer"))
    backup = backed_up()
    kept, over, asked, dropped = giver.ids
    placed(kept, officers)
    lifted(placed(over, officers), officers)
    again = placed(asked, officers)
    for step in (holding.propose_lifting, holding.refuse_lifting, holding.propose_lifting):
        step(hold_id=again, staff_id=officers[0].user.pk)
    proposal = holding.propose(photo_id=dropped, reference="2", staff_id=officers[0].user.pk)
    holding.drop(hold_id=proposal.pk, staff_id=officers[0].user.pk)
    before = holds()
    restored_and_refilled(backup)
    replay()
    assert holds() == before
    assert gate.held_by_law(giver.ids) == {kept, asked}
    assert not gate.locked_among(giver.ids)
    assert list(gate.missing_by_log()) == []
    assert follow(first=0, size=Head.objects.get().size) == 0


@pytest.mark.requirement("S6")
def test_a_hold_of_unknown_officers_locks_the_photo_until_two_officers_lift_one(staff: Casting) -> None:
    giver = Giver().agrees()
    backup = backed_up()
    placed(giver.ids[0], (staff("officer"), staff("officer")))
    restored_and_refilled(backup)
    assert not User.objects.exists()
    replay()
    assert gate.holds_without_officers() == giver.ids
    assert queries.in_use().count() == 1
    assert not erased(giver)
    officers = (staff("officer"), staff("officer"))
    page = officers[0].client.get("/staff/holds/").content.decode()
    assert f"/staff/holds/propose/?photo={giver.ids[0]}" in page
    hold = placed(giver.ids[0], officers)
    assert not erased(giver)
    lifted(hold, officers)
    assert follow(first=0, size=Head.objects.get().size) == 0
    assert gate.holds_without_officers() == []
    assert erased(giver)


@pytest.mark.requirement("S6")
def test_a_hold_of_unknown_officers_that_was_lifted_again_locks_nothing(staff: Casting) -> None:
    giver = Giver().agrees()
    backup = backed_up()
    officers = (staff("officer"), staff("officer"))
    lifted(placed(giver.ids[0], officers), officers)
    restored_and_refilled(backup)
    replay()
    assert not Verdict.objects.filter(state=VerdictState.LOCKED).exists()
    assert erased(giver)


def test_a_lock_of_screening_is_ended_by_no_hold(staff: Casting) -> None:
    giver, officers = Giver().agrees(), (staff("officer"), staff("officer"))
    Verdict.objects.create(photo=giver.photos[0], content=uuid4(), policy="", state="locked", by="system")
    lifted(placed(giver.ids[0], officers), officers)
    assert gate.locked_among(giver.ids) == set(giver.ids)
    assert not erased(giver)


def test_verdicts_that_came_after_the_backup_are_appended_once(staff: Casting) -> None:
    giver, officer = Giver().agrees(), staff("officer")
    photo = giver.photos[0]
    policy = Verdict.objects.get().policy
    assert photo.full_id is not None
    Verdict.objects.create(photo=photo, content=photo.full_id, policy=policy, state="held", by="system")
    backup = backed_up()
    rule(photo_id=photo.pk, state=VerdictState.EXCLUDED, reason="unsafe", by=officer.actor)
    restored_and_refilled(backup)
    assert [line.partition(" ")[0] for line in gate.missing_by_log()] == ["verdict_excluded_unknown"]
    replay()
    newest = Verdict.objects.latest("id")
    assert (newest.state, newest.by, newest.reasons) == (VerdictState.EXCLUDED, officer.actor, ["unsafe"])
    assert not gate.servable().exists()
    assert follow(first=0, size=Head.objects.get().size) == 0


def test_a_sending_that_went_to_another_address_waits_for_that_one() -> None:
    giver = Giver().drafts().sends()
    backup = backed_up()
    actions.readdress(sending=giver.sending, address="right@example.org", language="en", client="x")
    who = giver.participant
    restored_and_refilled(backup)
    assert Contribution.objects.get().participant != who
    replay()
    assert Contribution.objects.get().participant == who
    assert giver.photos[0].subjects.get().participant == who
    giver.answers("research")
    assert queries.in_use().count() == 1


def test_invitations_stand_where_the_log_says() -> None:
    giver = Giver().drafts(3)
    yes, silent, open_ = (giver.invites(f"{n}@example.org", photo) for n, photo in enumerate(giver.photos))
    giver.sends()
    backup = backed_up()
    giver.answers("research")
    answer_invitation(link=link_of(yes).pk, agreed=True, scopes=("research",), notice=published())
    Invitation.objects.filter(person=silent).update(asked_at=timezone.now() - timedelta(days=15))
    tasks.sweep()
    restored_and_refilled(backup)
    assert set(Invitation.objects.values_list("state", flat=True)) == {InvitationState.WRITTEN}
    replay()
    states = [invitation_of(person).state for person in (yes, silent, open_)]
    assert states == [InvitationState.ANSWERED, InvitationState.LAPSED, InvitationState.ASKED]
    giver.works()
    assert set(queries.in_use().values_list("pk", flat=True)) == set(giver.ids[:2])
    assert [line for line in queries.missing_by_log() if "invitation" in line] == []
