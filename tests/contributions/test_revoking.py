"""The custodian ends the use of a photo: another word than withdrawing, and nobody takes it back."""

from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Event
from consent.models import ConsentRecord
from contributions import actions, queries, tasks
from contributions.actions import revoking
from contributions.models import Photo, Withdrawal
from contributions.transitions import PhotoState, SendingState
from screening.models import Verdict
from tests.cast import Casting
from tests.contributions.giver import Giver
from tests.identity.mails import sent

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)
PAGE = "/staff/end-use/"
BY = f"staff:{uuid4()}"


def ended(giver: Giver, reason: str = "safety") -> tuple[object, ...]:
    return actions.revoke(photos=giver.ids, by=BY, reason=reason)


@pytest.mark.requirement("K3")
def test_revoking_stops_use_at_once_and_is_another_word_than_withdrawing() -> None:
    giver = Giver().agrees(2)
    assert set(ended(giver)) == set(giver.ids)
    assert not queries.in_use().exists()
    states = ConsentRecord.objects.filter(by=BY).values_list("state", flat=True)
    assert list(states) == ["revoked", "revoked"]
    assert set(Withdrawal.objects.values_list("cause", flat=True)) == {Withdrawal.Cause.REVOKED}
    (first, _second) = Event.objects.filter(action="photo:revoked")
    assert (first.actor, first.data["reason"]) == (BY, "safety")


def test_nobody_takes_a_revocation_back() -> None:
    giver = Giver().agrees()
    ended(giver)
    actions.cancel(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
    assert Withdrawal.objects.get().cancelled_at is None
    assert not queries.in_use().exists()


def test_a_withdrawal_under_way_cannot_be_taken_back_any_more_and_ends_on_its_own_day() -> None:
    giver = Giver().agrees()
    actions.withdraw(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
    before = Withdrawal.objects.get()
    assert ended(giver) == (giver.ids[0],)
    after = Withdrawal.objects.get()
    assert (after.erase_from, after.cause) == (before.erase_from, Withdrawal.Cause.REVOKED)
    actions.cancel(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
    assert Withdrawal.objects.get().cancelled_at is None


def test_revoking_twice_is_revoking_once() -> None:
    giver = Giver().agrees()
    ended(giver)
    assert ended(giver) == ()
    assert Event.objects.filter(action="photo:revoked").count() == 1


def test_everybody_who_had_agreed_gets_one_receipt(settings: Settings) -> None:
    settings.RECEIPT_PROOF_SECONDS = 0
    one, two = Giver(address="a@example.org").agrees(2), Giver(address="b@example.org").agrees()
    before = len(sent())
    actions.revoke(photos=[*one.ids, *two.ids], by=BY, reason="ethics")
    actions.complete()
    receipts = [message for message in sent()[before:] if "What we ended" in str(message.body)]
    assert sorted(message.to[0] for message in receipts) == ["a@example.org", "b@example.org"]


def test_a_photo_that_nobody_agreed_to_yet_is_let_go_at_once() -> None:
    giver = Giver().drafts(2).sends()
    actions.revoke(photos=giver.ids[:1], by=BY, reason="mistake")
    giver.works()
    tasks.erase_due()
    states = dict(Photo.objects.values_list("pk", "state"))
    assert states == {giver.ids[0]: PhotoState.ERASED, giver.ids[1]: PhotoState.READY}
    giver.answers("research")
    assert giver.contribution.state == SendingState.ANSWERED
    assert list(queries.in_use().values_list("pk", flat=True)) == giver.ids[1:]


def test_a_revoked_photo_is_erased_after_the_wait() -> None:
    giver = Giver().agrees()
    ended(giver)
    giver.works()
    assert tasks.erase_due() == 0
    Withdrawal.objects.update(erase_from=timezone.now())
    assert tasks.erase_due() == 1
    assert Photo.objects.get().state == PhotoState.ERASED


@pytest.mark.requirement("K10")
def test_ending_a_photo_that_is_held_back_after_its_day_does_and_mails_what_ending_an_erased_one_does(
    settings: Settings,
) -> None:
    settings.RECEIPT_PROOF_SECONDS = 0
    told = []
    for locked in (True, False):
        giver = Giver(address=f"{uuid4().hex}@example.org").agrees()
        Giver(address=giver.address).agrees()
        if locked:
            content = str(giver.photos[0].full_id)
            Verdict.objects.create(photo=giver.photos[0], content=content, policy="x", state="locked", by="system")
        actions.withdraw(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
        Withdrawal.objects.update(erase_from=timezone.now())
        giver.works()
        tasks.erase_due()
        assert (Photo.objects.get(pk=giver.ids[0]).state == PhotoState.ERASED) is not locked
        sent()
        actions.complete()
        before = len(sent())
        done = ended(giver)
        tasks.sweep_across()
        told.append((done, len(sent()[before:])))
    assert told == [((), 0), ((), 0)]


def test_a_reason_that_is_none_of_ours_is_refused() -> None:
    giver = Giver().agrees()
    with pytest.raises(ValueError, match="whim"):
        ended(giver, "whim")
    assert queries.in_use().count() == 1


@pytest.mark.requirement("L10")
def test_when_the_log_fails_nothing_is_revoked() -> None:
    giver = Giver().agrees()
    with patch.object(revoking, "record", side_effect=DatabaseError), pytest.raises(DatabaseError):
        ended(giver)
    assert queries.in_use().count() == 1
    assert not Withdrawal.objects.exists()


def test_the_page_takes_a_second_press(staff: Casting) -> None:
    giver, officer = Giver().agrees(), staff("officer")
    fields = {"photo": giver.ids[0], "reason": "safety"}
    asked = officer.client.post(PAGE, fields)
    assert "Nobody can take this back" in asked.content.decode()
    assert queries.in_use().count() == 1
    done = officer.client.post(PAGE, {**fields, "confirm": "1"}, follow=True)
    assert "has ended" in done.content.decode()
    assert not queries.in_use().exists()
    assert Event.objects.get(action="photo:revoked").actor == officer.actor
    again = officer.client.post(PAGE, {**fields, "confirm": "1"}, follow=True)
    assert "Nothing changed" in again.content.decode()


@pytest.mark.parametrize("fields", [{}, {"photo": "x"}, {"reason": "whim"}, {"confirm": "1"}], ids=str)
def test_the_page_says_what_is_missing(staff: Casting, fields: dict[str, str]) -> None:
    answer = staff("officer").client.post(PAGE, {"photo": str(uuid4()), "reason": "safety"} | fields)
    assert answer.status_code == 422
    assert not Event.objects.filter(action="photo:revoked").exists()
