"""The second place of the keys holds what the first one holds now, and no second generation of anything."""

import os
import threading
from pathlib import Path

import pytest
from django.conf import settings

from deploy.backup.keys import replicate
from deploy.backup.refusals import NotBackedUp
from tests.vault.conftest import files_holding, folders
from vault import actions as vault
from vault import keyring

__all__ = ["folders"]
pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)


@pytest.fixture
def second(folders: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The second place, after a first rotation brought the key copy."""
    place = folders / "second"
    place.mkdir()
    monkeypatch.setenv("MPM_KEYRING", str(settings.KEYRING))
    monkeypatch.setenv("MPM_KEY_COPY", str(settings.KEY_COPY))
    vault.rotate()
    return place


def generation() -> list[bytes]:
    """What must be nowhere once it was replaced: the living epochs' keys, and each line of the key copy."""
    lines = (Path(settings.KEY_COPY) / "keys.copy").read_bytes().splitlines()
    return [*(keyring.epoch_key(number) for number in keyring.epochs()), *lines]


def shown(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.rglob("*") if path.is_file()}


@pytest.mark.requirement("E3")
def test_after_two_rotations_the_second_place_holds_one_generation(second: Path) -> None:
    kept = vault.new_key()
    before: list[bytes] = []
    for _ in range(3):
        replicate(second)
        current = generation()
        assert files_holding(second, *before) == []
        before += current
        vault.destroy_key(vault.new_key())
        vault.rotate()
    replicate(second)
    assert files_holding(second, *before) == []
    names = [path.name for path in second.rglob("*") if path.is_file()]
    assert len([name for name in names if name.startswith("epoch-")]) == 1
    assert names.count("keys.copy") == 1
    assert not [name for name in names if name.startswith(".")]
    assert str(kept.pk).encode() in (second / "key-copy" / "keys.copy").read_bytes()


def test_what_a_run_that_was_killed_left_goes_with_the_next_one(second: Path) -> None:
    replicate(second)
    old = generation()
    vault.rotate()
    (second / "keyring" / ".epoch-9.key.abcd").write_bytes(b"half of a key")
    (second / "key-copy" / ".keys.copy.old").write_bytes(old[-2])
    replicate(second)
    assert files_holding(second, b"half of a key", *old) == []


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.requirement("E3")
@pytest.mark.parametrize("after", ["link", "replace"])
def test_a_run_that_is_killed_while_it_replaces_leaves_a_place_that_opens(
    after: str, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replicate(second)
    old = generation()
    vault.destroy_key(vault.new_key())
    vault.rotate()

    def killed(half: Path, target: Path) -> None:
        if after == "replace":
            half.rename(target)
        # Each epoch's key has a name of its own: what is replaced is the copy.
        if target.name == "keys.copy":
            raise Killed

    copy = second / "key-copy" / "keys.copy"
    first = Path(settings.KEY_COPY) / "keys.copy"
    before = copy.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        with pytest.raises(Killed):
            replicate(second)
    assert copy.read_bytes() == (before if after == "link" else first.read_bytes())
    if after == "link":
        # The first place is what it was, say by a restore: the living file's second name goes, and the file stays.
        changed = first.read_bytes()
        first.write_bytes(before)
        replicate(second)
        assert copy.read_bytes() == before
        first.write_bytes(changed)
    replicate(second)
    assert shown(second / "key-copy") == {"keys.copy": first.read_bytes()}
    assert files_holding(second, *old) == []


def test_it_restores_what_was_lost(second: Path) -> None:
    key = vault.new_key()
    vault.rotate()
    replicate(second)
    sealed = vault.seal(key=key, data=b"a picture")
    first = Path(settings.KEYRING)
    first.rename(first.with_name("lost"))
    (second / "keyring").rename(first)
    assert vault.read(sealed) == b"a picture"


def test_it_waits_for_a_rotation(second: Path) -> None:
    with keyring.exclusive():
        other = threading.Thread(target=replicate, args=[second])
        other.start()
        other.join(0.3)
        assert other.is_alive()
        assert shown(second) == {}
    other.join(10)
    assert "keys.copy" in shown(second)


def test_an_empty_or_a_wrong_source_changes_nothing(second: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replicate(second)
    there = shown(second)
    empty = second.with_name("empty")
    empty.mkdir()
    for name in ("MPM_KEYRING", "MPM_KEY_COPY"):
        known = os.environ[name]
        for wrong in (empty, second.with_name("nothing")):
            monkeypatch.setenv(name, str(wrong))
            with pytest.raises(NotBackedUp, match="stays as it is"):
                replicate(second)
        monkeypatch.setenv(name, known)
    with pytest.raises(NotBackedUp, match="one place"):
        replicate(Path(settings.KEYRING))
    with pytest.raises(NotBackedUp, match="mounted"):
        replicate(second.with_name("unmounted"))
    (second / "keyring" / "2026-11-22").mkdir()
    with pytest.raises(NotBackedUp, match="may be history"):
        replicate(second)
    (second / "keyring" / "2026-11-22").rmdir()
    assert shown(second) == there
