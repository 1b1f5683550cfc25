"""Whoever opens more pictures in an hour than the work needs is shown no more until somebody else lets them go on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from annotation import actions as annotation
from annotation.searching.criteria import Criteria
from audit.models import Event
from contributions.models import Photo
from operations.queries import gather
from screening import actions
from screening.models import NearDuplicate, View, ViewStop
from screening.queries import are_views_stopped
from screening.queries.stops import stops_of, too_many
from tests.builders import given
from tests.cast import Casting, Member
from tests.screening.stopped import held_photo
from tests.screening.test_duplicates import two

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "identity"]),
    pytest.mark.requirement("W9"),
]
LIMIT = 3


@pytest.fixture(autouse=True)
def few(settings: Settings) -> None:
    settings.VIEWS_AN_HOUR = LIMIT
    settings.VIEWS_OUTSIDE_TASKS_AN_HOUR = LIMIT


@pytest.fixture
def photo() -> Photo:
    (photo,) = given().agree().photos
    actions.judge(photo_id=photo.pk)
    return photo


def look(member: Member, photo: Photo, *, task: UUID | None = None) -> bytes:
    pixels = actions.view(
        photo_id=photo.pk, rendition="thumbnail", staff_id=member.user.pk, reason="task", task_id=task
    )
    return b"".join(pixels)


def stop(member: Member) -> ViewStop:
    return ViewStop.objects.create(staff=member.user, cause=ViewStop.Cause.HOUR, views=LIMIT)


@pytest.mark.parametrize(("outside", "cause"), [(False, "hour"), (True, "outside")])
def test_one_view_above_the_hours_limit_is_not_made_and_stops_all_others(
    staff: Casting, photo: Photo, settings: Settings, outside: bool, cause: str
) -> None:
    settings.VIEWS_AN_HOUR = LIMIT + outside
    annotator = staff("annotator")
    for _ in range(LIMIT):
        assert look(annotator, photo, task=None if outside else uuid4())
    for _ in range(2):
        with pytest.raises(actions.ViewsStopped):
            look(annotator, photo, task=uuid4())
    assert View.objects.filter(staff=annotator.user).count() == LIMIT
    stopped = ViewStop.objects.get(staff=annotator.user)
    assert (stopped.cause, stopped.views) == (cause, LIMIT)
    (event,) = Event.objects.filter(action="views:stopped")
    assert event.actor == annotator.actor
    assert event.data == {"stop": str(stopped.pk), "cause": cause, "views": LIMIT}
    assert gather().figures["views_stopped"] == 1


def reading(staff: Casting) -> Member:
    reader = staff("annotator")
    given().agree()
    task = annotation.take_next(staff_id=reader.user.pk)
    assert task is not None
    for _ in range(LIMIT):
        annotation.view_photo(task_id=task.pk, rendition="thumbnail", staff_id=reader.user.pk)
    return reader


def finding(staff: Casting) -> Member:
    lead, (photo,) = staff("lead"), given().agree().photos
    asked = annotation.ask(criteria=Criteria(), staff_id=lead.user.pk)
    for _ in range(LIMIT):
        assert lead.client.post(reverse("annotation:found_look", args=[asked.pk, photo.pk])).status_code == 200
    return lead


def comparing(staff: Casting) -> Member:
    two()
    lead, pair = staff("lead"), NearDuplicate.objects.get()
    for _ in range(LIMIT):
        address = reverse("screening:duplicate_picture", args=[pair.pk, pair.one_id])
        assert lead.client.get(address).status_code == 200
    return lead


def revealing(staff: Casting) -> Member:
    officer, photo = staff("officer"), held_photo()
    for _ in range(LIMIT):
        actions.reveal(photo_id=photo.pk, staff_id=officer.user.pk, look=uuid4())
    return officer


@pytest.mark.parametrize(
    ("looks", "cause"), [(reading, None), (finding, "outside"), (comparing, "outside"), (revealing, "outside")]
)
def test_only_pictures_of_photos_that_were_handed_out_belong_to_a_task(
    staff: Casting, settings: Settings, looks: Callable[[Casting], Member], cause: str | None
) -> None:
    settings.VIEWS_AN_HOUR = LIMIT + 1
    found = too_many(looks(staff).user.pk)
    assert found == (None if cause is None else (cause, LIMIT))


def test_of_many_requests_at_once_no_more_see_a_picture_than_one_after_the_other(staff: Casting, photo: Photo) -> None:
    annotator = staff("annotator", signed_in=False)
    together = Barrier(4 * LIMIT)

    def ask(_number: int) -> bool:
        together.wait()
        try:
            return bool(look(annotator, photo, task=uuid4()))
        except actions.ViewsStopped:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4 * LIMIT) as pool:
        shown = list(pool.map(ask, range(4 * LIMIT)))
    assert (sum(shown), View.objects.count(), ViewStop.objects.count()) == (LIMIT, LIMIT, 1)


def test_what_is_older_than_an_hour_and_what_others_looked_at_does_not_count(staff: Casting, photo: Photo) -> None:
    one, other = staff("annotator"), staff("annotator")
    an_hour_ago = timezone.now() - timedelta(minutes=61)
    for member, at in ((one, an_hour_ago), (other, timezone.now())):
        for _ in range(LIMIT):
            View.objects.create(photo=photo, staff=member.user, rendition="full", reason="task", task=uuid4(), at=at)
    assert look(one, photo, task=uuid4())


def test_somebody_else_lets_the_person_go_on_and_the_count_begins_anew(staff: Casting, photo: Photo) -> None:
    annotator, lead = staff("annotator"), staff("lead")
    for _ in range(LIMIT):
        look(annotator, photo, task=uuid4())
    with pytest.raises(actions.ViewsStopped):
        look(annotator, photo, task=uuid4())
    page = lead.client.get(reverse("screening:stops")).content.decode()
    assert annotator.user.name in page
    assert "opened too many pictures" in lead.client.get("/staff/").content.decode()
    row = ViewStop.objects.get()
    lead.client.post(reverse("screening:stop_lift", args=[row.pk]))
    assert not are_views_stopped(annotator.user.pk)
    assert too_many(annotator.user.pk) is not None
    assert too_many(annotator.user.pk, stops_of(annotator.user.pk)[1]) is None
    assert look(annotator, photo, task=uuid4())
    (event,) = Event.objects.filter(action="views:lifted")
    assert (event.actor, event.subject) == (lead.actor, str(annotator.user.pk))


def test_nobody_lifts_their_own_stop_or_one_twice(staff: Casting) -> None:
    lead, administrator = staff("lead"), staff("administrator")
    row = stop(lead)
    page = reverse("screening:stop_lift", args=[row.pk])
    assert "Nothing changed" in lead.client.post(page, follow=True).content.decode()
    assert are_views_stopped(lead.user.pk)
    assert "begins anew" in administrator.client.post(page, follow=True).content.decode()
    with pytest.raises(actions.NotToBeLifted):
        actions.lift_stop(stop_id=row.pk, staff_id=administrator.user.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        ViewStop.objects.filter(pk=row.pk).update(lifted_by=lead.user)


def test_an_officer_whose_views_are_stopped_reveals_nothing_and_reads_why(staff: Casting) -> None:
    officer = staff("officer")
    stop(officer)
    with pytest.raises(actions.LooksUsedUp):
        actions.reveal(photo_id=uuid4(), staff_id=officer.user.pk, look=uuid4())


def test_a_stopped_annotator_is_handed_nothing_and_reads_why(staff: Casting) -> None:
    annotator = staff("annotator")
    stop(annotator)
    answer = annotator.client.post(reverse("annotation:task_next"), {}, content_type="application/json").json()
    assert answer["tasks"] == []
    assert answer["empty"]["why"] == "stopped"
    assert "A lead or an administrator sees this" in answer["empty"]["text"]


def test_the_picture_of_a_task_is_refused_and_the_photo_goes_back_to_the_queue(staff: Casting, photo: Photo) -> None:
    annotator = staff("annotator")
    answer = annotator.client.post(reverse("annotation:task_next"), {}, content_type="application/json").json()
    (task,) = answer["tasks"]
    for _ in range(LIMIT):
        assert annotator.client.get(task["image"]).status_code == 200
    assert annotator.client.get(task["image"]).status_code == 403
    assert annotator.client.get(task["image"]).status_code == 404
    assert not annotator.client.post(reverse("annotation:task_next"), {}, content_type="application/json").json()[
        "tasks"
    ]
