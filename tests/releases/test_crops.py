"""Crops: what a reading cuts out is made once, in the background, under the photo's own key, and goes with it."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from django.utils import timezone

from annotation.actions import reopen
from annotation.models import Reading, Task
from audit.models import Event
from contributions.models import Photo
from releases import actions, cutting, samples, tasks
from releases.eligibility import Rules, funnel
from releases.models import Audience, Crop
from releases.queries import crops, parked_crops
from tests.builders import Given, read
from tests.cast import Casting
from tests.releases.curators import Curators, opened
from tests.screening.found import judged, ruled
from tests.screening.stopped import RAISED
from vault import actions as vault
from vault.models import SealedObject

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
OWN = Rules(Audience.OWN, frozenset({"self"}), with_nobody=False)


@pytest.mark.requirement("D11", "E1")
def test_a_crop_is_made_once_under_the_photos_own_key_and_waits_for_no_release(two: Given, curators: Curators) -> None:
    assert funnel(OWN) == {"uncut": 2}
    assert tasks.cut_now() == 2
    assert tasks.cut_now() == 0
    assert funnel(OWN) == {"": 2}
    for crop in Crop.objects.select_related("sealed", "photo"):
        assert crop.sealed is not None
        assert crop.sealed.key_id == crop.photo.key_id
        assert crop.sealed.sha256 == crop.sha256
        assert opened(crop.sealed.pk) == cutting.cut(crop.photo, crop.reading).jpeg
    release = curators.built()
    assert {item.sha256 for item in release.items.all()} == set(Crop.objects.values_list("sha256", flat=True))


def test_what_is_told_of_a_crop_is_kept_with_it_and_is_what_its_reading_says(two: Given, curators: Curators) -> None:
    tasks.cut_now()
    crop = Crop.objects.select_related("reading", "photo").order_by("pk")[0]
    whole = (crop.photo.width or 0, crop.photo.height or 0)
    again = samples.told(crop.reading, of=whole, cut=(crop.width or 0, crop.height or 0), covered=crop.covered)
    assert crop.told == again
    kept = json.loads(samples.sample_of(crop.told, UUID(int=7), [], None))
    assert (kept["public_id"], kept["taken_decade"]) == (str(UUID(int=7)), None)
    assert [person["basis"] for person in kept["people"]] == [""]
    assert (kept["width"], kept["height"]) == (crop.width, crop.height)
    # No crop is there of which a release could tell nothing.
    with pytest.raises(IntegrityError):
        Crop.objects.update(told="")


def test_a_crop_goes_with_its_photo_and_comes_back_with_it(two: Given) -> None:
    tasks.cut_now()
    first = Crop.objects.get(photo=two.photos[0])
    two.withdraw(two.photos[0])
    assert first.sealed is not None
    assert not SealedObject.objects.filter(pk=first.sealed.pk, dropped_at=None).exists()
    assert tasks.cut_now() == 0
    two.undo()
    assert tasks.cut_now() == 1
    first.refresh_from_db()
    assert first.dropped_at is None
    assert opened(first.sealed.pk)


def test_a_photo_that_is_read_anew_is_cut_anew(two: Given, curators: Curators) -> None:
    tasks.cut_now()
    task = Task.objects.order_by("pk")[0]
    old = Crop.objects.get(reading__task=task)
    reopen(task_id=task.pk, staff_id=curators.first)
    tasks.sweep()
    old.refresh_from_db()
    assert old.dropped_at is not None
    read(curators.annotator, corners=(0.25, 0, 1, 0, 1, 1, 0.25, 1))
    assert tasks.cut_now() == 1
    assert Crop.objects.get(photo=task.photo_id, dropped_at=None).width in {240, 242}


def test_corners_that_cannot_be_laid_straight_are_refused_and_keep_the_photo_out(
    two: Given, curators: Curators
) -> None:
    # Such a row can only have been kept before a border had a least corner.
    row = Reading.objects.order_by("pk")[0]
    Reading.objects.create(task=row.task, by=row.by, key=uuid4(), corners=[0, 0, 0.5, 0.5, 1, 1, 0.25, 0.25])
    release = curators.built(with_nobody=True)
    assert release.items.count() == 1
    assert funnel(Rules.of(release)) == {"": 1, "border": 1}
    assert tasks.cut_now() == 0


def test_a_crop_that_kills_its_worker_has_pauses_and_is_parked_until_it_is_taken_up_again(
    two: Given, curators: Curators, staff: Casting
) -> None:
    actions.begin_crops()
    _deadly, failing = Crop.objects.order_by("pk")
    # Nobody says how a try of the first ended; each try of the second ends in an error.
    for number in range(4 + 13):
        crop = actions.take_crop(before=timezone.now() + timedelta(days=1))
        assert crop is not None, number
        if crop.pk == failing.pk:
            actions.fail_crop(crop=crop, error="OSError")
    assert list(Crop.objects.order_by("pk").values_list("attempts", "error")) == [(4, "WorkerLost"), (13, "OSError")]
    assert Crop.objects.filter(parked_at=None).count() == 0
    assert parked_crops() == 2
    release = curators.drafted()
    url = f"/staff/releases/{release.pk}/"
    client = staff("curator").client
    assert "2 pictures could not be cut out" in client.get(url).content.decode()
    client.post(f"{url}crops/")
    assert Event.objects.get(action="release:crops_taken_up").data == {"pictures": 2}
    assert "could not be cut out" not in client.get(url).content.decode()
    assert tasks.cut_now() == 2


def test_one_photo_that_cannot_be_opened_does_not_keep_the_others_from_being_cut(two: Given) -> None:
    photo = Photo.objects.select_related("full").get(pk=two.photos[0].pk)
    assert photo.full is not None
    vault.delete(photo.full)
    assert tasks.cut_now() == 1
    assert tasks.cut_now() == 0
    assert sorted((crop.attempts, crop.cut_at is None) for crop in Crop.objects.all()) == [(1, False), (2, True)]


@pytest.mark.parametrize("at_once", [1, 64])
def test_a_photo_that_is_held_does_not_hold_up_those_behind_it(
    two: Given, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(crops, "TURNS_AT_ONCE", at_once)
    actions.begin_crops()
    first, second = Crop.objects.select_related("photo").order_by("begun_at", "pk")
    judged(first.photo, **RAISED)
    assert tasks.cut_now() == 1
    assert list(Crop.objects.exclude(cut_at=None)) == [second]
    ruled(first.photo, "clear")
    assert tasks.cut_now() == 1
    first.refresh_from_db()
    # Nothing was tried while it was held.
    assert (first.cut_at is None, first.attempts) == (False, 1)


def test_a_crop_made_while_its_photo_left_is_not_kept(two: Given) -> None:
    actions.begin_crops()
    crop = actions.take_crop(before=timezone.now() + timedelta(minutes=1))
    assert crop is not None
    made = cutting.cut(crop.photo, crop.reading)
    two.withdraw()
    assert not actions.keep_crop(crop=crop, cut=made)
    two.undo()
    assert tasks.cut_now() == 2
    assert not actions.keep_crop(crop=crop, cut=made)
