"""Photos that are only held do not leave a release in the making: it waits, or a curator lets it go on without them."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Event
from contributions.actions import settling
from releases import actions, tasks
from releases.actions import ReleaseNotPossible
from releases.models import Release, Shard
from releases.queries import files_of, missing_by_log
from releases.transitions import ReleaseState, TransitionNotAllowed
from tests import pictures
from tests.builders import Given, given, read
from tests.cast import Casting
from tests.contributions.claimant import Claimant
from tests.releases.curators import Curators
from tests.screening.found import judged, ruled
from tests.screening.stopped import RAISED

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


def by_screening(made: Given) -> Callable[[], object]:
    """A classifier holds a photo until an officer rules."""
    judged(made.photos[0], **RAISED)
    return lambda: ruled(made.photos[0], "clear")


def by_a_claim(made: Given) -> Callable[[], object]:
    """Somebody says that they are in what this person sent, until that is settled."""
    claim = Claimant().claims(sender=made.address)
    return lambda: settling.settle(claim_id=claim.pk, staff_id=uuid4())


def standing(release: Release) -> tuple[str, int]:
    release.refresh_from_db()
    return release.state, release.items.filter(dropped_at=None).count()


@pytest.mark.parametrize("hold", [by_screening, by_a_claim], ids=["screening", "claim"])
def test_a_release_waits_for_what_is_held_and_drops_what_left(
    two: Given,
    curators: Curators,
    monkeypatch: pytest.MonkeyPatch,
    hold: Callable[[Given], Callable[[], object]],
) -> None:
    gone = given(pictures.png(300, 200)).agree()
    read(curators.annotator)
    release = curators.frozen()
    free = hold(two)
    for _time in range(4):
        assert not tasks.build_now(release.pk)
    assert (standing(release), release.attempts) == ((ReleaseState.FROZEN, 3), 0)
    # No worker has told this room: the plan finds it.
    monkeypatch.setattr(gone, "work", lambda: gone)
    gone.withdraw()
    assert not tasks.build_now(release.pk)
    assert standing(release) == (ReleaseState.FROZEN, 2)
    free()
    tasks.sweep()
    assert standing(release) == (ReleaseState.BUILT, 2)
    assert Event.objects.filter(action="release:photo_dropped").count() == 1


def test_a_built_release_with_a_held_photo_waits_or_is_built_without_it(
    two: Given, curators: Curators, staff: Casting
) -> None:
    release = curators.built()
    free = by_screening(two)
    with pytest.raises(ReleaseNotPossible, match="held"):
        actions.publish(release_id=release.pk, staff_id=curators.first)
    with pytest.raises(TransitionNotAllowed):
        actions.build_again(release_id=release.pk, by="system")
    assert standing(release) == (ReleaseState.BUILT, 2)
    client = staff("curator").client
    url = f"/staff/releases/{release.pk}/"
    assert "Build it without the 1 photo that is held" in client.get(url).content.decode()
    client.post(f"{url}without/")
    assert standing(release) == (ReleaseState.FROZEN, 1)
    assert Event.objects.get(action="release:held_left_out").data["photos"] == 1
    free()
    client.post(f"{url}without/")
    tasks.sweep()
    assert standing(release) == (ReleaseState.BUILT, 1)
    assert len([file for file in files_of(release) if file.shard_id]) == 1
    assert list(missing_by_log()) == []


def test_the_page_of_a_build_says_that_it_waits(
    two: Given, curators: Curators, staff: Casting, settings: Settings
) -> None:
    release = curators.frozen()
    by_screening(two)
    url = f"/staff/releases/{release.pk}/"
    client = staff("curator").client
    page = client.get(url).content.decode()
    assert "The build waits" in page
    assert f"{url}without/" in page
    settings.SCREENING_POLICY = "another"
    page = client.get(url).content.decode()
    assert "No photo can be used just now" in page
    assert f"{url}without/" not in page
    with pytest.raises(TransitionNotAllowed):
        actions.leave_out_held(release_id=release.pk, by="system")


@pytest.mark.requirement("D8")
def test_a_version_that_lacks_one_photo_which_nobody_withdrew_waits_too(
    two: Given, curators: Curators, staff: Casting, settings: Settings
) -> None:
    settings.WITHDRAWAL_BATCH = 2
    curators.published()
    by_screening(two)
    release = curators.built()
    assert standing(release) == (ReleaseState.BUILT, 1)
    with pytest.raises(ReleaseNotPossible, match="small_batch"):
        actions.publish(release_id=release.pk, staff_id=curators.first)
    page = staff("curator").client.get(f"/staff/releases/{release.pk}/").content.decode()
    assert "however few photos are gone by then" in page
    long_ago = timezone.now() - timedelta(days=settings.WITHDRAWAL_WAIT_DAYS)
    Release.objects.filter(state=ReleaseState.PUBLISHED).update(published_at=long_ago)
    actions.publish(release_id=release.pk, staff_id=curators.first)


def test_a_release_of_which_a_file_is_gone_is_not_published_and_can_be_built_again(
    two: Given, curators: Curators, staff: Casting
) -> None:
    release = curators.built()
    Shard.objects.update(destroyed_at=timezone.now())
    with pytest.raises(ReleaseNotPossible, match="unwritten"):
        actions.publish(release_id=release.pk, staff_id=curators.first)
    staff("curator").client.post(f"/staff/releases/{release.pk}/again/")
    tasks.sweep()
    assert standing(release) == (ReleaseState.BUILT, 2)
    actions.publish(release_id=release.pk, staff_id=curators.first)
    with pytest.raises(TransitionNotAllowed):
        actions.build_again(release_id=release.pk, by="system")
    assert Event.objects.filter(action="release:taken_up").count() == 1
