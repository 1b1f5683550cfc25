"""Who tries it cannot learn what another answered, hold or see more than the limits allow, or write into the log."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import sleep
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotation import actions, tasks
from annotation.models import Answer, NotNow, Reading, Task, TextSearch
from annotation.transitions import Stage, TaskState
from audit.models import Event
from contributions.models import Photo
from tests import pictures
from tests.annotation import printed
from tests.annotation.asking import BENCH, as_said, hand_out, post, submit, take
from tests.builders import Given, given
from tests.cast import Casting, Member

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
SETTLE = "settle/next/"
FIND = f"{BENCH}find/"


@pytest.fixture(autouse=True)
def every_photo_is_read_twice(settings: Settings) -> None:
    settings.SECOND_OPINION_SHARE, settings.SECOND_AFTER_SECONDS = 1, 0


def several(number: int) -> Given:
    return given(*(pictures.png(200 + n, 150) for n in range(number))).agree()


def take_again(client: Client, task: dict[str, Any]) -> Any:
    return post(client, f"tasks/{task['task']}/take/", {"version": task["version"]})


def undecided(client: Client) -> None:
    submit(client, take(client), answer="undecided", people=[])


@pytest.mark.requirement("A8")
def test_whoever_answered_is_told_the_same_whatever_became_of_the_photo(staff: Casting, settings: Settings) -> None:
    given().agree()
    first, second = staff("annotator").client, staff("annotator").client
    task = take(first)
    submit(first, task)
    told = [take_again(first, task)]
    other = take(second)
    told.append(take_again(first, task))
    submit(second, other, people=[], count=0)
    assert Task.objects.get().stage == Stage.SETTLING
    told += [take_again(first, task), take_again(second, other)]
    submit(judge := staff("adjudicator").client, take(judge, to=SETTLE))
    told += [take_again(first, task), take_again(second, other), submit(first, task)]
    assert {answer.status_code for answer in told} == {409}
    (same,) = {answer.content for answer in told}
    assert same == told[0].content
    assert told[0].json() == {
        "why": "answered",
        "text": "You have answered this photo. Your answer stands.",
        "can_take": False,
        "theirs": None,
    }


@pytest.mark.requirement("A8")
def test_answers_are_not_tried_out_by_taking_them_back(staff: Casting, settings: Settings) -> None:
    given().agree()
    member = staff("annotator")
    task = take(member.client)
    for _time in range(settings.TAKE_BACKS_A_PHOTO):
        kept = submit(member.client, task).json()["reading"]
        task = post(member.client, f"readings/{kept}/take-back/").json()["task"]
    kept = submit(member.client, task).json()["reading"]
    refused = post(member.client, f"readings/{kept}/take-back/")
    assert (refused.status_code, refused.json()["why"]) == (409, "stands")
    (newest, *_others) = member.client.get(f"{BENCH}last/").json()["readings"]
    assert newest["can_take_back"] is False
    assert hand_out(member.client)["own"]["today"] == settings.TAKE_BACKS_A_PHOTO + 1


def test_an_answer_of_yesterday_stands(staff: Casting, settings: Settings) -> None:
    given().agree()
    client = staff("annotator").client
    kept = submit(client, take(client)).json()["reading"]
    settings.TAKE_BACK_HOURS = 0
    assert post(client, f"readings/{kept}/take-back/").status_code == 409


def test_a_key_that_is_sent_again_after_its_answer_was_taken_back_saves_nothing(staff: Casting) -> None:
    given().agree()
    client = staff("annotator").client
    answer = as_said(task := take(client))
    address = f"tasks/{task['task']}/submit/"
    kept = post(client, address, answer).json()["reading"]
    assert post(client, address, answer).json()["reading"] == kept
    post(client, f"readings/{kept}/take-back/")
    again = post(client, address, answer)
    assert (again.status_code, again.json()["why"], again.json()["can_take"]) == (409, "taken_back", False)


@pytest.mark.requirement("A10")
def test_what_is_put_off_counts_and_nothing_is_taken_past_the_limit(staff: Casting, settings: Settings) -> None:
    settings.READINGS_A_DAY = 2
    several(3)
    client = staff("annotator").client
    seen = []
    for _time in range(2):
        seen.append(task := take(client))
        post(client, f"tasks/{task['task']}/put-off/", {"lease": task["lease"]})
    full = hand_out(client)
    assert (full["tasks"], full["empty"]["why"]) == ([], "cap")
    assert "answered or put off 2 photos" in full["empty"]["text"]
    assert [take_again(client, task).json()["why"] for task in seen] == ["cap", "cap"]


def test_only_whoever_held_a_photo_last_takes_it_again_and_its_version_counts_nothing(staff: Casting) -> None:
    given().agree()
    one, other = staff("annotator").client, staff("annotator").client
    mine = take(one)
    post(one, f"tasks/{mine['task']}/put-off/", {"lease": mine["lease"]})
    theirs = take(other)
    post(other, f"tasks/{theirs['task']}/put-off/", {"lease": theirs["lease"]})
    assert theirs["version"] not in {mine["version"], mine["version"] + 1}
    assert take_again(one, mine).json()["why"] == "gone"
    assert take_again(other, theirs).status_code == 200


def test_whoever_takes_one_photo_more_gives_the_last_waiting_one_back(staff: Casting) -> None:
    several(4)
    member = staff("annotator")
    client = member.client
    task = take(client)
    actions.give_all_back(member.user.pk)
    Task.objects.filter(pk=task["task"]).update(order=2)
    assert len(hand_out(client, ahead=2)["tasks"]) == 3
    again = take_again(client, task).json()
    held = again["held"]
    assert task["task"] in held
    assert {str(pk) for pk in Task.objects.filter(state=TaskState.LEASED).values_list("pk", flat=True)} == set(held)
    assert len(held) == 3
    kept = submit(client, again["task"]).json()["reading"]
    assert len(hand_out(client, ahead=2)["tasks"]) == 3
    assert len(post(client, f"readings/{kept}/take-back/").json()["held"]) == 3


def test_requests_at_once_hold_no_more_than_one(staff: Casting) -> None:
    several(9)
    member = staff("annotator", signed_in=False).user.pk
    together = Barrier(4)

    def take_three(_number: int) -> None:
        try:
            # A connection that stands already, so that all four ask in the same moment.
            Task.objects.exists()
            together.wait()
            actions.hand_out(staff_id=member, ahead=2)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take_three, range(4)))
    assert Task.objects.filter(state=TaskState.LEASED).count() == 3


@pytest.mark.requirement("A8")
def test_a_second_reader_sees_the_words_of_the_print_as_the_first_did(staff: Casting, settings: Settings) -> None:
    settings.TEXT_READER = printed.NAME
    given().agree()
    tasks.find_text()
    clients = [staff("annotator").client for _person in range(2)]
    for client in clients:
        task = take(client)
        assert task["text_readable"]
        shown = post(client, f"tasks/{task['task']}/text/", {"lease": task["lease"]})
        assert list(shown.json()["words"].values()) == [printed.WORDS]
        submit(client, task)
    assert Task.objects.get().state == TaskState.READ
    assert TextSearch.objects.get().read is None
    assert Event.objects.filter(action="text:shown").count() == 2


@pytest.fixture
def waiting_for_a_second(staff: Casting) -> Task:
    """A photo that somebody has read, and that waits for a second opinion."""
    given().agree()
    client = staff("annotator").client
    submit(client, take(client))
    return Task.objects.get()


def found(member: Member, standing: str = "") -> list[Any]:
    answer = member.client.post(FIND, {"standing": standing}, follow=True)
    return list(answer.context["rows"]) if answer.status_code == 200 else []


@pytest.mark.requirement("A8")
def test_a_finder_who_reads_cannot_tell_second_opinions_apart(staff: Casting, waiting_for_a_second: Task) -> None:
    reads, only_finds = staff("annotator", "curator"), staff("curator")
    assert reads.client.post(FIND, {"standing": "second"}).status_code == 422
    ((row, word, _decade),) = found(reads, "open")
    assert (word, row.at) == ("waiting", waiting_for_a_second.created_at)
    assert [row.standing for row, *_ in found(only_finds, "second")] == ["second"]
    theirs = Event.objects.filter(action="search:asked").latest("index").subject
    for answer in (
        reads.client.get(f"{FIND}{theirs}/"),
        reads.client.post(f"{FIND}{theirs}/"),
        reads.client.post(f"{FIND}{theirs}/look/{waiting_for_a_second.photo_id}/"),
    ):
        assert answer.status_code == 404


@pytest.mark.requirement("A8")
def test_a_lead_who_reads_is_not_shown_the_first_reading_or_what_a_photo_waits_for(
    staff: Casting, waiting_for_a_second: Task
) -> None:
    member = staff("annotator", "lead")
    take(member.client)
    asked = member.client.post(f"{BENCH}tasks/{waiting_for_a_second.pk}/reopen/", follow=True).content.decode()
    assert "This photo is not settled" in asked
    assert "The answer that counts" not in asked
    assert "second opinion</td>" not in asked
    leaving = member.client.post(f"{BENCH}tasks/{waiting_for_a_second.pk}/reassign/").content.decode()
    assert "second opinion" not in leaving
    assert str(waiting_for_a_second.first_by) in leaving
    assert "second opinion</td>" in staff("lead").client.get(f"{BENCH}lead/").content.decode()


def test_a_lead_does_not_end_a_dispute_of_their_own(staff: Casting) -> None:
    given().agree()
    lead, other = staff("annotator", "lead"), staff("annotator")
    submit(lead.client, take(lead.client))
    submit(other.client, take(other.client), people=[], count=0)
    photo = Task.objects.get().photo_id
    tried = actions.exclude_many(photo_ids=[photo], reason="quality", note="", staff_id=lead.user.pk)
    assert (tried.tasks, tried.left) == ([], {photo: "answered"})
    assert actions.exclude_many(photo_ids=[photo], reason="quality", note="", staff_id=staff("lead").user.pk).tasks


def test_many_are_not_called_unsafe_without_a_look(staff: Casting) -> None:
    photo = given().agree().photos[0]
    lead = staff("lead")
    asked = lead.client.post(f"{BENCH}exclude/", {"photos": str(photo.pk)})
    assert 'value="unsafe"' not in asked.content.decode()
    with pytest.raises(actions.AnswerNotValid, match="exclusion"):
        actions.exclude_many(photo_ids=[photo.pk], reason="unsafe", note="", staff_id=lead.user.pk)
    assert not Reading.objects.exists()


def test_excluding_many_waits_for_whoever_has_a_photo_before_it_locks_any_task(staff: Casting) -> None:
    photos = [photo.pk for photo in several(2).photos]
    lead = staff("lead").user.pk

    def exclude() -> int:
        try:
            found = actions.exclude_many(photo_ids=photos[::-1], reason="quality", note="", staff_id=lead)
            return len(found.tasks)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Photo.objects.select_for_update().get(pk=max(photos))
            done = pool.submit(exclude)
            wait_for_a_lock()
            # Its task is free for whoever has the photo.
            assert Task.objects.select_for_update(nowait=True).filter(photo__in=photos).count() == 2
        assert done.result(timeout=20) == 2


def wait_for_a_lock() -> None:
    """Until some other connection waits for a lock."""
    for _time in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
        sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.requirement("A8")
def test_an_adjudicator_who_took_an_answer_back_or_settled_an_earlier_round_may_settle(staff: Casting) -> None:
    given().agree()
    reader, judge = staff("annotator").client, staff("annotator", "adjudicator")
    undecided(reader)
    kept = submit(judge.client, take(judge.client, to=SETTLE)).json()["reading"]
    back = post(judge.client, f"readings/{kept}/take-back/").json()["task"]
    post(judge.client, f"tasks/{back['task']}/put-off/", {"lease": back["lease"]})
    NotNow.objects.all().delete()
    submit(judge.client, take(judge.client, to=SETTLE))
    lead = staff("lead").user.pk
    actions.reopen(task_id=UUID(back["task"]), staff_id=lead)
    # What they read themselves in an earlier round is no bar, either; what they read in this one is.
    undecided(judge.client)
    assert hand_out(judge.client, to=SETTLE)["empty"]["why"] == "none"
    submit(other := staff("adjudicator").client, take(other, to=SETTLE))
    actions.reopen(task_id=UUID(back["task"]), staff_id=lead)
    undecided(reader)
    assert take(judge.client, to=SETTLE)["task"] == back["task"]


def test_a_photo_left_to_somebody_who_reads_no_more_is_everybodys_and_the_lead_is_told(staff: Casting) -> None:
    given().agree()
    gone, other, lead = staff("annotator"), staff("annotator"), staff("lead")
    actions.reassign(task_id=Task.objects.get().pk, to=gone.user.pk, staff_id=lead.user.pk)
    tasks.sweep()
    assert hand_out(other.client)["tasks"] == []
    gone.user.groups.remove(Group.objects.get(name="annotator"))
    tasks.sweep()
    assert Event.objects.get(action="task:left_freed").data["to"] == gone.actor
    assert "1 photo was left to somebody who reads no more" in lead.client.get(f"{BENCH}lead/").content.decode()
    take(other.client)


def test_a_reading_that_is_found_right_is_one_of_this_photo_or_the_answer_is_refused(staff: Casting) -> None:
    given().agree()
    reader, judge = staff("annotator").client, staff("adjudicator").client
    words = str(UUID(bytes=b"Jane Doe, Oslo  "))
    assert submit(reader, take(reader), adopts=words).status_code == 422
    right = submit(reader, take(reader)).json()["reading"]
    undecided(staff("annotator").client)
    task = take(judge, to=SETTLE)
    assert submit(judge, task, adopts=words).status_code == 422
    unsure = Reading.objects.get(answer=Answer.UNDECIDED).reading_id
    assert submit(judge, task, adopts=str(unsure)).status_code == 422
    assert submit(judge, task, adopts=right).status_code == 200
    assert Event.objects.filter(action="photo:read").latest("index").data["adopts"] == right


def test_whoever_reads_no_more_sees_and_keeps_no_photo_of_the_readers(staff: Casting) -> None:
    given().agree()
    member = staff("annotator", "adjudicator")
    task = take(member.client)
    held = {"leases": [{"task": task["task"], "lease": task["lease"]}]}
    assert post(member.client, "leases/renew/", held).json()["lost"] == []
    member.user.groups.remove(Group.objects.get(name="annotator"))
    assert post(member.client, "leases/renew/", held).json()["lost"] == [task["task"]]
    assert member.client.get(task["image"]).status_code == 404
    assert post(member.client, f"tasks/{task['task']}/text/", {"lease": task["lease"]}).status_code == 409


def test_a_break_that_is_due_is_taken_before_a_lost_photo_is_had_again(staff: Casting, settings: Settings) -> None:
    several(2)
    client = staff("annotator").client
    first, ahead = hand_out(client, ahead=1)["tasks"]
    submit(client, first)
    Task.objects.filter(pk=ahead["task"]).update(leased_until=timezone.now() - timedelta(seconds=1))
    tasks.sweep()
    settings.READING_BREAK_AFTER_MINUTES = 0
    lost = submit(client, ahead, key=str(uuid4())).json()
    assert (lost["why"], lost["can_take"]) == ("break", True)
    assert take_again(client, ahead).status_code == 409
    settings.READING_BREAK_AFTER_MINUTES = 50
    assert take_again(client, ahead).status_code == 200
