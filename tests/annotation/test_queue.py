"""Handing out photos: a lease, one holder, nothing that the gate would not let through."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from annotation import actions, queries
from annotation.models import Task
from annotation.transitions import TaskState
from tests import pictures
from tests.builders import given
from tests.cast import Casting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


def three() -> list[bytes]:
    return [pictures.png(200 + n, 150) for n in range(3)]


def test_an_agreed_photo_waits_to_be_read() -> None:
    photo = given().agree().photos[0]
    assert Task.objects.get(photo=photo).state == TaskState.OPEN


def test_a_photo_without_agreement_is_not_handed_out(staff: Casting) -> None:
    given()
    assert actions.take_next(staff_id=staff("annotator").user.pk) is None


def test_own_lease_comes_back_first(staff: Casting) -> None:
    given(*three()).agree()
    me = staff("annotator").user.pk
    assert actions.take_next(staff_id=me) == actions.take_next(staff_id=me)


@pytest.mark.requirement("A2")
def test_nobody_is_handed_what_another_holds(staff: Casting) -> None:
    given(*three()).agree()
    people = [staff("annotator").user.pk for _ in range(6)]

    def take(staff_id: object) -> object:
        try:
            task = actions.take_next(staff_id=staff_id)  # type: ignore[arg-type]
            return task and task.pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        taken = [pk for pk in pool.map(take, people) if pk]
    assert len(taken) == len(set(taken)) == 3


@pytest.mark.requirement("A1")
def test_the_next_photo_costs_few_statements(staff: Casting, django_assert_max_num_queries: object) -> None:
    given(*three()).agree()
    me = staff("annotator").user.pk
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        actions.take_next(staff_id=me)


def test_a_lease_that_ran_out_goes_back_to_the_queue(staff: Casting) -> None:
    given().agree()
    task = actions.take_next(staff_id=staff("annotator").user.pk)
    assert task is not None
    Task.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert actions.release_expired() == 1
    assert actions.take_next(staff_id=staff("annotator").user.pk) == task


@pytest.mark.requirement("A7")
def test_not_now_gives_it_to_others_and_not_to_me(staff: Casting) -> None:
    given().agree()
    me, other = staff("annotator").user.pk, staff("annotator").user.pk
    task = actions.take_next(staff_id=me)
    assert task is not None
    assert task.lease is not None
    actions.put_back(task_id=task.pk, lease=task.lease, staff_id=me, not_now=True)
    assert actions.take_next(staff_id=me) is None
    assert queries.waiting_for(me).put_off == 1
    assert actions.take_next(staff_id=other) == task


def test_a_withdrawn_photo_is_not_handed_out_even_before_the_workers_came(staff: Casting) -> None:
    made = given().agree()
    made.sending.refresh_from_db()
    photo = made.photos[0]
    made_work, made.work = made.work, lambda: made  # type: ignore[method-assign]
    made.withdraw(photo)
    assert actions.take_next(staff_id=staff("annotator").user.pk) is None
    made_work()
    assert Task.objects.get(photo=photo).state == TaskState.GIVEN_BACK


def test_renewing_somebody_elses_lease_is_refused(staff: Casting) -> None:
    given().agree()
    task = actions.take_next(staff_id=staff("annotator").user.pk)
    assert task is not None
    with pytest.raises(actions.LeaseLost):
        actions.renew_lease(task_id=task.pk, lease=uuid4(), staff_id=staff("annotator").user.pk)
