"""Withdrawal while a release is made: at whatever moment, the photo is in nothing that can be published or opened."""

import random
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
from django.db import connection, connections
from pytest_django.fixtures import Settings

from contributions.models import Photo
from releases import actions, tasks
from releases.actions import ReleaseNotPossible
from releases.models import Crop, Item, PublicId, Release, Shard
from releases.queries import missing_by_log
from releases.transitions import ReleaseState, TransitionNotAllowed
from tests import pictures
from tests.builders import Given, given, read
from tests.cast import Casting
from tests.releases.curators import Curators, unpacked
from tests.soak import write_down
from vault.models import SealedObject

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
# How long a build waits for a withdrawal that may itself wait for a lock of the build.
MOMENT = 0.2


@pytest.fixture
def curators(staff: Casting, settings: Settings) -> Curators:
    settings.RELEASE_SHARD_PHOTOS = 2
    return Curators(staff)


@pytest.fixture
def four(curators: Curators) -> Given:
    made = given(*(pictures.png(320 + 2 * number, 240) for number in range(4))).agree()
    for _photo in made.photos:
        read(curators.annotator)
    return made


class Moment:
    """Counts the statements of a build, and has something done before the one with a certain number."""

    def __init__(self, number: int = 0, what: Callable[[], object] = lambda: None) -> None:
        self.number, self.what, self.count = number, what, 0
        self.pool = ThreadPoolExecutor(1)
        self.done: Future[object] | None = None

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self.count += 1
        if self.count == self.number:
            self.done = self.pool.submit(self._apart)
            # It may wait for what this build holds: then both go on.
            wait([self.done], MOMENT)
        return execute(*statement)

    def over(self) -> None:
        """Wait until it is done."""
        self.pool.shutdown()
        if self.done is not None:
            self.done.result()

    def _apart(self) -> None:
        try:
            self.what()
        finally:
            connections.close_all()


def told(release: Release) -> bytes:
    """All bytes of a release that still open."""
    return b"".join(unpacked(release).values())


def withdrawn_at(curators: Curators, made: Given, photo: Photo, number: int) -> Release:
    """A release in whose build a photo was withdrawn before this statement, published if that is possible."""
    release = curators.frozen()
    moment = Moment(number, lambda: made.withdraw(photo))
    with connection.execute_wrapper(moment):
        tasks.build_now(release.pk)
    if moment.done is None:
        moment.what()
    moment.over()
    for _ in range(3):
        tasks.build_now(release.pk)
    release.refresh_from_db()
    assert release.state == ReleaseState.BUILT, number
    return actions.publish(release_id=release.pk, staff_id=curators.first)


def withdrawals(curators: Curators, made: Given, *, times: int, seed: int) -> None:
    """Withdraw at this many random moments of builds, and look each time."""
    draw = random.Random(seed)  # noqa: S311
    whole = Moment()
    release = curators.frozen()
    with connection.execute_wrapper(whole):
        assert tasks.build_now(release.pk)
    actions.abort(release_id=release.pk, by="system", reason="given_up")
    for _ in range(times):
        photo, number = draw.choice(made.photos), draw.randint(1, whole.count)
        release = withdrawn_at(curators, made, photo, number)
        gone = PublicId.objects.get(photo=photo).pk
        item = Item.objects.get(release=release, public_id=gone)
        assert item.dropped_at is not None, number
        assert str(gone).encode() not in told(release), number
        assert release.items.filter(dropped_at=None).count() == len(made.photos) - 1
        assert not SealedObject.objects.filter(dropped_at=None, key__destroyed_at__isnull=False).exists(), number
        assert not Crop.objects.filter(photo=photo, dropped_at=None).exists()
        made.undo()


@pytest.mark.requirement("D2")
def test_a_photo_withdrawn_at_any_moment_of_a_build_is_nowhere_in_it(four: Given, curators: Curators) -> None:
    withdrawals(curators, four, times=2, seed=8)


@pytest.mark.soak
@pytest.mark.requirement("D2")
def test_at_each_of_two_hundred_random_moments(four: Given, curators: Curators) -> None:
    times = 200
    withdrawals(curators, four, times=times, seed=2026)
    write_down("withdrawals at random moments of a build", f"{times}, and the photo in no file of the release")


@pytest.mark.requirement("D2")
def test_a_photo_withdrawn_after_the_build_or_after_it_is_published_closes_what_it_was_in(
    four: Given, curators: Curators
) -> None:
    release = curators.built()
    first = is_closed_to(release, four, four.photos[0], then=ReleaseState.FROZEN)
    with pytest.raises(TransitionNotAllowed):
        actions.publish(release_id=release.pk, staff_id=curators.first)
    tasks.sweep()
    actions.publish(release_id=release.pk, staff_id=curators.first)
    assert first not in told(release)
    is_closed_to(release, four, four.photos[1], then=ReleaseState.PUBLISHED)


def is_closed_to(release: Release, made: Given, photo: Photo, *, then: ReleaseState) -> bytes:
    """Withdraw a photo of a release, look, and give its public id."""
    gone = str(PublicId.objects.get(photo=photo).pk).encode()
    made.withdraw(photo)
    release.refresh_from_db()
    assert release.state == then
    assert gone not in b"".join(data for path, data in unpacked(release).items() if path.startswith("data/"))
    assert list(missing_by_log()) == []
    return gone


@pytest.mark.requirement("D2")
def test_a_withdrawal_that_no_worker_has_taken_up_yet_keeps_a_release_from_being_finished_and_published(
    four: Given, curators: Curators, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = curators.frozen()
    monkeypatch.setattr(four, "work", lambda: four)
    monkeypatch.setattr(tasks, "here", lambda _where: four.withdraw(four.photos[0]))
    assert not tasks.build_now(release.pk)
    monkeypatch.undo()
    assert tasks.build_now(release.pk)
    assert str(PublicId.objects.get(photo=four.photos[0]).pk).encode() not in told(release)
    monkeypatch.setattr(four, "work", lambda: four)
    four.withdraw(four.photos[1])
    with pytest.raises(ReleaseNotPossible, match="withdrawn"):
        actions.publish(release_id=release.pk, staff_id=curators.first)


def test_a_release_of_which_nothing_is_left_is_given_up(four: Given, curators: Curators) -> None:
    release = curators.built()
    four.withdraw()
    tasks.sweep()
    release.refresh_from_db()
    assert (release.state, release.end_reason) == (ReleaseState.ABORTED, "withdrawn")
    assert not Shard.objects.filter(destroyed_at=None).exists()
