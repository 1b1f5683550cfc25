"""What kills whoever takes it is tried three times, then parked and shown, and what stands behind it is done."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F, QuerySet

from accounts.models import User
from annotation.models import TextSearch
from audit.models import Event
from contributions import queries
from contributions.models import Photo, Step
from operations.queries import gather
from releases import actions, tasks
from releases.models import Audience, Crop, Shard
from releases.queries import is_parked
from tests import pictures
from tests.annotation import printed
from tests.builders import Given, given, read
from tests.contributions.giver import Giver
from tests.crash.dying import KILLED, Zygote

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"], transaction=True),
    pytest.mark.requirement("R5"),
]
DEATHS = 3
LATER = timedelta(hours=1)


def deaths(zygote: Zygote, task: str, *args: object, at: str, about: object, **settings: Any) -> int:
    """Deliver a task until nobody dies of it, as the broker does whose message was not acknowledged; how many died."""
    job = {"task": task, "args": [str(arg) for arg in args], "at": at, "about": str(about), "settings": settings}
    for count in range(DEATHS + 3):
        if (ended := zygote.does("deadly", job)) != KILLED:
            assert ended == 0
            return count
        _time_passes(Step.objects.all(), "started_at")
        _time_passes(TextSearch.objects.all(), "started_at")
        _time_passes(Crop.objects.filter(cut_at=None), "begun_at")
    return DEATHS + 3


def _time_passes(rows: QuerySet[Any], name: str) -> None:
    rows.update(**{name: F(name) - LATER})


def somebody() -> Any:
    return User.objects.enrol(email=f"{uuid4().hex}@example.org", name="Somebody").pk


def two() -> Given:
    return given(pictures.png(320, 240), pictures.png(322, 240)).agree()


def test_a_photo_that_kills_who_opens_it_is_parked_and_the_next_one_is_rebuilt(zygote: Zygote) -> None:
    giver = Giver().drafts(2, rebuilt=False)
    bad, good = giver.photos
    at = "contributions.intake.rebuild"
    for photo, died in ((bad, DEATHS), (good, 0)):
        assert deaths(zygote, "contributions.tasks.run_steps", photo.pk, at=at, about=bad.pk) == died
    assert [step.photo_id for step in queries.parked()] == [bad.pk]
    assert Event.objects.filter(action="step:parked", subject=str(bad.pk)).count() == 1
    assert Photo.objects.get(pk=good.pk).state == "ready"
    assert gather().figures["steps_parked"] == 1


def test_text_that_kills_who_looks_for_it_is_parked_and_the_next_photo_is_looked_at(zygote: Zygote) -> None:
    bad, good = two().photos
    for photo in (bad, good):
        TextSearch.objects.get_or_create(photo=photo)
    at, reader = "annotation.tasks.pixels_of", {"TEXT_READER": printed.NAME}
    assert deaths(zygote, "annotation.tasks.find_text", at=at, about=bad.pk, **reader) == DEATHS
    assert TextSearch.objects.get(photo=bad).parked_at is not None
    assert Event.objects.filter(action="text:parked", subject=str(bad.pk)).count() == 1
    assert TextSearch.objects.get(photo=good).done_at is not None


def test_a_crop_that_kills_who_cuts_it_is_parked_and_the_next_one_is_cut(zygote: Zygote) -> None:
    bad, good = two().photos
    reader = somebody()
    for _photo in (bad, good):
        read(reader)
    assert deaths(zygote, "releases.tasks.sweep", at="releases.tasks.cut", about=bad.pk) == DEATHS
    assert [crop.photo_id for crop in Crop.objects.parked()] == [bad.pk]
    assert Crop.objects.get(photo=good).cut_at is not None
    assert gather().figures["release_parts_parked"] == 1


def test_a_shard_that_kills_who_writes_it_is_parked_with_its_release_and_crops_are_cut(zygote: Zygote) -> None:
    reader = somebody()
    for _photo in two().photos:
        read(reader)
    tasks.cut_now()
    drafted = actions.draft(audience=Audience.OWN, bases=frozenset(), with_nobody=False, staff_id=reader)
    release = actions.freeze(release_id=drafted.pk, staff_id=somebody())
    assert actions.plan(release_id=release.pk)
    late = given(pictures.png(326, 240)).agree()
    read(reader)
    (bad,) = Shard.objects.all()
    at = "releases.actions.keep_shard"
    assert deaths(zygote, "releases.tasks.sweep", at=at, about=bad.pk) == DEATHS
    release.refresh_from_db()
    bad.refresh_from_db()
    assert (bad.parked_at is not None, is_parked(release)) == (True, True)
    assert Crop.objects.get(photo=late.photos[0]).cut_at is not None
