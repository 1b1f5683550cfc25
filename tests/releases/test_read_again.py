"""A release stays what was frozen: a photo that is read anew stops it, and a border that cannot be laid is left out."""

from uuid import uuid4

import pytest

from annotation.actions import reopen
from annotation.models import Reading, Task
from audit.models import Event
from releases import actions, tasks
from releases.actions import ReleaseNotPossible
from releases.eligibility import Rules, funnel
from releases.transitions import ReleaseState
from tests import pictures
from tests.builders import Given, given, read
from tests.cast import Casting
from tests.releases.test_life import Curators

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.fixture
def curators(staff: Casting) -> Curators:
    return Curators(staff)


@pytest.fixture
def two(curators: Curators) -> Given:
    made = given(pictures.png(320, 240), pictures.png(322, 240)).agree()
    for _photo in made.photos:
        read(curators.annotator)
    return made


def doubted(curators: Curators) -> None:
    """Have one photo read again."""
    reopen(task_id=Task.objects.order_by("pk")[0].pk, staff_id=curators.first)


def test_a_frozen_release_is_given_up_once_one_of_its_photos_is_read_anew(two: Given, curators: Curators) -> None:
    release = actions.freeze(release_id=curators.drafted().pk, staff_id=curators.first)
    doubted(curators)
    read(curators.annotator, exclusion="quality")
    assert not tasks.build_now(release.pk)
    release.refresh_from_db()
    assert (release.state, release.end_reason, release.attempts) == (ReleaseState.ABORTED, "read_again", 0)
    assert Event.objects.get(action="release:aborted").data["reason"] == "read_again"
    assert curators.published().items.count() == 1


def test_an_archive_made_while_a_photo_was_read_anew_is_destroyed(
    two: Given, curators: Curators, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = actions.freeze(release_id=curators.drafted().pk, staff_id=curators.first)
    monkeypatch.setattr(tasks, "here", lambda where: doubted(curators) if where == "release:sealed" else None)
    assert not tasks.build_now(release.pk)
    release.refresh_from_db()
    assert (release.state, release.archive) == (ReleaseState.FROZEN, None)


def test_a_built_release_is_not_published_once_a_reading_changed_and_its_page_says_why(
    two: Given, curators: Curators, staff: Casting
) -> None:
    release = curators.built()
    doubted(curators)
    for age in ("9", ""):
        with pytest.raises(ReleaseNotPossible, match="read_again"):
            actions.publish(release_id=release.pk, staff_id=curators.second)
        page = staff("curator").client.get(f"/staff/releases/{release.pk}/").content.decode()
        assert "was read anew" in page
        assert "/publish/" not in page
        if age:
            read(curators.annotator, age=age)


def test_a_border_that_cannot_be_laid_straight_keeps_its_photo_out_and_the_rest_in(
    two: Given, curators: Curators
) -> None:
    # Such a row can only have been kept before a border had a least corner.
    row = Reading.objects.order_by("pk")[0]
    Reading.objects.create(task=row.task, by=row.by, key=uuid4(), corners=[0, 0, 0.5, 0.5, 1, 1, 0.25, 0.25])
    release = curators.built(with_nobody=True)
    assert (release.state, release.items.count()) == (ReleaseState.BUILT, 1)
    assert funnel(Rules.of(release))["border"] == 1
