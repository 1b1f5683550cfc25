"""Text on prints: a job of its own, shown to whoever reads the photo, and destroyed once that is settled."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotation import actions, tasks
from annotation.models import Suggestion, Task, TextSearch
from annotation.transitions import Stage, TaskState
from audit.models import Event
from contributions.queries import Pixels
from tests.annotation import printed
from tests.annotation.asking import post, submit, take
from tests.builders import Given, given, read
from tests.cast import Casting
from vault.models import SealedObject

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.fixture(autouse=True)
def reader(settings: Settings) -> None:
    settings.TEXT_READER = printed.NAME


@pytest.fixture
def found() -> Given:
    """A photo on which text was found, and nobody was shown it."""
    made = given().agree()
    tasks.find_text()
    return made


def later() -> None:
    """As if the last try had been a while ago."""
    TextSearch.objects.update(started_at=timezone.now() - timedelta(hours=1))


def living(search: TextSearch) -> bool:
    return search.read_id is not None and SealedObject.objects.filter(pk=search.read_id, dropped_at=None).exists()


@pytest.mark.requirement("A11")
def test_text_is_looked_for_after_agreeing_and_kept_as_boxes_and_sealed_words() -> None:
    made = given()
    assert not TextSearch.objects.exists()
    made.agree()
    tasks.find_text()
    tasks.find_text()
    search = TextSearch.objects.get()
    assert living(search)
    assert [(row.kind, row.model, row.right) for row in Suggestion.objects.filter(kind="text")] == [
        ("text", "drawn", 0.6)
    ]
    assert search.read is not None
    assert search.read.key_id == made.photos[0].key_id


def test_the_words_are_shown_to_whoever_holds_the_photo_and_to_nobody_else(found: Given, staff: Casting) -> None:
    client, other = staff("annotator").client, staff("annotator").client
    task = take(client)
    address, lease = f"tasks/{task['task']}/text/", {"lease": task["lease"]}
    search = TextSearch.objects.get()
    assert post(other, address, lease).status_code == 409
    assert living(search)
    answer = post(client, address, lease)
    assert list(answer.json()["words"].values()) == [printed.WORDS]
    assert answer.headers["Cache-Control"] == "no-store"
    assert living(search)
    submit(client, task)
    assert not living(search)
    assert post(client, address, lease).status_code == 409
    (event,) = Event.objects.filter(action="text:shown")
    assert set(event.data) == {"photo"}
    assert not Event.objects.filter(leaf__contains="Verkerk").exists()


@pytest.mark.parametrize("exclusion", ["", "identifying_text"])
def test_a_saved_answer_destroys_the_words_unread(found: Given, staff: Casting, exclusion: str) -> None:
    search = TextSearch.objects.get()
    read(staff("annotator").user.pk, exclusion=exclusion)
    assert not living(search)
    assert TextSearch.objects.get().read is None
    assert Suggestion.objects.filter(kind="text").exists()


def test_words_that_nobody_waits_for_any_more_are_destroyed(found: Given) -> None:
    search = TextSearch.objects.get()
    TextSearch.objects.update(done_at=timezone.now() - timedelta(days=13))
    tasks.sweep()
    assert living(search)
    TextSearch.objects.update(done_at=timezone.now() - timedelta(days=14))
    tasks.sweep()
    assert not living(search)
    assert Suggestion.objects.filter(kind="text").exists()


def test_a_photo_on_which_text_is_found_after_it_was_read_is_read_again(staff: Casting) -> None:
    given().agree()
    client = staff("annotator").client
    submit(client, take(client))
    tasks.find_text()
    assert (Task.objects.get().state, Task.objects.get().stage) == (TaskState.OPEN, Stage.FIRST)
    assert Event.objects.filter(action="task:text_found").exists()
    again = take(client)
    assert (again["text_state"], again["text_readable"], again["before"]) == ("found", True, None)


@pytest.mark.parametrize(
    "changes",
    [{"answer": "excluded", "exclusion": "quality"}, {"covers": [[0.1, 0.8, 0.65, 1]]}],
    ids=["excluded", "covered"],
)
def test_nobody_looks_again_at_what_is_out_or_covered_and_no_words_are_kept(
    staff: Casting, changes: dict[str, object]
) -> None:
    given().agree()
    client = staff("annotator").client
    submit(client, take(client), **changes)
    tasks.find_text()
    assert TextSearch.objects.get().read is None
    assert Task.objects.get().state == TaskState.READ


def test_a_withdrawal_leaves_nothing_and_an_undone_one_looks_again(found: Given) -> None:
    search = TextSearch.objects.get()
    found.withdraw()
    assert not living(search)
    assert not TextSearch.objects.exists()
    assert not Suggestion.objects.exists()
    found.undo()
    tasks.find_text()
    assert living(TextSearch.objects.get())


def test_a_photo_that_the_gate_stops_is_not_looked_at_and_no_try_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    given().agree()
    monkeypatch.setattr("annotation.tasks.gate.is_servable", lambda _photo: False)
    tasks.find_text()
    assert TextSearch.objects.values_list("attempts", "done_at").get() == (0, None)


def test_what_is_found_while_the_photo_leaves_is_not_kept() -> None:
    made = given().agree()
    photo = actions.take_search()
    assert photo is not None
    made.withdraw()
    sealed = SealedObject.objects.count()
    actions.keep_text(photo_id=photo, seen=printed.find(Pixels(64, 48, b"")), model=printed.MODEL)
    assert not Suggestion.objects.exists()
    assert SealedObject.objects.count() == sealed


def test_two_workers_never_look_at_one_photo_and_a_killed_ones_is_taken_up_later() -> None:
    given().agree()
    assert actions.take_search() is not None
    assert actions.take_search() is None
    later()
    assert actions.take_search() is not None


def test_what_fails_is_parked_after_some_tries_and_the_photo_is_read_all_the_same(
    settings: Settings, staff: Casting
) -> None:
    settings.TEXT_READER = "tests.annotation.nowhere"
    given().agree()
    for _ in range(5):
        tasks.find_text()
        later()
    search = TextSearch.objects.get()
    assert (search.attempts, search.parked_at is not None, search.done_at) == (3, True, None)
    assert Event.objects.filter(action="text:parked").count() == 1
    assert take(staff("annotator").client)["text_state"] == "failed"


def test_without_a_reader_nothing_is_asked_for(settings: Settings) -> None:
    settings.TEXT_READER = ""
    made = given().agree()
    assert not TextSearch.objects.exists()
    assert Task.objects.filter(photo=made.photos[0]).exists()
    assert not Suggestion.objects.filter(photo=made.photos[0], kind="text").exists()
