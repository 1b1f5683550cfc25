"""Photos that the gate has stopped: the queue stays whole, and no page tells what is in them."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from annotation import tasks
from annotation.models import Task
from annotation.transitions import TaskState
from screening import actions as screening
from screening.queries import is_closed
from tests import pictures
from tests.annotation.asking import BENCH, hand_out, submit, take
from tests.builders import given
from tests.cast import Casting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


def of_many(number: int) -> list[UUID]:
    """So many photos that wait to be read."""
    return [photo.pk for photo in given(*(pictures.png(200 + n, 150) for n in range(number))).agree().photos]


def states() -> list[str]:
    return sorted(Task.objects.values_list("state", flat=True))


def test_a_policy_that_nobody_has_noticed_yet_moves_no_photo_out_of_the_queue(staff: Casting, settings: Any) -> None:
    of_many(2)
    screening.notice_policy()
    client = staff("annotator").client
    before, settings.SCREENING_POLICY = settings.SCREENING_POLICY, "another"
    assert is_closed()
    answer = hand_out(client, ahead=1)
    assert "may be shown" in answer["empty"]["text"]
    assert states() == [TaskState.OPEN] * 2
    settings.SCREENING_POLICY = before
    assert not is_closed()
    assert len(hand_out(client, ahead=1)["tasks"]) == 2


def test_one_request_puts_five_stopped_photos_aside_and_the_sweep_brings_them_back(
    staff: Casting, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_many(7)
    client = staff("annotator").client
    with monkeypatch.context() as patched:
        patched.setattr("annotation.actions.handing_out.gate.is_servable", lambda _photo: False)
        answer = hand_out(client, ahead=2)
    assert (answer["tasks"], answer["empty"]["why"]) == ([], "none")
    assert states() == [TaskState.GIVEN_BACK] * 5 + [TaskState.OPEN] * 2
    tasks.sweep()
    assert states() == [TaskState.OPEN] * 7


@pytest.fixture
def reader(staff: Casting) -> Client:
    """Somebody who has read a photo that a colleague reported as unsafe afterwards."""
    (photo,) = of_many(1)
    member = staff("annotator")
    submit(member.client, take(member.client), terms=["place.living_room"])
    screening.report_unsafe(photo_id=photo, staff_id=member.user.pk)
    return member.client


def test_what_was_answered_for_a_stopped_photo_is_told_to_nobody(reader: Client, staff: Casting) -> None:
    (last,) = reader.get(f"{BENCH}last/").json()["readings"]
    assert last["text"].startswith("Stopped for now")
    assert last["can_take_back"] is False
    page = staff("lead").client.post(f"{BENCH}find/", {}, follow=True)
    ((row, *_words),) = page.context["rows"]
    assert (row.is_stopped, row.people, row.ages, row.terms, row.decade) == (True, 0, (), (), None)
    text = page.content.decode()
    assert "Stopped for now" in text
    assert "data-look=" not in text
    assert "iving room" not in text
