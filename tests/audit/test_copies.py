"""The log's copies: whole files in a private folder, read back before anything is signed, written again when lost."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from pytest_django import Settings

from audit import actions, queries
from audit.copies import reading, writing
from audit.keeper import whole_files
from audit.proofs import tree
from tests.audit.events import commit
from tests.audit.keeper import Keeper, chain_again, commit_many, published

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])


def folder(settings: Settings) -> Path:
    found: Path = settings.STORAGES["log"]["OPTIONS"]["location"]
    return found


def test_a_file_takes_the_place_of_its_namesake_and_is_private(keeper: Keeper, settings: Settings) -> None:
    for text in (b"one", b"two"):
        assert reading.store().save("tile/0/000", ContentFile(text)) == "tile/0/000"
        assert reading.read("tile/0/000") == text
    file = folder(settings) / "tile" / "0" / "000"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["000"]


def test_a_name_that_leads_outside_is_refused(keeper: Keeper, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    folder(settings).mkdir()
    (folder(settings) / "link").symlink_to(tmp_path)
    for name in ("../secret", "/etc/passwd", "link/secret"):
        with pytest.raises(SuspiciousFileOperation):
            reading.read(name)
        with pytest.raises(SuspiciousFileOperation):
            reading.store().save(name, ContentFile(b""))


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_files.replace(tmp_path / "file", b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        whole_files.replace(tmp_path / "file", b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


@pytest.mark.parametrize(
    "name",
    [
        "checkpoint",
        "standing",
        "tile/entries/000",
        "tile/0/000/../../../x",
        "tile/64/000",
        "tile/0/00",
        "tile/0/000.p/0",
    ],
)
def test_only_tiles_of_hashes_are_handed_out(keeper: Keeper, name: str) -> None:
    commit(1)
    keeper()
    with pytest.raises(FileNotFoundError):
        queries.tile(name)
    assert len(queries.tile("tile/0/000.p/1")) == 32


def test_narrow_tiles_go_once_the_whole_one_is_there(keeper: Keeper, settings: Settings) -> None:
    for number in (3, 200, 60, 1):
        commit_many(number)
        keeper()
    names = sorted(str(path.relative_to(folder(settings))) for path in folder(settings).rglob("*") if path.is_file())
    assert names == [
        "checkpoint", "standing", "tile/0/000", "tile/0/001.p/7", "tile/0/001.p/8", "tile/1/000.p/1",
        "tile/entries/000", "tile/entries/001.p/7", "tile/entries/001.p/8",
    ]  # fmt: skip
    assert not (folder(settings) / "tile" / "0" / "000.p").exists()


def test_entries_read_back_otherwise_are_not_signed(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    commit(2)
    keeper()
    commit(2)
    read = reading.read

    def rotten(path: str) -> bytes:
        value = read(path)
        return value[:-1] + b"\0" if "entries" in path else value

    monkeypatch.setattr(reading, "read", rotten)
    assert keeper().refused == "copies"
    assert "does not read back" in caplog.text
    assert published().size == 2
    monkeypatch.setattr(reading, "read", read)
    assert (keeper().refused, published().size) == ("", 4)


def test_a_store_that_refuses_is_said(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(2)
    keeper()
    commit(1)
    write = writing.write

    def full(files: dict[str, bytes]) -> None:
        if any("tile" in name for name in files):
            raise writing.CopyFailed("No space left on device")
        write(files)

    monkeypatch.setattr(writing, "write", full)
    said = keeper()
    assert (said.refused, said.size, published().size) == ("copies", 3, 2)


def lose_all(where: Path) -> None:
    shutil.rmtree(where)


def alter_an_edge(where: Path) -> None:
    file = where / tree.tile_path(0, 1, 44)
    file.write_bytes(bytes(len(file.read_bytes())))


@pytest.mark.parametrize("damage", [lose_all, alter_an_edge])
@pytest.mark.parametrize("more", [0, 5])
def test_copies_that_are_lost_or_altered_are_written_again_from_the_database(
    keeper: Keeper, settings: Settings, damage: Callable[[Path], None], more: int, caplog: pytest.LogCaptureFixture
) -> None:
    commit_many(300)
    keeper()
    damage(folder(settings))
    commit_many(more)
    assert keeper().refused == ""
    assert "written again" in caplog.text
    checkpoint = published()
    assert checkpoint.size == 300 + more
    assert reading.recomputed(reading.entries(checkpoint.size))[0] == checkpoint.root


def test_an_old_bundle_that_rots_is_found_by_the_full_look_and_written_again(
    keeper: Keeper, settings: Settings
) -> None:
    commit_many(300)
    keeper()
    file = folder(settings) / tree.bundle_path(0)
    good = file.read_bytes()
    file.write_bytes(good.replace(b'"times":3', b'"times":4'))
    assert keeper().refused == ""
    assert actions.verify().whole
    assert file.read_bytes() == good


def test_lost_copies_are_not_written_again_from_another_history(
    keeper: Keeper, settings: Settings, as_superuser: psycopg.Connection
) -> None:
    commit(4)
    keeper()
    lose_all(folder(settings))
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute("UPDATE audit.event SET leaf = replace(leaf, '\"times\":', '\"times\":1') WHERE index = 1")
    chain_again(as_superuser)
    commit(1)
    assert keeper().refused == "inconsistent"
    assert not (folder(settings) / "tile").exists()
