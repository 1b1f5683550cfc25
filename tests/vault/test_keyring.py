"""The folder of keys."""

import os
import stat
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from vault import actions, keyring, queries
from vault.keyring import KeyMissing
from vault.sealing import Tampered


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_make_keys_makes_what_is_missing_and_changes_nothing_else(folders: Path) -> None:
    before = contents(folders / "keyring")
    assert set(before) == {
        "epoch-1.key",
        "mail.key",
        "mail.pub",
        "blind-index.key",
        "digests.key",
        "release-signing.key",
        "release-signing.pub",
    }
    (folders / "keyring" / "digests.key").unlink()
    call_command("make_keys", verbosity=0)
    after = contents(folders / "keyring")
    assert {name for name in after if after[name] != before[name]} == {"digests.key"}


def test_only_its_owner_reads_the_keyring(folders: Path) -> None:
    assert stat.S_IMODE((folders / "keyring").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folders / "keyring").iterdir()} == {0o600}


@pytest.mark.requirement("I2")
def test_a_process_without_a_key_is_told_so(folders: Path) -> None:
    sealed = actions.seal_for_mail(b"someone@example.org")
    for name in ("mail.key", "blind-index.key", "digests.key", "release-signing.key", "epoch-1.key"):
        (folders / "keyring" / name).unlink()
    for attempt in (
        lambda: actions.open_mail(sealed),
        lambda: queries.blind_index("x"),
        lambda: queries.keyed_digest("x", b""),
        lambda: actions.sign(b""),
        keyring.current_epoch,
    ):
        with pytest.raises(KeyMissing):
            attempt()
    # What the web process has left is enough to seal, and only to seal.
    assert actions.seal_for_mail(b"another") != sealed


def test_a_key_of_the_wrong_length_is_no_key(folders: Path) -> None:
    (folders / "keyring" / "mail.key").write_bytes(b"short")
    with pytest.raises(KeyMissing, match=r"mail\.key"):
        keyring.mail_private_key()


def test_mail_is_opened_only_as_it_was_sealed() -> None:
    sealed = actions.seal_for_mail(b"someone@example.org")
    assert actions.open_mail(sealed) == b"someone@example.org"
    with pytest.raises(Tampered):
        actions.open_mail(sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_digests_differ_by_text_purpose_and_keyring(folders: Path, settings: Settings) -> None:
    digests = {queries.blind_index("a"), queries.blind_index("b"), *(queries.keyed_digest(p, b"a") for p in ("a", "b"))}
    assert len(digests) == 4
    assert queries.blind_index("a") in digests
    settings.KEYRING = folders / "another"
    keyring.make_missing()
    assert queries.blind_index("a") not in digests


def test_a_signature_verifies_with_the_public_key() -> None:
    keyring.release_public_key().verify(actions.sign(b"release"), b"release")
    assert queries.verify_key_pem().startswith("-----BEGIN PUBLIC KEY-----")


@pytest.mark.requirement("E1")
def test_a_destroyed_epoch_is_overwritten_before_it_is_removed(folders: Path) -> None:
    second = keyring.create_epoch()
    key, path = keyring.epoch_key(1), folders / "keyring" / "epoch-1.key"
    os.link(path, folders / "a second name of the same file")
    keyring.destroy_epoch(1)
    keyring.destroy_epoch(1)
    assert keyring.epochs() == [second] == [keyring.current_epoch()]
    assert (folders / "a second name of the same file").read_bytes() != key
    with pytest.raises(KeyMissing):
        keyring.epoch_key(1)


def test_an_epoch_s_number_is_never_used_again() -> None:
    assert keyring.create_epoch(after=41) == 42
    keyring.destroy_epoch(42)
    assert keyring.create_epoch(after=42) == 43


def test_a_key_cut_short_while_being_made_is_not_there(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space"):
        keyring.create_epoch()
    assert keyring.epochs() == [1]
    assert not [name for name in contents(folders / "keyring") if name.startswith(".")]
