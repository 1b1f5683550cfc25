"""Handing out photos: a lease, one holder, nothing that the gate would not let through, what matters first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from annotation import actions, tasks
from annotation.agreement.sampling import is_sampled
from annotation.models import Task
from annotation.priorities import Priority, rare_ages
from annotation.transitions import Stage, TaskState
from contributions.models import Basis
from contributions.queries import Coverage
from screening.models import KnownList
from tests import pictures
from tests.annotation.asking import as_said, hand_out, post, statements, submit, take
from tests.builders import given
from tests.cast import Casting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


def three() -> list[bytes]:
    return [pictures.png(200 + n, 150) for n in range(3)]


@pytest.mark.requirement("A1")
def test_a_photo_costs_at_most_six_statements_to_hand_out_and_ten_to_answer(staff: Casting) -> None:
    given(*three(), others=[Basis.HAS_DIED]).agree()
    client = staff("annotator").client
    # What is asked once for each connection.
    submit(client, take(client))
    with statements() as of_next:
        task = take(client)
    answer = as_said(task, covers=[[0.1, 0.8, 0.4, 0.9]], terms=["place.living_room"])
    with statements() as of_submit:
        assert post(client, f"tasks/{task['task']}/submit/", answer).status_code == 200
    assert len(of_next) <= 6, of_next
    assert len(of_submit) <= 10, of_submit


@pytest.mark.requirement("A6")
def test_three_photos_are_held_at_most_and_what_the_page_has_is_not_sent_again(staff: Casting) -> None:
    given(*three(), pictures.png(240, 150)).agree()
    client = staff("annotator").client
    first = hand_out(client)["tasks"]
    more = hand_out(client, have=[first[0]["task"]], ahead=99)["tasks"]
    assert (len(first), len(more)) == (1, 2)
    assert hand_out(client, have=[task["task"] for task in [*first, *more]], ahead=2)["tasks"] == []
    assert len(hand_out(client, ahead=2)["tasks"]) == 3
    assert Task.objects.filter(state=TaskState.LEASED).count() == 3


@pytest.mark.requirement("A2")
def test_nobody_is_handed_what_another_holds(staff: Casting) -> None:
    given(*three()).agree()
    people = [staff("annotator", signed_in=False).user.pk for _ in range(6)]

    def take_one(staff_id: Any) -> list[Any]:
        try:
            return [one.task_id for one in actions.hand_out(staff_id=staff_id).held]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        taken = [pk for found in pool.map(take_one, people) for pk in found]
    assert len(taken) == len(set(taken)) == 3


def test_a_lease_that_ran_out_or_was_given_back_is_somebody_elses(staff: Casting) -> None:
    given().agree()
    client, other = staff("annotator").client, staff("annotator").client
    task = take(client)
    kept = post(client, "leases/renew/", {"leases": [{"task": task["task"], "lease": task["lease"]}]}).json()
    assert (kept["lost"], kept["until"] > task["until"]) == ([], True)
    Task.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    tasks.sweep()
    again = take(other)
    assert again["task"] == task["task"]
    lost = post(client, "leases/renew/", {"leases": [{"task": task["task"], "lease": task["lease"]}]}).json()
    assert lost["lost"] == [task["task"]]
    for lease, state in ((task["lease"], TaskState.LEASED), (again["lease"], TaskState.OPEN)):
        other.post("/staff/annotation/leases/give-back/", {"leases": f"{lease},{uuid4()}"})
        assert Task.objects.get().state == state


def test_signing_out_gives_back_what_is_held(staff: Casting) -> None:
    given().agree()
    client = staff("annotator").client
    take(client)
    client.post(reverse("account_logout"))
    assert Task.objects.get().state == TaskState.OPEN


@pytest.mark.requirement("A7")
@pytest.mark.requirement("A10")
def test_not_now_gives_it_to_others_and_an_empty_queue_says_why_and_until_when(staff: Casting) -> None:
    client, other = staff("annotator").client, staff("annotator").client
    assert hand_out(client)["empty"]["why"] == "none"
    given().agree()
    task = take(client)
    assert post(client, f"tasks/{task['task']}/put-off/", {"lease": task["lease"]}).status_code == 204
    put_off = hand_out(client)["empty"]
    assert (put_off["why"], "You put 1 photo off" in put_off["text"]) == ("put_off", True)
    assert put_off["until"] > (timezone.now() + timedelta(minutes=55)).isoformat()
    assert take(other)["task"] == task["task"]
    held = hand_out(staff("annotator").client)["empty"]
    assert (held["why"], held["until"] is not None) == ("held", True)


@pytest.mark.requirement("A8")
def test_a_second_opinion_comes_first_and_goes_to_somebody_else_who_does_not_know(
    staff: Casting, settings: Any
) -> None:
    given(*three()).agree()
    settings.SECOND_OPINION_SHARE, settings.SECOND_AFTER_SECONDS = 1, 3600
    client, other = staff("annotator").client, staff("annotator").client
    task = take(client)
    assert submit(client, task).status_code == 200
    settings.SECOND_AFTER_SECONDS = 0
    assert take(client)["task"] != task["task"]
    second = take(other)
    assert (second["task"], second["stage"], second["before"]) == (task["task"], "first", None)
    assert Task.objects.get(pk=task["task"]).stage == Stage.SECOND
    settings.SECOND_AFTER_SECONDS = 3600
    post(other, f"tasks/{second['task']}/put-off/", {"lease": second["lease"]})
    assert take(staff("annotator").client)["task"] != task["task"]


@pytest.mark.requirement("A10")
def test_who_has_answered_is_not_told_that_somebody_else_is_asked_too(staff: Casting, settings: Any) -> None:
    given().agree()
    settings.SECOND_OPINION_SHARE = 1
    client = staff("annotator").client
    submit(client, take(client))
    assert hand_out(client)["empty"]["why"] == "none"


def test_the_sample_is_sticky_and_as_large_as_asked(settings: Any) -> None:
    ids = [uuid4() for _ in range(2000)]
    settings.SECOND_OPINION_SHARE = 0.1
    found = [is_sampled(pk) for pk in ids]
    assert found == [is_sampled(pk) for pk in ids]
    assert 120 < sum(found) < 290
    settings.SECRET_KEY = "another"
    assert found != [is_sampled(pk) for pk in ids]


def test_what_is_meant_for_somebody_waited_long_or_is_rare_comes_first(staff: Casting, monkeypatch: Any) -> None:
    monkeypatch.setattr("annotation.actions.opening.coverage", lambda: Coverage(ages=dict.fromkeys(range(17), 100)))
    rare = given(pictures.png(200, 150), age="17").agree().photos[0]
    usual = given(*three()[1:]).agree().photos
    assert Task.objects.get(photo=rare).priority == Priority.RARE_AGE
    Task.objects.filter(photo=usual[0]).update(waiting_since=timezone.now() - timedelta(days=8))
    tasks.sweep()
    mine, lead = staff("annotator"), staff("lead").user.pk
    meant = Task.objects.get(photo=usual[1])
    actions.reassign(task_id=meant.pk, to=mine.user.pk, staff_id=lead)
    order = [task["task"] for task in hand_out(mine.client, ahead=2)["tasks"]]
    assert order == [str(meant.pk), str(Task.objects.get(photo=usual[0]).pk), str(Task.objects.get(photo=rare).pk)]


def test_an_age_is_rare_far_below_the_mean_and_none_is_before_the_first_count() -> None:
    assert rare_ages(Coverage()) == frozenset()
    assert rare_ages(Coverage(ages={**dict.fromkeys(range(16), 100), 16: 20})) == {16, 17}


def test_a_withdrawn_photo_is_not_handed_out_even_before_the_workers_came(staff: Casting) -> None:
    made = given().agree()
    photo = made.photos[0]
    work, made.work = made.work, lambda: made  # type: ignore[method-assign]
    made.withdraw(photo)
    assert actions.take_next(staff_id=staff("annotator").user.pk) is None
    work()
    assert Task.objects.get(photo=photo).state == TaskState.GIVEN_BACK


def test_a_gate_that_is_closed_to_all_leaves_the_queue_as_it_is_and_one_closed_to_a_photo_opens_again(
    staff: Casting, settings: Any
) -> None:
    given(*three()).agree()
    client = staff("annotator").client
    behind = KnownList.objects.create(name="slow", waiting_since=timezone.now() - timedelta(days=30))
    assert "No photo may be shown" in hand_out(client)["empty"]["text"]
    assert Task.objects.filter(state=TaskState.OPEN).count() == 3
    behind.delete()
    Task.objects.update(state=TaskState.GIVEN_BACK)
    tasks.sweep()
    assert len(hand_out(client, ahead=2)["tasks"]) == 3


@pytest.mark.requirement("A10")
def test_the_day_has_a_limit_and_reading_has_breaks_and_the_photo_on_the_screen_may_be_finished(
    staff: Casting, settings: Any
) -> None:
    given(*three()).agree()
    member = staff("annotator")
    first, ahead = hand_out(member.client, ahead=1)["tasks"]
    settings.READINGS_A_DAY = 1
    assert submit(member.client, first).status_code == 200
    capped = hand_out(member.client, have=[ahead["task"]], ahead=2)
    assert (capped["tasks"], capped["empty"]["why"], capped["own"]["today"]) == ([], "cap", 1)
    assert submit(member.client, ahead).status_code == 200
    settings.READINGS_A_DAY, settings.READING_BREAK_AFTER_MINUTES = 400, 0
    due = hand_out(member.client)
    assert (due["tasks"], due["empty"]["why"]) == ([], "break")
    assert due["empty"]["until"] == due["own"]["break_until"] > timezone.now().isoformat()
    settings.READING_BREAK_AFTER_MINUTES = 50
    assert hand_out(member.client)["own"]["break_due"] is not None
