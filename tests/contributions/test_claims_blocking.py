"""Anybody can name anybody: how much one claim, and one after the other, takes out of use by itself."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connections, transaction
from django.utils import timezone

from audit.models import Event
from contributions import actions, queries
from contributions.actions import settling
from contributions.models import Claim
from contributions.queries.claims import candidates
from contributions.transitions import TransitionNotAllowed
from tests.cast import Casting
from tests.contributions.claimant import Claimant
from tests.contributions.giver import Giver

pytestmark = pytest.mark.django_db(databases=["default", "identity", "auditor"], transaction=True)
DESK = "/staff/claims/"
OFFICER = uuid4()


def used(giver: Giver) -> int:
    return queries.in_use().filter(pk__in=giver.ids).count()


def claimed_by(number: int, giver: Giver) -> Claim:
    return Claimant(address=f"claimant-{number}@example.org").claims(sender=giver.address)


def settled(claim: Claim) -> None:
    settling.settle(claim_id=claim.pk, staff_id=OFFICER)


@pytest.mark.requirement("C12")
def test_what_is_sent_after_a_claim_was_opened_is_not_blocked() -> None:
    giver = Giver().agrees(2)
    claim = claimed_by(1, giver)
    later = Giver(address=giver.address).agrees()
    assert (used(giver), used(later)) == (0, 1)
    assert set(candidates(claim).values_list("pk", flat=True)) == set(giver.ids)


@pytest.mark.requirement("C12")
def test_a_second_claim_that_names_the_same_sender_shows_the_photos_and_blocks_none() -> None:
    giver = Giver().agrees(2)
    first, second = claimed_by(1, giver), claimed_by(2, giver)
    assert (first.blocks, second.blocks) == (True, False)
    assert candidates(second).count() == 2
    settled(first)
    assert used(giver) == 2
    settling.add(claim_id=second.pk, photo_id=giver.ids[0], staff_id=OFFICER)
    assert used(giver) == 1
    other = Giver(address="other@example.org").agrees()
    assert claimed_by(3, other).blocks


@pytest.mark.requirement("C12")
def test_after_a_claim_that_came_to_nothing_none_blocks_that_sender_for_thirty_days() -> None:
    giver = Giver().agrees()
    first = claimed_by(1, giver)
    settled(first)
    soon = claimed_by(2, giver)
    assert (soon.blocks, used(giver)) == (False, 1)
    settled(soon)
    Claim.objects.update(closed_at=timezone.now() - timedelta(days=settings.CLAIM_PAUSE_DAYS))
    assert (claimed_by(3, giver).blocks, used(giver)) == (True, 0)


def test_after_a_claim_that_was_right_the_next_one_blocks() -> None:
    giver = Giver().agrees(2)
    first = claimed_by(1, giver)
    settling.rule(claim_id=first.pk, photo_id=giver.ids[0], ruling="shown", staff_id=OFFICER)
    settled(first)
    assert Claim.objects.get().sender is None
    assert (claimed_by(2, giver).blocks, used(giver)) == (True, 0)


def test_whom_a_claim_named_is_forgotten_when_the_pause_is_over() -> None:
    giver = Giver().agrees()
    settled(claimed_by(1, giver))
    actions.complete(grace=timedelta(0))
    assert Claim.objects.get().sender == giver.participant
    Claim.objects.update(closed_at=timezone.now() - timedelta(days=settings.CLAIM_PAUSE_DAYS))
    actions.complete(grace=timedelta(0))
    assert Claim.objects.get().sender is None


def test_the_database_lets_one_claim_block_a_sender() -> None:
    giver = Giver().agrees()
    claimed_by(1, giver)
    second = claimed_by(2, giver)
    with pytest.raises(IntegrityError, match="one_claim_blocks_a_sender"):
        Claim.objects.filter(pk=second.pk).update(blocks=True)


def test_the_officer_puts_the_senders_other_photos_back_in_one_press(staff: Casting) -> None:
    giver, officer = Giver().agrees(3), staff("officer")
    claim = claimed_by(1, giver)
    settling.rule(claim_id=claim.pk, photo_id=giver.ids[0], ruling="shown", staff_id=OFFICER)
    settling.add(claim_id=claim.pk, photo_id=giver.ids[1], staff_id=OFFICER)
    page = officer.client.get(f"{DESK}{claim.pk}/").content.decode()
    assert "Put all other photos of this sender back" in page
    for _ in range(2):
        answer = officer.client.post(f"{DESK}{claim.pk}/release/", follow=True)
    assert "Put all other photos" not in answer.content.decode()
    assert list(queries.in_use().values_list("pk", flat=True)) == [giver.ids[2]]
    assert giver.photos[2].steps.filter(phase="consented", done_at__isnull=True).exists()
    told = Event.objects.get(action="claim:sender_released")
    assert (told.actor, told.subject) == (officer.actor, str(claim.pk))
    settled(claim)
    with pytest.raises(TransitionNotAllowed):
        settling.release_sender(claim_id=claim.pk, staff_id=OFFICER)


def test_what_a_claim_says_is_not_the_auditors_to_open() -> None:
    claim = claimed_by(1, Giver().agrees())
    with connections["auditor"].cursor() as cursor:
        cursor.execute("SELECT id, blocks FROM contributions_claim")
        assert cursor.fetchall() == [(claim.pk, True)]
        for column in ("words_id", "key_id"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(using="auditor"):
                cursor.execute(f"SELECT {column} FROM contributions_claim")
