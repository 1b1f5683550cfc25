"""Changing the epoch: afterwards a destroyed key opens nothing anywhere, and everything living opens as before."""

import random
import shutil
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from audit.models import Event
from tests import soak
from tests.vault.conftest import files_holding
from vault import actions, incoming, key_copy, keyring, objects, queries, rotation, sealing, tasks, wrapping
from vault.keyring import KeyMissing
from vault.models import DataKey, Epoch, SealedObject
from vault.sealing import Tampered

pytestmark = pytest.mark.django_db(transaction=True)


def pictures(count: int) -> list[SealedObject]:
    """As many sealed objects, each under a key of its own."""
    return [actions.seal(key=actions.new_key(), data=f"picture {number}".encode()) for number in range(count)]


def readable(objects: list[SealedObject]) -> list[bool]:
    """Which of them open now."""
    found = []
    for one in objects:
        try:
            actions.read(SealedObject.objects.get(pk=one.pk))
            found.append(True)
        except (actions.ObjectGone, Tampered):
            found.append(False)
    return found


def backup() -> list[tuple[Any, ...]]:
    """The key rows as a database backup keeps them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, epoch, wrapped, created_at, destroyed_at FROM vault_datakey")
        return [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in cursor]


def restore(rows: list[tuple[Any, ...]]) -> None:
    """Put a backup's key rows back, over whatever is there."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vault_sealedobject SET dropped_at = NULL, deleted_at = NULL")
        cursor.executemany(
            """INSERT INTO vault_datakey (id, epoch, wrapped, created_at, destroyed_at) VALUES (%s, %s, %s, %s, %s)
               ON CONFLICT (id) DO UPDATE SET epoch = EXCLUDED.epoch, wrapped = EXCLUDED.wrapped,
               destroyed_at = EXCLUDED.destroyed_at""",
            rows,
        )


def test_after_a_rotation_everything_living_opens_under_the_new_epoch_alone() -> None:
    kept = pictures(5)
    stale = DataKey.objects.get(pk=kept[0].key_id)
    assert actions.rotate() == 2
    assert keyring.epochs() == [2]
    assert set(DataKey.objects.values_list("epoch", flat=True)) == {2}
    assert all(readable(kept))
    # A row that was read before the rotation still leads to the key.
    assert queries.unwrapped(stale) == queries.unwrapped(DataKey.objects.get(pk=stale.pk))


@pytest.mark.requirement("E1")
def test_erased_is_said_only_when_the_epoch_is_gone() -> None:
    gone, kept = pictures(2)
    assert not queries.is_unrecoverable(gone.key)
    actions.destroy_key(gone.key)
    assert not queries.is_unrecoverable(gone.key)
    assert queries.rotation_due()
    actions.rotate()
    assert queries.is_unrecoverable(gone.key)
    assert not queries.is_unrecoverable(kept.key)
    assert not queries.rotation_due()


@pytest.mark.requirement("E1")
def test_a_destroyed_key_is_nowhere_even_for_one_who_kept_the_old_database(folders: Path) -> None:
    [gone] = pictures(1)
    raw, old = queries.unwrapped(gone.key), backup()
    wrapped = bytes(DataKey.objects.get(pk=gone.key_id).wrapped or b"")
    actions.rotate()
    actions.destroy_key(gone.key)
    actions.rotate()
    assert files_holding(folders, raw, raw.hex().encode(), wrapped) == []
    for number in keyring.epochs():
        for row in old:
            with pytest.raises(Tampered):
                wrapping.unwrap(row[2], epoch=number, epoch_key=keyring.epoch_key(number), key_id=gone.key_id)
    assert key_copy.read().entries == []


def test_a_rotation_is_an_event_and_so_is_the_end_of_an_epoch() -> None:
    pictures(3)
    actions.rotate()
    found = {event.action: event.data for event in Event.objects.filter(action__startswith="epoch:")}
    assert found == {"epoch:rotated": {"epoch": 2, "keys": 3}, "epoch:destroyed": {"epoch": 1}}


@pytest.mark.requirement("E2")
def test_the_key_copy_holds_what_lives_and_replaces_the_one_before(folders: Path) -> None:
    kept = pictures(4)
    actions.rotate()
    actions.destroy_key(kept[0].key)
    actions.rotate()
    assert {entry.id for entry in key_copy.read().entries} == {each.key_id for each in kept[1:]}
    assert {entry.epoch for entry in key_copy.read().entries} == {3}
    assert len(list((folders / "key-copy").iterdir())) == 1


