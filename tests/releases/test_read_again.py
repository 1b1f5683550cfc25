"""A release stays what was frozen: a photo that is read anew stops it."""

import pytest

from annotation.actions import reopen
from annotation.models import Task
from audit.models import Event
from releases import actions, tasks
from releases.actions import ReleaseNotPossible
from releases.transitions import ReleaseState
from tests.builders import Given, read
from tests.releases.curators import Curators
from vault.models import SealedObject

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


def doubted(curators: Curators) -> None:
    """Have one photo read again."""
    reopen(task_id=Task.objects.order_by("pk")[0].pk, staff_id=curators.first)


def test_a_frozen_release_is_given_up_once_one_of_its_photos_is_read_anew(two: Given, curators: Curators) -> None:
    release = curators.frozen()
    doubted(curators)
    read(curators.annotator, exclusion="quality")
    assert not tasks.build_now(release.pk)
    release.refresh_from_db()
    assert (release.state, release.end_reason, release.attempts) == (ReleaseState.ABORTED, "read_again", 0)
    assert Event.objects.get(action="release:aborted").data["reason"] == "read_again"
    assert curators.published().items.count() == 1


def test_what_was_written_while_a_photo_was_read_anew_is_destroyed(
    two: Given, curators: Curators, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = curators.frozen()
    monkeypatch.setattr("releases.build.here", lambda where: doubted(curators) if where == "release:written" else None)
    assert not tasks.build_now(release.pk)
    release.refresh_from_db()
    assert release.state == ReleaseState.FROZEN
    keys = {release.papers_key_id, release.tables_key_id}
    assert not SealedObject.objects.filter(key__in=keys, dropped_at=None).exists()


def test_a_built_release_is_not_published_once_a_reading_changed(two: Given, curators: Curators) -> None:
    release = curators.built()
    doubted(curators)
    for age in ("9", ""):
        with pytest.raises(ReleaseNotPossible, match="read_again"):
            actions.publish(release_id=release.pk, staff_id=curators.first)
        if age:
            read(curators.annotator, age=age)
