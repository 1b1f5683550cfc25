"""The way of a photo behind the pages: the row is the job, and no worker's death loses or doubles anything."""

from datetime import timedelta
from threading import Event as Signal
from threading import Thread
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from audit.models import Event
from contributions import actions, queries, tasks
from contributions.actions.steps import MOST_DEATHS, WORKER_LOST, alone_with
from contributions.decoder.answer import Refused
from contributions.models import Photo, Step
from contributions.queries.steps import FIRST_PAUSE, LONGEST_PAUSE, next_step, pause_after
from contributions.transitions import PhotoState
from tests.contributions.giver import Giver
from vault import actions as vault
from vault.models import SealedObject

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)


def living_objects() -> set[UUID]:
    return set(SealedObject.objects.filter(dropped_at__isnull=True).values_list("pk", flat=True))


def objects_of(photo: Photo) -> set[UUID]:
    photo.refresh_from_db()
    named = {photo.received_id, photo.full_id, photo.rendition_id, photo.thumbnail_id, photo.preview_id} - {None}
    return {pk for pk in living_objects() if pk in named}


def broken(photo_id: UUID) -> None:
    raise OSError(str(photo_id))


def test_a_received_photo_is_rebuilt_sealed_and_ready() -> None:
    photo = Giver().drafts(rebuilt=False).photos[0]
    actions.run(photo_id=photo.pk)
    photo.refresh_from_db()
    assert photo.state == PhotoState.READY
    assert photo.full is not None
    assert vault.read(photo.full).startswith(b"\xff\xd8")
    assert photo.preview_id is not None
    assert not photo.steps.filter(done_at__isnull=True).exists()


@pytest.mark.requirement("R3")
def test_a_step_delivered_three_times_leaves_one_result() -> None:
    photo = Giver().drafts().photos[0]
    before = living_objects()
    for _ in range(3):
        tasks.run_steps(str(photo.pk))
    actions.open_steps(photo=photo, phase=Step.Phase.INTAKE)
    actions.run(photo_id=photo.pk)
    assert living_objects() == before
    assert Event.objects.filter(action="photo:ready", subject=str(photo.pk)).count() == 1


def test_what_a_killed_try_sealed_is_deleted_by_the_next() -> None:
    photo = Giver().drafts(rebuilt=False).photos[0]
    left = vault.seal(key=photo.key, data=b"half done")
    actions.run(photo_id=photo.pk)
    left.refresh_from_db()
    assert left.deleted_at is not None
    assert living_objects() == objects_of(photo)


def test_a_file_that_is_no_picture_is_refused_and_its_bytes_go() -> None:
    giver = Giver().drafts(0)
    photo = giver.adds(b"not a picture at all", rebuilt=False)
    actions.run(photo_id=photo.pk)
    photo.refresh_from_db()
    assert (photo.state, photo.refusal) == (PhotoState.REFUSED, "not_a_picture")
    assert photo.received.deleted_at is not None


def test_a_missing_decoder_is_no_refusal_but_tried_again() -> None:
    photo = Giver().drafts(rebuilt=False).photos[0]
    with patch("contributions.intake.client.rebuild", side_effect=Refused("decoder_unavailable")):
        actions.run(photo_id=photo.pk)
    step = next_step(photo.pk)
    assert step is not None
    assert (step.error, step.attempts) == ("DecoderUnavailable", 1)
    actions.run(photo_id=photo.pk)
    photo.refresh_from_db()
    assert photo.state == PhotoState.READY


@pytest.mark.requirement("R5")
def test_a_step_that_kills_its_worker_three_times_is_parked_and_the_others_go_on() -> None:
    giver = Giver().drafts(2, rebuilt=False)
    deadly, other = giver.photos
    # What a worker that dies in its try leaves behind, three times.
    deadly.steps.filter(position=0).update(attempts=MOST_DEATHS, error=WORKER_LOST)
    for photo in giver.photos:
        actions.run(photo_id=photo.pk)
    assert [step.photo_id for step in queries.parked()] == [deadly.pk]
    other.refresh_from_db()
    assert other.state == PhotoState.READY
    assert next_step(deadly.pk) is None
    assert Event.objects.filter(action="step:parked", subject=str(deadly.pk)).exists()


def test_a_parked_step_can_be_tried_again() -> None:
    photo = Giver().drafts(rebuilt=False).photos[0]
    photo.steps.filter(position=0).update(attempts=MOST_DEATHS, error=WORKER_LOST)
    actions.run(photo_id=photo.pk)
    actions.unpark(step=queries.parked()[0], by="system")
    actions.run(photo_id=photo.pk)
    photo.refresh_from_db()
    assert photo.state == PhotoState.READY