@pytest.mark.requirement("E2")
@pytest.mark.parametrize(
    "alter", [lambda raw: raw[:-1] + b"x", lambda raw: raw[: len(raw) // 2], lambda _raw: b"", lambda raw: raw[40:]]
)
def test_an_altered_key_copy_is_refused(folders: Path, alter: Callable[[bytes], bytes]) -> None:
    pictures(3)
    actions.rotate()
    copy = folders / "key-copy" / "keys.copy"
    copy.write_bytes(alter(copy.read_bytes()))
    with pytest.raises(key_copy.CopyBroken):
        key_copy.read()
    with pytest.raises(CommandError):
        call_command("restore_keys")


@pytest.mark.requirement("E2")
def test_no_epoch_dies_when_the_copy_does_not_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pictures(2)

    def other() -> object:
        return key_copy._Body([], "another digest")

    with monkeypatch.context() as patched:
        patched.setattr(key_copy, "_body", other)
        with pytest.raises(key_copy.CopyBroken):
            actions.rotate()
    assert keyring.epochs() == [1, 2]
    assert all(readable(kept))


CRASHES = [
    (rotation, "_move_keys"),
    (rotation, "_store"),
    (key_copy, "write"),
    (key_copy, "fsync_folder"),
    (rotation, "_destroy"),
    (keyring, "destroy_epoch"),
    (rotation, "_note_destroyed"),
]


@pytest.mark.requirement("R1", "E1", "E2")
@pytest.mark.parametrize(("module", "name"), CRASHES)
@pytest.mark.parametrize("after", [False, True])
def test_cut_short_at_any_step_nothing_is_lost_and_the_next_run_finishes(
    module: object, name: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = pictures(3), pictures(2)
    for each in gone:
        actions.destroy_key(each.key)

    def crash(*args: object, **kwargs: object) -> None:
        if after:
            original(*args, **kwargs)
        raise KeyboardInterrupt

    original = getattr(module, name)
    with monkeypatch.context() as patched:
        patched.setattr(module, name, crash)
        with pytest.raises(KeyboardInterrupt):
            actions.rotate()
    assert all(readable(kept))
    done = [queries.is_unrecoverable(each.key) for each in gone]
    assert keyring.epochs() == [2] if all(done) else not any(done) and queries.rotation_due()
    kept += pictures(1)
    actions.rotate()
    assert all(readable(kept))
    assert len(keyring.epochs()) == 1
    assert all(queries.is_unrecoverable(each.key) for each in gone)
    assert {entry.id for entry in key_copy.read().entries} == {each.key_id for each in kept}
    assert (
        Event.objects.filter(action="epoch:destroyed").count()
        == Epoch.objects.filter(destroyed_at__isnull=False).count()
    )


def test_no_key_is_wrapped_under_an_epoch_that_is_about_to_die() -> None:
    made: list[SealedObject] = []
    began, finish = threading.Event(), threading.Event()

    def slow_upload() -> None:
        with transaction.atomic():
            made.extend(pictures(1))
            began.set()
            finish.wait(10)
        connections.close_all()

    def rotate() -> None:
        actions.rotate()
        connections.close_all()

    upload, rotating = threading.Thread(target=slow_upload), threading.Thread(target=rotate)
    upload.start()
    assert began.wait(10)
    rotating.start()
    rotating.join(0.5)
    assert rotating.is_alive()
    finish.set()
    upload.join(10)
    rotating.join(10)
    assert keyring.epochs() == [2]
    assert readable(made) == [True]


def test_uploads_and_rotations_at_the_same_time_lose_nothing() -> None:
    made: list[SealedObject] = []

    def upload() -> None:
        made.extend(pictures(15))
        connections.close_all()

    threads = [threading.Thread(target=upload) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        actions.rotate()
    for thread in threads:
        thread.join(30)
    assert len(made) == 45
    assert all(readable(made))
    assert list(queries.faults(deep=True, older_than=timedelta())) == []


def test_an_epoch_that_still_wraps_a_living_key_is_not_destroyed() -> None:
    pictures(1)
    with pytest.raises(rotation.EpochInUse):
        rotation._destroy(1)
    assert keyring.epochs() == [1]


@pytest.mark.requirement("E2", "E3")
@pytest.mark.parametrize(("backups", "seed"), [(8, 1), pytest.param(100, 2, marks=pytest.mark.soak)])
def test_every_older_backup_opens_what_lives_and_nothing_erased(
    backups: int, seed: int, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same history each time
    living: list[SealedObject] = []
    older: list[tuple[list[tuple[Any, ...]], list[SealedObject]]] = []
    gone: set[UUID] = set()
    for _ in range(backups):
        living += pictures(chance.randint(0, 3))
        older.append((backup(), list(living)))
        for each in chance.sample(living, chance.randint(0, len(living) // 3)):
            actions.destroy_key(each.key)
            living.remove(each)
            gone.add(each.pk)
        if chance.random() < 0.6:
            actions.rotate()
    actions.rotate()
    for rows, known in older:
        restore(rows)
        call_command("restore_keys", verbosity=0)
        assert readable(known) == [each.pk not in gone for each in known]
        assert all(queries.is_unrecoverable(each.key) for each in known if each.pk in gone)
        assert not queries.rotation_due()
    assert Event.objects.filter(action="key:destroyed").count() == len(gone)
    if request.node.get_closest_marker("soak"):
        soak.write_down("older backups with the newest key copy", f"{backups} of {backups}, {len(gone)} erased photos")


def test_a_key_copy_of_an_older_epoch_destroys_nothing_even_when_it_is_empty(folders: Path) -> None:
    actions.rotate()
    copy = folders / "key-copy" / "keys.copy"
    empty = copy.read_bytes()
    kept = pictures(2)
    actions.rotate()
    copy.write_bytes(empty)
    with pytest.raises(KeyMissing, match="not the newest"):
        actions.restore()
    assert all(readable(kept))


def test_a_restored_database_does_not_tell_again_what_its_log_tells() -> None:
    [gone] = pictures(1)
    rows = backup()
    actions.destroy_key(gone.key)
    actions.rotate()
    before = list(Event.objects.values_list("action", flat=True))
    restore(rows)
    Epoch.objects.all().delete()
    call_command("restore_keys", verbosity=0)
    assert queries.is_unrecoverable(gone.key)
    assert list(Event.objects.values_list("action", flat=True)) == before


def test_the_wrong_keyring_destroys_nothing(folders: Path) -> None:
    kept = pictures(2)
    actions.rotate()
    (folders / "keyring").rename(folders / "put away")
    keyring.make_missing()
    with pytest.raises(KeyMissing):
        actions.restore()
    assert DataKey.objects.filter(destroyed_at__isnull=True).count() == len(kept)


def test_the_task_rotates_when_a_key_was_destroyed_or_a_day_has_passed() -> None:
    tasks.rotate()
    assert keyring.current_epoch() == 1
    [one] = pictures(1)
    tasks.rotate()
    assert keyring.current_epoch() == 1
    actions.destroy_key(one.key)
    tasks.rotate()
    assert keyring.current_epoch() == 2
    tasks.rotate()
    assert keyring.current_epoch() == 2
    Epoch.objects.update(created_at=timezone.now() - timedelta(hours=25))
    tasks.rotate()
    assert keyring.current_epoch() == 3


def test_rotating_by_hand() -> None:
    kept = pictures(1)
    call_command("rotate_keys", verbosity=0)
    assert keyring.epochs() == [2]
    assert readable(kept) == [True]


def test_without_a_key_copy_or_a_keyring_nothing_is_restored(folders: Path) -> None:
    kept = pictures(1)
    with pytest.raises(key_copy.CopyBroken, match="no key copy"):
        actions.restore()
    assert readable(kept) == [True]
    shutil.rmtree(folders / "keyring")
    assert keyring.epochs() == []
    with pytest.raises(KeyMissing, match="no epoch"):
        keyring.current_epoch()


def test_a_lost_key_that_the_log_does_not_know_is_destroyed_and_told() -> None:
    [lost] = pictures(1)
    rows = backup()
    DataKey.objects.filter(pk=lost.key_id).update(wrapped=None, destroyed_at=timezone.now())
    actions.rotate()
    restore(rows)
    assert actions.restore() == (0, 1)
    assert Event.objects.filter(action="key:destroyed", subject=str(lost.key_id)).count() == 1


def test_a_replay_takes_keys_and_deletes_what_lies_under_destroyed_ones() -> None:
    gone, kept = pictures(2)
    rows = backup()
    actions.destroy_key(gone.key)
    actions.rotate()
    restore(rows)
    assert actions.replay(first=0, size=0) == 3
    assert readable([gone, kept]) == [False, True]
    assert SealedObject.objects.get(pk=gone.pk).deleted_at is not None
    assert actions.replay(first=0, size=0) == 1


def test_an_object_is_never_placed_over_another() -> None:
    [one] = pictures(1)
    key = sealing.new_key()
    sealed = incoming.SealedFile(key, one.pk)
    sealed.write(b"other")
    sealed.finish()
    with pytest.raises(FileExistsError):
        objects.place(sealed, key)
    assert readable([one]) == [True]


def test_nothing_is_sealed_beyond_what_one_key_may_seal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_MOST_CHUNKS", 0)
    with pytest.raises(OverflowError):
        sealing.Sealer(sealing.new_key(), uuid4()).finish()
