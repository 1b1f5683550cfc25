"""Who looked at which photos: each look in the log with rendition, reason and task, and counted for the auditor."""

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.actions import ask, look, take_next, view_photo
from annotation.models import Task
from annotation.searching.criteria import Criteria
from audit.models import Event
from contributions.models import Photo
from screening import actions
from screening.models import View
from screening.queries import DAYS, exposure
from tests.builders import given
from tests.cast import Casting, Member

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "identity", "auditor"]),
    pytest.mark.requirement("L11"),
]
PAGE = "/staff/audit/views/"


@pytest.fixture
def photo() -> Photo:
    return given().agree().photos[0]


@pytest.fixture
def annotator(staff: Casting) -> Member:
    return staff("annotator")


def looked(member: Member) -> Task:
    """The person takes the next photo and looks at it, as the workbench does."""
    task = take_next(staff_id=member.user.pk)
    assert task is not None
    b"".join(view_photo(task_id=task.pk, rendition="rendition", staff_id=member.user.pk))
    return task


def looked_outside(photo: Photo, member: Member, reason: str = "ruling") -> None:
    b"".join(actions.view(photo_id=photo.pk, rendition="thumbnail", staff_id=member.user.pk, reason=reason))


def page(staff: Casting) -> str:
    return str(staff("auditor").client.get(PAGE).content.decode())


def test_the_workbench_says_for_which_task(photo: Photo, annotator: Member) -> None:
    task = looked(annotator)
    told = Event.objects.get(action="photo:viewed")
    view = View.objects.get()
    assert told.data == {
        "photo": str(photo.pk),
        "rendition": "rendition",
        "reason": "task",
        "task": str(task.pk),
        "view": str(view.pk),
    }
    assert (view.rendition, view.reason, view.task) == ("rendition", "task", task.pk)


def test_a_look_outside_a_task_says_so(photo: Photo, annotator: Member) -> None:
    looked_outside(photo, annotator)
    assert Event.objects.get(action="photo:viewed").data["task"] is None
    assert View.objects.get().task is None


def test_views_are_counted_by_day_person_rendition_and_reason(photo: Photo, annotator: Member, staff: Casting) -> None:
    other = staff("officer")
    looked(annotator)
    looked_outside(photo, other)
    looked_outside(photo, other)
    seen = exposure()
    assert (seen.views, seen.outside, len(seen.days)) == (3, 2, DAYS)
    assert (seen.days[-1].of, seen.days[-1].views) == (timezone.now().date().isoformat(), 3)
    assert [(UUID(tally.of), tally.views, tally.outside) for tally in seen.staff] == [
        (other.user.pk, 2, 2),
        (annotator.user.pk, 1, 0),
    ]
    assert {tally.of: tally.views for tally in seen.renditions} == {"thumbnail": 2, "rendition": 1}
    assert {tally.of: tally.views for tally in seen.reasons} == {"ruling": 2, "task": 1}


def test_a_look_at_what_a_question_found_belongs_to_no_task(photo: Photo, staff: Casting) -> None:
    lead = staff("lead")
    asked = ask(criteria=Criteria(), staff_id=lead.user.pk)
    b"".join(look(search_id=asked.pk, photo_id=photo.pk, staff_id=lead.user.pk))
    seen = exposure()
    assert (seen.outside, [view.reason for view in seen.newest_outside]) == (1, ["search"])


def test_older_views_are_left_to_the_log(photo: Photo, annotator: Member) -> None:
    View.objects.create(
        photo=photo,
        staff=annotator.user,
        rendition="full",
        reason="task",
        at=timezone.now() - timedelta(days=DAYS),
    )
    assert exposure().views == 0


class TestPage:
    """What the auditor sees of it."""

    def test_auditors_alone_come_in(self, staff: Casting) -> None:
        assert staff("auditor").client.get(PAGE).status_code == 200
        assert staff("officer", "curator", "lead", "annotator", "administrator").client.get(PAGE).status_code == 403
        assert staff("auditor").client.post(PAGE).status_code == 405
        assert Client().get(PAGE).status_code in {302, 403}

    def test_without_views_it_says_so(self, staff: Casting) -> None:
        assert "Nobody looked at a photo" in page(staff)

    def test_people_are_ids_with_a_story_and_never_names(self, photo: Photo, annotator: Member, staff: Casting) -> None:
        looked(annotator)
        shown = page(staff)
        assert reverse("audit:story", args=[annotator.user.pk]) in shown
        assert annotator.user.name not in shown
        assert annotator.user.email not in shown
        assert "<img" not in shown

    def test_it_leads_to_the_entries(self, staff: Casting) -> None:
        assert f"{reverse('audit:entries')}?action=photo:viewed" in page(staff)

    def test_views_outside_a_task_are_called_out(self, photo: Photo, annotator: Member, staff: Casting) -> None:
        looked(annotator)
        assert "belonged to no task" not in page(staff)
        looked_outside(photo, annotator)
        shown = page(staff)
        assert "1 view belonged to no task" in shown
        assert reverse("audit:story", args=[photo.pk]) in shown


def test_the_auditors_role_reads_no_more_than_it_was_granted() -> None:
    assert list(View.objects.using("auditor").filter(pk=uuid4())) == []
    with pytest.raises(Exception, match="permission denied") as refused:
        list(Photo.objects.using("auditor"))
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