def test_an_attempt_is_counted_before_it_begins() -> None:
    photo = Giver().drafts(rebuilt=False).photos[0]
    seen: list[tuple[int, str]] = []

    def look(photo_id: UUID) -> None:
        step = Step.objects.filter(photo=photo_id).order_by("position")[0]
        seen.append((step.attempts, step.error))

    with patch("contributions.intake.rebuild", look):
        actions.run(photo_id=photo.pk)
    assert seen == [(1, WORKER_LOST)]


def test_a_failure_keeps_its_kind_and_never_its_message() -> None:
    photo = Giver().drafts(rebuilt=False).photos[0]
    with patch("contributions.intake.rebuild", broken):
        actions.run(photo_id=photo.pk)
    step = photo.steps.get(position=0)
    assert (step.error, step.done_at, step.parked_at) == ("OSError", None, None)
    assert photo.steps.filter(done_at__isnull=False).count() == 0


def test_a_photo_that_a_worker_is_at_is_left_to_it() -> None:
    photo = Giver().drafts(rebuilt=False).photos[0]
    held, finish = Signal(), Signal()

    def hold() -> None:
        with alone_with(photo.pk):
            held.set()
            finish.wait(10)
        connection.close()

    other = Thread(target=hold)
    other.start()
    held.wait(10)
    actions.run(photo_id=photo.pk)
    photo.refresh_from_db()
    assert photo.state == PhotoState.RECEIVED
    finish.set()
    other.join()
    actions.run(photo_id=photo.pk)
    photo.refresh_from_db()
    assert photo.state == PhotoState.READY


@pytest.mark.requirement("R2")
def test_the_sweep_finds_what_a_lost_message_left_waiting() -> None:
    photo = Giver().drafts(rebuilt=False).photos[0]
    assert queries.photos_waiting() == []
    assert queries.photos_waiting(now=timezone.now() + FIRST_PAUSE) == [photo.pk]


def test_without_a_broker_a_photo_is_taken_all_the_same() -> None:
    with patch("contributions.actions.steps.current_app.send_task", side_effect=OperationalError):
        [photo] = Giver().drafts(rebuilt=False).photos
    assert photo.steps.filter(phase=Step.Phase.INTAKE).exists()


def test_a_step_rests_longer_after_each_failure_but_never_above_an_hour() -> None:
    pauses = [pause_after(attempts) for attempts in range(1, 40)]
    assert pauses == sorted(pauses)
    assert pauses[0] == FIRST_PAUSE
    assert pauses[-1] == LONGEST_PAUSE
    photo = Giver().drafts(rebuilt=False).photos[0]
    started = timezone.now()
    photo.steps.update(created_at=started - timedelta(hours=1), started_at=started, attempts=4)
    assert queries.photos_waiting(now=started + timedelta(seconds=100)) == []
    assert queries.photos_waiting(now=started + timedelta(seconds=121)) == [photo.pk]


def test_consented_steps_wait_for_the_intake_and_a_withdrawal_stops_both() -> None:
    giver = Giver().agrees()
    photo = giver.photos[0]
    actions.open_steps(photo=photo, phase=Step.Phase.CONSENTED)
    actions.open_steps(photo=photo, phase=Step.Phase.INTAKE)
    step = next_step(photo.pk)
    assert step is not None
    assert step.phase == Step.Phase.INTAKE
    actions.withdraw(participant=giver.participant, photos=giver.ids, decision=giver.sending, method="page")
    step = next_step(photo.pk)
    assert step is not None
    assert step.phase == Step.Phase.WITHDRAWAL
    actions.run(photo_id=photo.pk)
    assert next_step(photo.pk) is None
    assert photo.steps.filter(phase=Step.Phase.INTAKE, done_at__isnull=True).exists()


def test_opening_steps_twice_opens_them_once() -> None:
    photo = Giver().drafts(rebuilt=False).photos[0]
    before = photo.steps.count()
    actions.open_steps(photo=photo, phase=Step.Phase.INTAKE)
    assert photo.steps.count() == before


def test_a_photo_sent_before_it_was_rebuilt_gets_no_preview() -> None:
    giver = Giver().drafts(rebuilt=False)
    giver.contribution.photos.update(nobody=True)
    type(giver.contribution).objects.filter(pk=giver.sending).update(
        state="sent", participant=giver.sending, sent_at=timezone.now()
    )
    giver.works()
    assert giver.photos[0].state == PhotoState.READY
    assert giver.photos[0].preview_id is None
