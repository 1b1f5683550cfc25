"""The log's copies: whole files in a private folder, read back before anything is signed, written again when lost."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.test import Client
from pytest_django import Settings

from audit import actions, queries
from audit.copies import reading, whole_files, writing
from audit.copies.folder import LogCopies
from audit.proofs import tree
from audit.proofs.statements import NotAStatement
from audit.standalone.verify_log import Bad
from tests.audit.events import commit
from tests.audit.keeper import Keeper, chain_again, commit_many, published

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor", "identity"])


def folder(settings: Settings) -> Path:
    found: Path = settings.STORAGES["log"]["OPTIONS"]["location"]
    return found


def test_a_file_takes_the_place_of_its_namesake_and_its_group_may_read_it(keeper: Keeper, settings: Settings) -> None:
    for text in (b"one", b"two"):
        assert reading.store().save("tile/0/000", ContentFile(text)) == "tile/0/000"
        assert reading.read("tile/0/000") == text
    file = folder(settings) / "tile" / "0" / "000"
    assert file.stat().st_mode & 0o777 == 0o640
    assert file.parent.stat().st_mode & 0o777 == 0o750
    assert [path.name for path in file.parent.iterdir()] == ["000"]


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o000])
def test_who_may_read_is_said_by_the_settings_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        for file_mode, folder_mode in ((0o640, 0o750), (0o600, 0o700), (0o644, 0o755)):
            where = tmp_path / str(file_mode)
            copies = LogCopies(where, file_permissions_mode=file_mode, directory_permissions_mode=folder_mode)
            copies.save("tile/0/000", ContentFile(b"x"))
            assert {path.stat().st_mode & 0o777 for path in (where, where / "tile/0")} == {folder_mode}
            assert (where / "tile/0/000").stat().st_mode & 0o777 == file_mode
    finally:
        os.umask(before)


def test_folders_hand_their_group_on(tmp_path: Path) -> None:
    tmp_path.chmod(0o2750)
    LogCopies(tmp_path).save("tile/0/000", ContentFile(b"x"))
    assert (tmp_path / "tile/0").stat().st_mode & 0o7777 == 0o2750


def test_a_name_that_leads_outside_is_refused(keeper: Keeper, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    folder(settings).mkdir()
    (folder(settings) / "link").symlink_to(tmp_path)
    for name in ("../secret", "/etc/passwd", "link/secret"):
        with pytest.raises(reading.CopiesDamaged):
            reading.read(name)
    for name in ("../secret", "/etc/passwd"):
        with pytest.raises(SuspiciousFileOperation):
            reading.store().save(name, ContentFile(b""))
    reading.store().save("link/secret", ContentFile(b"ours"))
    assert (tmp_path / "secret").read_text() == "secret", "the link was moved aside, not followed"


def as_folder(file: Path, _outside: Path) -> None:
    file.mkdir()
    (file / "something").write_text("something")


def as_link(file: Path, outside: Path) -> None:
    outside.write_bytes(b"outside")
    file.symlink_to(outside)


def as_link_inside(file: Path, _outside: Path) -> None:
    file.symlink_to(file.parent)


def as_pipe(file: Path, _outside: Path) -> None:
    os.mkfifo(file)


def as_bytes(file: Path, _outside: Path) -> None:
    file.write_bytes(b"\xff\xfe")


def as_text(file: Path, _outside: Path) -> None:
    file.write_text("nothing")


def as_nothing(file: Path, _outside: Path) -> None:
    file.write_bytes(b"")


def as_vast(file: Path, _outside: Path) -> None:
    file.touch()
    os.truncate(file, 10**9)


JUNK = [as_folder, as_link, as_link_inside, as_pipe, as_bytes, as_text, as_nothing, as_vast]


@pytest.mark.parametrize("name", ["checkpoint", "statement", "tile/0/000.p/3", "tile/entries/000.p/3"])
@pytest.mark.parametrize("junk", JUNK)
def test_junk_in_a_files_place_is_told_and_put_right(
    keeper: Keeper, settings: Settings, client: Client, tmp_path: Path, name: str, junk: Callable[[Path, Path], None]
) -> None:
    commit(3)
    keeper()
    good, file = queries.checkpoint(), folder(settings) / name
    file.unlink()
    junk(file, tmp_path / "outside")
    assert client.get("/readyz").json()["log"] is (name not in {"checkpoint", "tile/0/000.p/3"})
    if name != "statement":
        with pytest.raises(queries.CopiesDamaged):
            queries.proof(1)
    else:
        with pytest.raises((Bad, NotAStatement)):
            queries.statement()
    assert actions.keep(full=True).whole
    assert queries.checkpoint() == good
    assert queries.proof(1) is not None
    said = queries.statement()
    assert said is not None
    assert said.whole
    assert client.get("/readyz").json()["log"] is True
    if (tmp_path / "outside").exists():
        assert (tmp_path / "outside").read_bytes() == b"outside"


@pytest.mark.parametrize("way", ["file", "link"])
def test_what_stands_in_a_folders_place_is_moved_aside(
    keeper: Keeper, settings: Settings, tmp_path: Path, way: str
) -> None:
    commit(3)
    keeper()
    tiles = folder(settings) / "tile"
    tiles.rename(tmp_path / "elsewhere")
    if way == "file":
        tiles.write_text("a file")
    else:
        tiles.symlink_to(tmp_path / "elsewhere")
    before = sorted((tmp_path / "elsewhere").rglob("*"))
    commit(1)
    assert keeper().refused == ""
    assert published().size == 4
    assert sorted((tmp_path / "elsewhere").rglob("*")) == before


def test_whatever_a_storage_raises_is_told_as_damage(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(2)
    keeper()
    commit(1)

    def refuse(*_args: object) -> None:
        raise LookupError("what some storage's client raises")

    with monkeypatch.context() as once:
        once.setattr(LogCopies, "_open", refuse)
        with pytest.raises(reading.CopiesDamaged, match="LookupError"):
            reading.read("checkpoint")
        once.setattr(LogCopies, "_save", refuse)
        with pytest.raises(writing.CopyFailed, match="LookupError"):
            writing.write({"x": b""})
    with monkeypatch.context() as once:
        once.setattr(LogCopies, "exists", refuse)
        commit_many(300)
        assert keeper().refused == "", "narrow tiles that cannot be removed stay"


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
        "statement",
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
        reading.tile(name)
    assert len(reading.tile("tile/0/000.p/1")) == 32


def test_narrow_tiles_go_once_the_whole_one_is_there(keeper: Keeper, settings: Settings) -> None:
    for number in (3, 200, 60, 1):
        commit_many(number)
        keeper()
    names = sorted(str(path.relative_to(folder(settings))) for path in folder(settings).rglob("*") if path.is_file())
    assert names == [
        "checkpoint", "statement", "tile/0/000", "tile/0/001.p/7", "tile/0/001.p/8", "tile/1/000.p/1",
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
    assert actions.keep(full=True).whole
    assert file.read_bytes() == good


def prefix_of_zeros(file: Path) -> None:
    value = file.read_bytes()
    file.write_bytes(bytes(32) + value[32:])


@pytest.mark.parametrize("name", ["tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/0/002.p/44", "tile/1/000.p/2"])
@pytest.mark.parametrize("damage", [Path.unlink, prefix_of_zeros])
def test_a_tile_that_rots_anywhere_is_found_by_the_full_look_and_written_again(
    keeper: Keeper, settings: Settings, caplog: pytest.LogCaptureFixture, name: str, damage: Callable[[Path], None]
) -> None:
    commit_many(556)
    keeper()
    commit_many(44)
    keeper()
    file = folder(settings) / name
    good = file.read_bytes()
    damage(file)
    assert actions.keep(full=True).whole
    if (name, damage) == ("tile/0/002.p/44", Path.unlink):
        assert not file.exists(), "what nobody needs any more is not written again"
    else:
        assert file.read_bytes() == good
    assert queries.proof(5) is not None
    caplog.clear()
    assert actions.keep(full=True).whole
    assert "again" not in caplog.text


def test_a_proof_that_leads_nowhere_is_not_handed_out(keeper: Keeper, settings: Settings) -> None:
    commit_many(600)
    keeper()
    prefix_of_zeros(folder(settings) / "tile/0/000")
    with pytest.raises(queries.CopiesDamaged):
        queries.proof(1)
    assert queries.proof(599) is not None


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
