"""The ways back out: use stops at once, bytes are erased after the wait, and nothing else goes with them."""

from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from pytest_django import Settings

from audit.models import Event
from consent.models import Receipt
from consent.queries import current
from contributions import actions, queries, tasks
from contributions.models import ConsentSubject, Contribution, Person, Photo, Step, Withdrawal
from contributions.queries.person import sendings_of
from contributions.transitions import PhotoState, SendingState, TransitionNotAllowed
from identity.models import Identity, Keep
from screening.models import Verdict
from tests.contributions.giver import EVERYTHING, Giver
from tests.identity.mails import sent, whole
from vault import actions as vault
from vault.models import SealedObject
from vault.queries import is_unrecoverable

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)


@pytest.fixture(autouse=True)
def no_proofs(settings: Settings) -> None:
    """No keeper signs the log here, so that receipts do not wait for one."""
    settings.RECEIPT_PROOF_SECONDS = 0


def withdrawn(giver: Giver, *photos: Photo, method: str = "page") -> actions.Decided:
    done = actions.withdraw(
        participant=giver.participant,
        photos=[photo.pk for photo in photos or giver.photos],
        decision=uuid4(),
        method=method,
    )
    giver.works()
    return done


def wait_over() -> None:
    Withdrawal.objects.update(erase_from=timezone.now())


@pytest.mark.requirement("K5")
def test_use_stops_with_the_withdrawal_itself_and_no_step_is_waited_for() -> None:
    giver = Giver().agrees(2)
    actions.withdraw(participant=giver.participant, photos=giver.ids[:1], decision=uuid4(), method="page")
    assert list(queries.in_use().values_list("pk", flat=True)) == giver.ids[1:]
    assert Step.objects.filter(phase=Step.Phase.WITHDRAWAL, done_at__isnull=True).exists()


@pytest.mark.requirement("K5")
def test_the_bytes_go_after_the_wait_and_never_before() -> None:
    giver = Giver().agrees()
    withdrawn(giver)
    with pytest.raises(TransitionNotAllowed):
        actions.erase(photo_id=giver.ids[0])
    assert tasks.erase_due() == 0
    wait_over()
    assert tasks.erase_due() == 1
    photo = giver.photos[0]
    photo.refresh_from_db()
    assert photo.state == PhotoState.ERASED
    assert (photo.content_sha256, photo.received_sha256, photo.width) == ("", "", None)
    with pytest.raises(vault.ObjectGone):
        vault.open_object(SealedObject.objects.get(pk=str(photo.full_id)))
    assert not SealedObject.objects.filter(key=photo.key, deleted_at__isnull=True).exists()
    assert is_unrecoverable(photo.key)


def test_an_erased_photo_keeps_nothing_that_was_said_about_people() -> None:
    giver = Giver().agrees()
    withdrawn(giver)
    wait_over()
    tasks.erase_due()
    person = Person.objects.get(photo=giver.ids[0])
    assert (person.x, person.y, person.age_text, person.age_years, person.basis) == (0, 0, "", None, "")


@pytest.mark.requirement("K10")
def test_the_page_never_says_that_a_photo_is_gone() -> None:
    giver = Giver().agrees()
    withdrawn(giver)
    stopped = str(sendings_of(giver.participant)[0].photos[0].state)
    wait_over()
    tasks.erase_due()
    assert [str(card.state) for card in sendings_of(giver.participant)[0].photos] == [stopped]
    assert stopped == "use has stopped"


