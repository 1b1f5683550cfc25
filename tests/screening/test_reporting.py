"""A photo that somebody who was to read it calls unsafe: out of everybody's sight, until an officer has ruled."""

from typing import Any
from uuid import UUID

import pytest

from annotation import queries
from annotation.models import Task
from audit.models import Event
from contributions.models import Photo
from screening import actions
from screening.models import Verdict
from screening.queries import is_servable, newest_verdict
from screening.transitions import VerdictState
from tests.annotation.asking import hand_out, post, submit, take
from tests.builders import given
from tests.cast import Casting, Member
from tests.screening.found import judged

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.fixture
def photo() -> UUID:
    return given().agree().photos[0].pk


def ruled_clear(photo: UUID, officer: Member) -> None:
    actions.rule(photo_id=photo, state=VerdictState.CLEAR, reason="ordinary", by=f"staff:{officer.user.pk}")


def test_the_gate_closes_at_once_and_an_officer_reads_why(photo: UUID, staff: Casting, settings: Any) -> None:
    settings.SECOND_OPINION_SHARE = 1
    client = staff("annotator").client
    task = take(client)
    kept = submit(client, task, answer="excluded", exclusion="unsafe")
    assert kept.status_code == 200
    assert not is_servable(photo)
    assert client.get(task["image"]).status_code == 404
    # Nobody is shown it for a second opinion, and it is not taken back with a press of a key.
    assert hand_out(staff("annotator").client)["empty"]["why"] == "none"
    assert post(client, f"readings/{kept.json()['reading']}/take-back/").json()["why"] == "stands"
    page = staff("officer").client.get("/staff/screening/").content.decode()
    assert "called it unsafe" in page
    reported = Event.objects.get(action="photo:reported")
    assert (reported.actor, set(reported.data)) == (f"staff:{Task.objects.get().readings.get().by_id}", {"photo"})
    judged = Event.objects.filter(action="photo:judged").latest("index")
    assert (judged.data["verdict"], judged.data["reasons"], judged.actor) == ("held", ["reported"], "system")


def test_no_machine_lowers_it_and_an_officers_ruling_stands_until_the_next_report(photo: UUID, staff: Casting) -> None:
    officer, reader = staff("officer"), staff("annotator").user.pk
    for _report in range(2):
        actions.report_unsafe(photo_id=photo, staff_id=reader)
        actions.report_unsafe(photo_id=photo, staff_id=reader)
        actions.judge(photo_id=photo)
        newest = newest_verdict(photo)
        assert newest is not None
        assert (newest.state, newest.reasons) == (VerdictState.HELD, ["reported"])
        ruled_clear(photo, officer)
        actions.judge(photo_id=photo)
        assert is_servable(photo)
    assert Verdict.objects.filter(photo=photo, state=VerdictState.HELD).count() == 2


def test_a_photo_that_is_held_already_stays_held_when_what_held_it_is_over(photo: UUID, staff: Casting) -> None:
    judged(Photo.objects.get(pk=photo), matched=["hash_quality_low"])
    actions.report_unsafe(photo_id=photo, staff_id=staff("annotator").user.pk)
    newest = newest_verdict(photo)
    assert newest is not None
    assert (newest.state, newest.reasons) == (VerdictState.HELD, ["hash_quality_low", "reported"])
    judged(Photo.objects.get(pk=photo), matched=[])
    newest = newest_verdict(photo)
    assert newest is not None
    assert (newest.state, newest.reasons) == (VerdictState.HELD, ["reported"])


def test_what_was_excluded_as_unsafe_stays_out_after_an_officer_cleared_it(photo: UUID, staff: Casting) -> None:
    client = staff("annotator").client
    submit(client, take(client), answer="excluded", exclusion="unsafe")
    ruled_clear(photo, staff("officer"))
    assert is_servable(photo)
    assert queries.settled().get().exclusion == "unsafe"
