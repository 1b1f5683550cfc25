"""While the gate lets no photo through at all, a build waits: nothing is dropped, given up or destroyed for it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Refill
from releases import actions, tasks
from releases.actions import ReleaseNotPossible
from releases.models import Crop, Release, Shard
from releases.queries import files_of
from releases.transitions import ReleaseState
from screening import actions as screening
from screening.queries import is_closed
from tests import pictures
from tests.builders import Given, given, read
from tests.cast import Casting
from tests.releases.curators import Curators
from vault.models import SealedObject

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.fixture
def curators(staff: Casting, settings: Settings) -> Curators:
    settings.RELEASE_SHARD_PHOTOS = 1
    return Curators(staff)


@pytest.fixture
def two(curators: Curators) -> Given:
    made = given(pictures.png(320, 240), pictures.png(322, 240)).agree()
    for _photo in made.photos:
        read(curators.annotator)
    screening.notice_policy()
    return made


def another_policy(settings: Settings) -> Callable[[], object]:
    """Every clear verdict is under a policy that counts no more; opened by going back to it."""
    before, settings.SCREENING_POLICY = settings.SCREENING_POLICY, "another"
    return lambda: setattr(settings, "SCREENING_POLICY", before)


def refilled(_settings: Settings) -> Callable[[], object]:
    """The log was brought back after a restore, and the rooms are not told of it yet."""
    refill = Refill.objects.create(first=0, size=1)
    return lambda: Refill.objects.filter(pk=refill.pk).update(replayed_at=timezone.now())


def stored() -> list[Any]:
    """What is kept, as far as closing could destroy it."""
    sealed = SealedObject.objects.filter(dropped_at=None, key__destroyed_at=None)
    crops = Crop.objects.filter(dropped_at=None)
    return [*sealed.order_by("pk").values_list("pk", flat=True), *crops.order_by("pk").values_list("pk", flat=True)]


def standing(release: Release) -> tuple[str, int, int]:
    release.refresh_from_db()
    return release.state, release.attempts, release.items.filter(dropped_at=None).count()


def test_a_frozen_release_waits_however_often_it_is_taken_up_and_is_built_whole_afterwards(
    two: Given, curators: Curators, settings: Settings
) -> None:
    release = curators.frozen()
    before = stored()
    for close in (another_policy, refilled):
        reopen = close(settings)
        assert is_closed()
        for _time in range(2):
            tasks.sweep()
            assert not tasks.build_now(release.pk)
        assert standing(release) == (ReleaseState.FROZEN, 0, 2), close
        assert stored() == before, close
        reopen()
    tasks.sweep()
    assert standing(release) == (ReleaseState.BUILT, 0, 2)


def test_a_gate_that_closes_while_it_is_built_counts_as_no_try(
    two: Given, curators: Curators, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = curators.frozen()
    reopen = []

    for moment in ("release:planned", "release:written"):

        def here(where: str, moment: str = moment) -> None:
            if where == moment:
                reopen.append(another_policy(settings))

        with monkeypatch.context() as patched:
            patched.setattr("releases.tasks.here", here)
            patched.setattr("releases.build.here", here)
            assert not tasks.build_now(release.pk)
        # The last one changed nothing, if it came twice.
        reopen[0]()
        reopen.clear()
        assert standing(release) == (ReleaseState.FROZEN, 0, 2), moment
        assert set(Shard.objects.values_list("attempts", flat=True)) == {0}, moment
    assert tasks.build_now(release.pk)
    assert standing(release) == (ReleaseState.BUILT, 0, 2)


def test_a_built_release_is_kept_and_published_once_the_gate_is_open(
    two: Given, curators: Curators, settings: Settings
) -> None:
    release = curators.built()
    reopen = another_policy(settings)
    with pytest.raises(ReleaseNotPossible):
        actions.publish(release_id=release.pk, staff_id=curators.first)
    tasks.announce()
    tasks.sweep()
    assert all(file.sealed_id for file in files_of(release))
    reopen()
    assert actions.publish(release_id=release.pk, staff_id=curators.first).items.filter(dropped_at=None).count() == 2