@pytest.mark.requirement("E1")
def test_other_rooms_let_go_of_a_photo_before_it_is_called_erased() -> None:
    giver = Giver().agrees()
    actions.withdraw(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
    wait_over()
    open_ones = Step.objects.filter(photo=giver.ids[0], phase=Step.Phase.WITHDRAWAL, done_at__isnull=True)
    assert open_ones.exists()
    tasks.erase_due()
    assert not open_ones.exists()


def test_a_withdrawal_can_be_taken_back_until_its_time_has_come() -> None:
    giver = Giver().agrees()
    withdrawn(giver)
    done = actions.cancel(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
    giver.works()
    assert done.photos == tuple(giver.ids)
    assert queries.in_use(scopes=EVERYTHING).count() == 1
    wait_over()
    assert tasks.erase_due() == 0
    withdrawn(giver)
    wait_over()
    with pytest.raises(actions.WithdrawalOver):
        actions.cancel(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
    assert queries.in_use().count() == 0


def test_erase_now_ends_the_wait() -> None:
    giver = Giver().agrees(2)
    withdrawn(giver)
    actions.erase_now(participant=giver.participant, photos=giver.ids[:1])
    tasks.erase()
    states = dict(Photo.objects.values_list("pk", "state"))
    assert states == {giver.ids[0]: PhotoState.ERASED, giver.ids[1]: PhotoState.READY}


def test_the_promise_is_kept_with_a_day_to_spare() -> None:
    giver = Giver().agrees()
    before = timezone.now()
    withdrawn(giver)
    row = Withdrawal.objects.get()
    assert timedelta(hours=71) < row.erase_from - before <= timedelta(hours=72, minutes=1)
    card = sendings_of(giver.participant)[0].photos[0]
    assert card.erase_by is not None
    assert card.erase_by - before <= timedelta(hours=settings.ERASED_WITHIN_HOURS, minutes=1)


def test_withdrawing_twice_is_withdrawing_once() -> None:
    giver = Giver().agrees()
    withdrawn(giver)
    assert withdrawn(giver).photos == ()
    assert Withdrawal.objects.count() == 1


def test_nobody_withdraws_takes_back_or_erases_for_somebody_else() -> None:
    giver, stranger = Giver().agrees(), Giver(address="stranger@example.org").agrees()
    them, photos, once = stranger.participant, giver.ids, uuid4()
    assert actions.withdraw(participant=them, photos=photos, decision=once, method="page").photos == ()
    withdrawn(giver)
    assert actions.cancel(participant=them, photos=photos, decision=once, method="page").photos == ()
    assert actions.erase_now(participant=them, photos=photos).photos == ()
    assert Withdrawal.objects.filter(erase_from__gt=timezone.now(), cancelled_at__isnull=True).count() == 1


@pytest.mark.requirement("K6")
def test_every_change_is_receipted_by_mail() -> None:
    giver = Giver().agrees()
    done = withdrawn(giver)
    receipts = [message for message in sent() if done.code in whole(message)]
    assert len(receipts) == 1
    assert "unless the law obliges us to keep them" in str(receipts[0].body)
    assert Receipt.objects.count() == 2


def test_withdrawing_everything_ends_what_was_not_answered_too() -> None:
    giver = Giver().agrees()
    waiting = Giver().drafts().sends()
    actions.withdraw(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="code", everything=True)
    assert waiting.contribution.state == SendingState.STOPPED
    waiting.works()
    assert waiting.photos[0].state == PhotoState.LAPSED


def test_the_last_photo_takes_the_address_with_it_once_its_receipt_is_out() -> None:
    giver = Giver().agrees()
    withdrawn(giver)
    wait_over()
    tasks.erase_due()
    actions.complete()
    sent()
    assert giver.contribution.closed_at is not None
    assert not Keep.objects.exists()
    assert not Identity.objects.exists()


def test_an_address_stays_while_one_photo_lives() -> None:
    giver = Giver().agrees(2)
    withdrawn(giver, giver.photos[0])
    wait_over()
    tasks.erase_due()
    actions.complete()
    assert Identity.objects.count() == 1


@pytest.mark.requirement("C7")
def test_a_draft_goes_after_a_day_and_an_unanswered_sending_after_fourteen() -> None:
    draft, unanswered = Giver().drafts(), Giver(address="b@example.org").drafts().sends()
    tasks.sweep()
    assert draft.contribution.state == SendingState.DRAFT
    hours, days = timedelta(hours=settings.DRAFT_HOURS), timedelta(days=settings.UNVERIFIED_DAYS)
    Contribution.objects.filter(pk=draft.sending).update(created_at=timezone.now() - hours)
    Contribution.objects.filter(pk=unanswered.sending).update(sent_at=timezone.now() - days)
    tasks.sweep()
    assert {draft.contribution.state, unanswered.contribution.state} == {SendingState.LAPSED}
    assert set(Photo.objects.values_list("state", flat=True)) == {PhotoState.ERASED}
    actions.complete()
    assert not Identity.objects.exists()


@pytest.mark.requirement("S6")
def test_a_locked_photo_is_kept_sealed_and_taken_out_of_use_all_the_same() -> None:
    giver = Giver().agrees()
    photo = giver.photos[0]
    Verdict.objects.create(photo=photo, content=str(photo.full_id), policy="x", state="locked", by="system")
    withdrawn(giver)
    wait_over()
    assert tasks.erase_due() == 0
    photo.refresh_from_db()
    assert photo.key.destroyed_at is None
    assert queries.in_use().count() == 0


def test_a_photo_withdrawn_before_it_was_rebuilt_is_erased_too() -> None:
    giver = Giver().agrees()
    Photo.objects.update(state=PhotoState.RECEIVED)
    withdrawn(giver)
    wait_over()
    assert tasks.erase_due() == 1


def test_the_received_bytes_go_with_the_first_clear_verdict() -> None:
    photo = Giver().drafts().photos[0]
    photo.refresh_from_db()
    assert photo.received.deleted_at is not None
    assert photo.received_sha256 != ""


def test_sending_destroys_the_preview_and_the_digests_of_what_was_received() -> None:
    giver = Giver().drafts().sends()
    photo = giver.photos[0]
    photo.refresh_from_db()
    assert photo.preview is None
    assert photo.preview_key is not None
    assert photo.preview_key.destroyed_at is not None
    assert (photo.received_sha256, photo.received_md5) == ("", "")


@pytest.mark.requirement("L10")
@pytest.mark.parametrize(
    ("module", "act"),
    [("leaving", actions.withdraw), ("withdrawing", actions.cancel), ("erasing", actions.erase)],
)
def test_when_the_log_fails_nothing_moves(module: str, act: object) -> None:
    giver = Giver().agrees()
    if act is not actions.withdraw:
        withdrawn(giver)
    if act is actions.erase:
        wait_over()
    before = _state()
    with (
        patch(f"contributions.actions.{module}.record", side_effect=DatabaseError),
        pytest.raises(DatabaseError),
    ):
        if act is actions.erase:
            actions.erase(photo_id=giver.ids[0])
        else:
            act(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")  # type: ignore[operator]
    assert _state() == before


def _state() -> list[object]:
    subjects = ConsentSubject.objects.values_list("pk", flat=True)
    answers = [row.state for row in current(subjects).values()]
    rows: list[object] = [*Photo.objects.values_list("state", "key__destroyed_at"), Receipt.objects.count()]
    return [*rows, *Withdrawal.objects.values_list("cancelled_at", "erased_at"), *answers, Event.objects.count()]
