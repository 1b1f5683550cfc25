"""After a restored backup no claim is forgotten: what it kept out of use stays out, until officers settle it."""

from uuid import uuid4

import pytest

from audit.models import Head, Refill
from contributions import queries
from contributions.actions import replay as follow
from contributions.actions import settling
from contributions.actions.replaying_claims import WORDS_LOST
from contributions.models import Claim, ClaimedPhoto, Withdrawal
from tests.contributions.claimant import Claimant
from tests.contributions.giver import Giver
from tests.erasure.backups import Backup, restored_and_refilled
from tests.erasure.restored import replay
from vault import actions as vault

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity", "auditor"], transaction=True),
    pytest.mark.requirement("E3", "C12"),
]
OFFICER = uuid4()


@pytest.fixture
def giver() -> Giver:
    """Somebody whose three photos are in use."""
    return Giver().agrees(3)


def backed_up() -> Backup:
    vault.rotate()
    return Backup.take("default")


def follow_all() -> int:
    return follow(first=0, size=Head.objects.get().size)


def rows() -> list[tuple[object, ...]]:
    named = ClaimedPhoto.objects.order_by("photo").values_list("claim", "photo", "ruling", "added_by", "ruled_by")
    return [*Claim.objects.values_list("pk", "state", "sender", "blocks", "participant", "closed_by"), *named]


def test_a_claim_that_was_opened_after_the_backup_blocks_its_senders_photos_again(giver: Giver) -> None:
    person = Claimant()
    person.writes(sender=giver.address)
    backup = backed_up()
    person.opens_link()
    person.chooses("look")
    before = rows()
    restored_and_refilled(backup)
    replay()
    assert rows() == before
    assert not queries.in_use().exists()
    assert list(queries.missing_by_log()) == []
    assert follow_all() == 0


def test_photos_added_and_rulings_stand_as_the_log_says(giver: Giver) -> None:
    claim, other = Claimant().claims(), Claimant(address="b@example.org").claims(sender=giver.address)
    backup = backed_up()
    settling.release_sender(claim_id=other.pk, staff_id=OFFICER)
    for photo, ruling in zip(giver.ids, ("shown", "not_shown"), strict=False):
        settling.add(claim_id=claim.pk, photo_id=photo, staff_id=OFFICER)
        settling.rule(claim_id=claim.pk, photo_id=photo, ruling=ruling, staff_id=OFFICER)
    settling.add(claim_id=claim.pk, photo_id=giver.ids[2], staff_id=OFFICER)
    before = rows()
    restored_and_refilled(backup)
    lost = {line.partition(" ")[0] for line in queries.missing_by_log()}
    assert lost == {"claim_photo_unknown", "claim_ruling_unknown", "claim_still_blocks"}
    replay()
    assert rows() == before
    assert list(queries.in_use().values_list("pk", flat=True)) == [giver.ids[1]]
    assert list(queries.missing_by_log()) == []
    assert follow_all() == 0


def test_a_claim_whose_words_are_lost_is_opened_again_and_its_photos_wait_for_an_officer(giver: Giver) -> None:
    backup = backed_up()
    claim = Claimant().claims(sender=giver.address)
    settling.add(claim_id=claim.pk, photo_id=giver.ids[0], staff_id=OFFICER)
    settling.rule(claim_id=claim.pk, photo_id=giver.ids[1], ruling="shown", staff_id=OFFICER)
    restored_and_refilled(backup)
    replay()
    assert list(queries.in_use().values_list("pk", flat=True)) == [giver.ids[2]]
    assert settling.read(claim_id=claim.pk, staff_id=OFFICER).words == WORDS_LOST
    assert list(queries.missing_by_log()) == []
    assert follow_all() == 0
    vault.rotate()
    assert settling.read(claim_id=claim.pk, staff_id=OFFICER).words == WORDS_LOST
    settling.settle(claim_id=claim.pk, staff_id=OFFICER)
    assert Withdrawal.objects.get().photo_id == giver.ids[1]
    assert queries.in_use().count() == 2


def test_claims_that_ended_after_the_backup_are_over(giver: Giver) -> None:
    settled, late = Claimant().claims(sender=giver.address), Claimant(address="b@example.org")
    late.writes()
    backup = backed_up()
    settling.settle(claim_id=settled.pk, staff_id=OFFICER)
    late.opens_link()
    late.chooses("delete")
    settling.settle(claim_id=Claimant(address="c@example.org").claims().pk, staff_id=OFFICER)
    restored_and_refilled(backup)
    replay()
    assert sorted(Claim.objects.values_list("state", flat=True)) == ["lapsed", "settled", "settled"]
    assert not Claim.objects.filter(key__destroyed_at=None).exists()
    assert Claim.objects.get(pk=settled.pk).sender == giver.participant
    assert queries.in_use().count() == 3
    assert follow_all() == 0
    assert not Refill.objects.filter(replayed_at=None).exists()


def test_what_the_log_names_and_the_backup_does_not_know_stops_nothing(giver: Giver) -> None:
    claim, backup = Claimant().claims(), backed_up()
    later = Giver(address="later@example.org").agrees()
    settling.add(claim_id=claim.pk, photo_id=later.ids[0], staff_id=OFFICER)
    settling.rule(claim_id=claim.pk, photo_id=later.ids[0], ruling="shown", staff_id=OFFICER)
    restored_and_refilled(backup)
    replay()
    assert not ClaimedPhoto.objects.exists()
    assert f"claim_photo_unknown {later.ids[0]}" in list(queries.missing_by_log())
    assert queries.in_use().count() == len(giver.ids)
