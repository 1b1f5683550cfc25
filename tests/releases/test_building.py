"""Building: photos in shards, tables and papers beside them; what is the same gives the same bytes, written once."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from PIL import Image
from pytest_django.fixtures import Settings

from audit.models import Event
from contributions.queries import WHOLE
from releases import actions, build, tasks
from releases.models import Item, PublicId, Release, Shard
from releases.queries import Progress, files_of, progress
from releases.transitions import ReleaseState
from tests import pictures
from tests.builders import Given, given, read
from tests.cast import Casting
from tests.releases.curators import Curators, members, opened, unpacked
from vault import actions as vault
from vault.models import SealedObject

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.fixture
def curators(staff: Casting, settings: Settings) -> Curators:
    settings.RELEASE_SHARD_PHOTOS = 2
    return Curators(staff)


def read_photos(curators: Curators, count: int) -> Given:
    """A sending of so many photos of different sizes, all read, the first with a border cut off."""
    made = given(*(pictures.png(320 + 2 * number, 240) for number in range(count))).agree()
    read(curators.annotator, corners=(0.25, 0, 1, 0, 1, 1, 0.25, 1))
    for _photo in made.photos[1:]:
        read(curators.annotator, corners=WHOLE)
    return made


@pytest.fixture
def three(curators: Curators) -> Given:
    return read_photos(curators, 3)


@pytest.fixture
def five(curators: Curators) -> Given:
    return read_photos(curators, 5)


def written(release: Release) -> dict[str, str]:
    return {file.path: file.sha256 for file in files_of(release)}


def shards_of(release: Release) -> set[Shard]:
    return set(Shard.objects.filter(items__release=release))


@pytest.mark.requirement("F5", "D5")
def test_a_shard_holds_each_picture_with_what_is_told_of_it_and_nothing_that_a_file_carried(curators: Curators) -> None:
    received = pictures.phone_jpeg(640, 480, name="cat")
    assert pictures.CANARY.encode() in received
    given(received).agree()
    read(curators.annotator)
    release = curators.published()
    files = unpacked(release)
    public_id = str(PublicId.objects.get().pk)
    shard = "data/shards/000000.tar"
    assert list(members(files[shard])) == [f"{public_id}.jpg", f"{public_id}.json"]
    assert pictures.CANARY.encode() not in b"".join(files.values())
    told = json.loads(files[f"{shard}!{public_id}.json"])
    with Image.open(io.BytesIO(files[f"{shard}!{public_id}.jpg"])) as shown:
        assert shown.size == (told["width"], told["height"]) == (640, 480)
        assert not shown.getexif()
        assert shown.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "icc_profile"}


@pytest.mark.requirement("D1")
def test_what_is_built_again_is_the_same_to_the_byte_and_a_change_of_any_byte_is_found(
    five: Given, curators: Curators
) -> None:
    release = curators.built()
    first = unpacked(release)
    Shard.objects.update(destroyed_at=release.frozen_at)
    Release.objects.filter(pk=release.pk).update(state=ReleaseState.FROZEN)
    assert tasks.build_now(release.pk)
    assert unpacked(release) == first
    said = io.StringIO()
    call_command("release", "check", "1", stdout=said)
    assert "data/shards/000002.tar: same" in said.getvalue()
    Item.objects.filter(pk=Item.objects.order_by("public_id")[0].pk).update(taken_decade=1980)
    with pytest.raises(CommandError, match="files are not what would be built"):
        call_command("release", "check", "1", stdout=said)
    assert said.getvalue().count("shards/000000.tar: differs") == 1
    assert "data/shards/000001.tar: differs" not in said.getvalue()


@pytest.mark.requirement("D4", "D8", "D11", "E1")
def test_only_shards_that_a_photo_left_are_closed_at_once_and_written_again(five: Given, curators: Curators) -> None:
    first = curators.published()
    before, papers = shards_of(first), unpacked(first)["manifest.json"]
    gone = PublicId.objects.get(photo=five.photos[1])
    touched = Shard.objects.get(items__public_id=gone)
    five.withdraw(five.photos[1])
    closed = {file.path for file in files_of(first) if file.sealed_id is None}
    assert {path for path in closed if "shards" in path} == {f"data/shards/{touched.slot:06}.tar"}
    assert {path.rpartition("/")[0] for path in closed} == {"data", "data/shards"}
    assert unpacked(first)["manifest.json"] == papers
    second = curators.published()
    after = shards_of(second)
    assert before - after == {touched}
    assert [shard.slot for shard in after - before] in ([], [touched.slot])
    assert str(gone.pk).encode() not in b"".join(
        data for path, data in unpacked(second).items() if "notice" not in path
    )
    kept = {item.public_id_id: (item.split, item.sha256) for item in first.items.filter(dropped_at=None)}
    assert {item.public_id_id: (item.split, item.sha256) for item in second.items.all()} == kept
    touched.refresh_from_db()
    assert touched.sealed is not None
    with pytest.raises(vault.ObjectGone):
        vault.read(touched.sealed)
    first.refresh_from_db()
    assert first.state == ReleaseState.SUPERSEDED


def test_a_new_photo_fills_what_is_written_anyway(three: Given, curators: Curators) -> None:
    first = curators.published()
    touched = Shard.objects.get(items__public_id__photo=three.photos[2])
    three.withdraw(three.photos[2])
    read_photos(curators, 1)
    second = curators.published()
    assert second.items.count() == 3
    assert shards_of(first) - shards_of(second) == {touched}
    assert [shard.slot for shard in shards_of(second) - shards_of(first)] == [touched.slot]


def test_workers_who_come_at_once_write_each_shard_once_and_one_of_them_finishes(
    five: Given, curators: Curators, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = curators.frozen()
    start, told = Barrier(3), []
    claim = actions.claim_shard

    def claimed(**these: UUID) -> Shard | None:
        told.append(claim(**these))
        return told[-1]

    monkeypatch.setattr(actions, "claim_shard", claimed)

    def work(_number: int) -> bool:
        try:
            start.wait()
            return tasks.build_now(release.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        finished = list(pool.map(work, range(3)))
    finished.append(tasks.build_now(release.pk))
    release.refresh_from_db()
    assert release.state == ReleaseState.BUILT
    assert finished.count(True) == 1
    assert len([shard for shard in told if shard]) == 3
    assert progress(release) == Progress(shards=3, written=3, parked=0)
    assert Event.objects.filter(action="release:built").count() == 1
    assert not SealedObject.objects.filter(dropped_at=None, key__destroyed_at__isnull=False).exists()


def test_a_worker_that_was_thought_dead_and_comes_late_keeps_nothing(three: Given, curators: Curators) -> None:
    release = curators.frozen()
    actions.plan(release_id=release.pk)
    shard = Shard.objects.order_by("slot")[0]
    contents = build.contents_of(release, [shard.pk])[shard.pk]
    late = actions.claim_shard(shard_id=shard.pk, release_id=release.pk)
    mine = actions.claim_shard(shard_id=shard.pk, release_id=release.pk)
    assert late is not None
    assert mine is not None
    assert actions.keep_shard(shard=mine, data=contents.pieces())
    before = SealedObject.objects.filter(dropped_at=None).count()
    assert not actions.keep_shard(shard=late, data=contents.pieces())
    assert SealedObject.objects.filter(dropped_at=None).count() == before
    shard.refresh_from_db()
    assert shard.sealed is not None
    assert list(members(opened(shard.sealed.pk)))


def test_what_killed_its_worker_three_times_is_parked_and_shown_until_somebody_takes_it_up_again(
    three: Given, curators: Curators
) -> None:
    release = curators.frozen()
    actions.plan(release_id=release.pk)
    shard = Shard.objects.order_by("slot")[1]
    for _ in range(3):
        assert actions.claim_shard(shard_id=shard.pk, release_id=release.pk)
    assert actions.claim_shard(shard_id=shard.pk, release_id=release.pk) is None
    release.refresh_from_db()
    assert release.parked_at is not None
    assert progress(release).parked == 1
    tasks.sweep()
    call_command("release", "again", "1", stdout=io.StringIO())
    tasks.sweep()
    release.refresh_from_db()
    assert release.state == ReleaseState.BUILT


def test_tables_and_papers_are_tried_three_times_and_an_earlier_try_leaves_nothing(
    three: Given, curators: Curators, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = curators.frozen()

    def broken(**_these: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(actions, "finish_build", broken)
    for _ in range(3):
        with pytest.raises(BrokenPipeError):
            tasks.build_now(release.pk)
    assert not tasks.build_now(release.pk)
    release.refresh_from_db()
    assert release.parked_at is not None
    keys = {release.papers_key_id, release.tables_key_id}
    assert not SealedObject.objects.filter(dropped_at=None, key__in=keys).exists()


def test_a_photo_whose_crop_was_lost_is_tried_three_times_too(three: Given, curators: Curators) -> None:
    release = curators.frozen()
    item = release.items.select_related("reading__crop__sealed")[0]
    assert item.reading.crop.sealed is not None
    vault.delete(item.reading.crop.sealed)
    for _ in range(4):
        assert not tasks.build_now(release.pk)
    assert Shard.objects.filter(built_at=None).count() == 1
    release.refresh_from_db()
    assert release.parked_at is not None


@pytest.mark.requirement("D8")
def test_shards_are_never_of_few_photos_and_helpers_write_what_somebody_else_has_planned(
    five: Given, curators: Curators, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RELEASE_SHARD_PHOTOS, settings.WITHDRAWAL_BATCH = 4, 2
    release = curators.frozen()
    tasks.write_shards(str(release.pk))
    assert not shards_of(release)
    actions.plan(release_id=release.pk)
    assert sorted(shard.items.count() for shard in shards_of(release)) == [2, 3]
    # Planning asks the gate about every photo, so that each helper must not do it again.
    monkeypatch.setattr(actions, "plan", None)
    tasks.write_shards(str(release.pk))
    release.refresh_from_db()
    assert release.state == ReleaseState.BUILT
