"""Taking an answer back: at once, or from the list of one's last ones."""

from typing import Any
from uuid import uuid4

import pytest

from annotation import queries
from annotation.models import Answer, Reading, Task
from annotation.transitions import Stage, TaskState
from audit.models import Event
from tests.annotation.asking import BENCH, hand_out, post, submit, take
from tests.builders import given
from tests.cast import Casting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.mark.requirement("A6")
@pytest.mark.requirement("A9")
def test_an_answer_is_taken_back_and_given_anew_from_where_it_was(staff: Casting) -> None:
    given().agree()
    client = staff("annotator").client
    task = take(client)
    person = {**task["people"][0], "age": 6.5, "low": 6, "high": 8, "box": [0.1, 0.2, 0.3, 0.4], "suggestion": None}
    kept = submit(client, task, people=[person], count=4, covers=[[0, 0.9, 1, 1]], terms=["place.living_room"]).json()
    assert kept["undo_until"] > kept["at"]
    back = post(client, f"readings/{kept['reading']}/take-back/").json()["task"]
    before = back["before"]
    (shown,) = before["people"]
    assert {
        "mark": person["mark"],
        "age": 6.5,
        "low": 6,
        "high": 8,
        "box": [0.1, 0.2, 0.3, 0.4],
    }.items() <= shown.items()
    assert (before["count"], before["covers"], before["terms"]) == (4, [[0, 0.9, 1, 1]], ["place.living_room"])
    assert back["lease"] != task["lease"]
    assert back["version"] != task["version"]
    assert not queries.settled().exists()
    # A reload has it, too; and a late repetition of the first submit is still the first answer.
    (held,) = client.get(BENCH).context["held"]
    assert held["before"] == before
    assert submit(client, back, people=[], count=0).status_code == 200
    assert queries.settled().get().people_count == 0
    assert list(Reading.objects.order_by("id").values_list("answer", flat=True)) == ["people", "taken_back", "people"]
    assert Event.objects.get(action="photo:taken_back").data["taken_back"] == kept["reading"]


@pytest.mark.requirement("A6")
def test_my_last_answers_are_words_and_say_which_can_be_taken_back(staff: Casting) -> None:
    given().agree()
    member = staff("annotator")
    kept = submit(member.client, take(member.client)).json()
    rows = member.client.get(f"{BENCH}last/").json()["readings"]
    name = str(Task.objects.get().photo_id)[:8]
    assert [(row["reading"], row["photo"], row["text"], row["can_take_back"]) for row in rows] == [
        (kept["reading"], name, "1 person: 7", True)
    ]
    post(member.client, f"readings/{kept['reading']}/take-back/")
    (row,) = member.client.get(f"{BENCH}last/").json()["readings"]
    assert (row["answer"], row["can_take_back"]) == (Answer.TAKEN_BACK, False)
    assert row["text"] == "Taken back: 1 person: 7"


@pytest.mark.requirement("A6")
def test_what_others_read_since_or_hold_and_what_is_not_mine_stays(staff: Casting, settings: Any) -> None:
    made = given().agree()
    settings.SECOND_OPINION_SHARE = 1
    client, other = staff("annotator").client, staff("annotator").client
    kept = submit(client, take(client)).json()["reading"]
    address = f"readings/{kept}/take-back/"
    assert post(other, address).status_code == 409
    second = take(other)
    held = post(client, address)
    assert (held.status_code, held.json()["why"]) == (409, "stands")
    submit(other, second)
    assert post(client, address).json() == held.json()
    assert Task.objects.get().state == TaskState.READ
    made.withdraw()
    # Why an answer stays is told to nobody: it could say that somebody else was asked, too.
    assert post(client, address).json() == post(client, f"readings/{uuid4()}/take-back/").json() == held.json()


@pytest.mark.requirement("A8")
def test_a_first_reading_that_was_taken_back_is_no_first_reading(staff: Casting, settings: Any) -> None:
    given().agree()
    settings.SECOND_OPINION_SHARE = 1
    client, other = staff("annotator").client, staff("annotator").client
    kept = submit(client, take(client)).json()["reading"]
    back = post(client, f"readings/{kept}/take-back/").json()["task"]
    post(client, f"tasks/{back['task']}/put-off/", {"lease": back["lease"]})
    task = take(other)
    assert task["before"] is None
    submit(other, task, people=[], count=0)
    assert (Task.objects.get().stage, Task.objects.get().first_by == Reading.objects.latest("id").by) == (
        Stage.SECOND,
        True,
    )
    assert hand_out(other)["empty"]["why"] == "none"
