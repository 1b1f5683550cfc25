"""What fsck asks the vault: rows, bytes and keys, in both directions."""

import os
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from mpm_site.bucket import Unfinished
from vault import actions, incoming, keyring, objects, queries
from vault.models import DataKey, SealedObject

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timedelta()


def found(*, deep: bool = True) -> Counter[str]:
    """How many faults of each kind."""
    return Counter(fault.code for fault in queries.faults(deep=deep, older_than=NOW))


def make(count: int) -> list[SealedObject]:
    """As many good objects under one key."""
    key = actions.new_key()
    return [actions.seal(key=key, data=bytes([number % 256]) * 3000) for number in range(count)]


@pytest.mark.requirement("E4")
@pytest.mark.parametrize(("good", "each"), [(60, 5)])
def test_every_seeded_fault_is_found_and_nothing_else(folders: Path, good: int, each: int) -> None:
    storage = folders / "objects"
    make(good)
    assert found() == {}
    for orphan in (objects.name_of(uuid.uuid4()) for _ in range(each)):
        (storage / orphan).parent.mkdir(parents=True, exist_ok=True)
        (storage / orphan).write_bytes(b"nobody's")
    for row in make(each):
        (storage / objects.name_of(row.id)).unlink()
    for number, row in enumerate(make(each)):
        path = storage / objects.name_of(row.id)
        data = bytearray(path.read_bytes())
        data[-1 - number * 7] ^= 0x10
        path.write_bytes(data)
    for number in range(each):
        (incoming.folder() / f"{number}.part").write_bytes(b"half")
    assert found() == {"orphan": each, "missing": each, "altered": each, "leftover": each}


@pytest.mark.requirement("E4")
def test_a_shorter_object_is_found_without_opening_it(folders: Path) -> None:
    [row] = make(1)
    path = folders / "objects" / objects.name_of(row.id)
    path.write_bytes(path.read_bytes()[:-1])
    assert found(deep=False) == {"altered": 1}


def test_a_strange_file_in_the_storage_is_an_orphan(folders: Path) -> None:
    [row] = make(1)
    path = folders / "objects" / objects.name_of(row.id)
    (path.parent / f"{path.name}.bak").write_bytes(path.read_bytes())
    assert found() == {"orphan": 1}


def test_a_row_with_another_digest_is_found_only_by_opening() -> None:
    [row] = make(1)
    SealedObject.objects.filter(pk=row.pk).update(sha256="0" * 64)
    assert found(deep=False) == {}
    assert found() == {"altered": 1}


def test_work_under_way_is_no_fault(folders: Path) -> None:
    (incoming.folder() / "young.part").write_bytes(b"half")
    name = objects.name_of(uuid.uuid4())
    (folders / "objects" / name).parent.mkdir(parents=True)
    (folders / "objects" / name).write_bytes(b"its row comes soon")
    [row] = make(1)
    SealedObject.objects.filter(pk=row.pk).update(dropped_at=timezone.now())
    assert list(queries.faults(deep=True)) == []
    os.utime(incoming.folder() / "young.part", (time.time() - 4000,) * 2)
    assert [fault.code for fault in queries.faults()] == ["leftover"]


class InPieces(FileSystemStorage):
    """A folder that is asked as a bucket in which a write was killed."""

    halves: tuple[str, ...] = ("ab/cd/half",)

    def names(self) -> Iterator[str]:
        return iter(())

    def keeps_versions(self) -> bool:
        return False

    def unfinished(self, before: datetime) -> Iterator[Unfinished]:
        return iter([Unfinished(name, "1") for name in self.halves if before >= timezone.now() - timedelta(minutes=1)])

    def give_up(self, one: Unfinished) -> None:
        self.halves = tuple(name for name in self.halves if name != one.name)


def test_pieces_of_a_write_that_was_killed_are_named_and_go_with_the_sweep_by_hand(settings: Settings) -> None:
    sealed = {**settings.STORAGES["sealed"], "BACKEND": f"{__name__}.{InPieces.__name__}"}
    settings.STORAGES = {**settings.STORAGES, "sealed": sealed}
    assert list(queries.faults()) == []
    assert list(queries.faults(older_than=NOW)) == [queries.Fault("unfinished", "ab/cd/half")]
    assert actions.sweep(older_than=NOW) == 0
    assert actions.sweep(older_than=NOW, orphans=True) == 1
    assert found() == {}


def test_keys_that_no_epoch_opens_are_named() -> None:
    make(1)
    keyring.create_epoch()
    keyring.destroy_epoch(1)
    [key] = DataKey.objects.all()
    assert queries.Fault("unopenable_key", str(key.pk)) in set(queries.faults(older_than=NOW))


def test_a_key_that_root_left_in_the_sites_folder_is_named_by_root_and_by_the_site(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = folders / "keyring" / "epoch-1.key"
    was = key.read_bytes()
    assert found() == {}
    key.write_bytes(b"")
    assert found() == {"closed_epoch": 1}
    key.write_bytes(was)
    if os.geteuid():
        pytest.skip("only root gives a file away")
    os.chown(folders / "keyring", 65534, -1)
    assert found() == {"closed_epoch": 1}


def test_root_makes_no_key_in_the_sites_folder(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not os.geteuid():
        os.chown(folders / "keyring", 65534, -1)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    before = sorted((folders / "keyring").iterdir())
    for command in ("rotate_keys", "make_keys"):
        with pytest.raises(CommandError, match="run this as that user"):
            call_command(command)
    assert sorted((folders / "keyring").iterdir()) == before
