"""Checkpoints: signed only when they go on from the last one, published only after their entries were copied."""

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from audit import actions, queries, tasks
from audit.copies import reading, whole_files
from audit.copies.reading import CHECKPOINT, STATEMENT
from audit.keeper import last_signed, log_key
from audit.keeper.signer import LogNotConsistent, Signer
from audit.proofs import notes
from audit.proofs.chain import End
from audit.standalone.verify_log import check_proof, open_checkpoint
from deploy.local.processes import WORKERS
from tests.audit.events import commit
from tests.audit.keeper import Keeper, chain_again, commit_many, cut_off, published

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])
REWRITES = {
    "a changed text": "UPDATE audit.event SET leaf = replace(leaf, '\"times\":2', '\"times\":9') WHERE index = 2",
    "a changed hash": "UPDATE audit.event SET leaf_hash = sha256('') WHERE index = 3",
    "a changed chain": "UPDATE audit.event SET chain = sha256('') WHERE index = 5",
    "a changed subject": "UPDATE audit.event SET subject = 'another' WHERE index = 1",
    "a lost mention": "DELETE FROM audit.mention WHERE index = 4",
    "the first one gone": "DELETE FROM audit.event WHERE index = 0",
    "one in the middle gone": "DELETE FROM audit.event WHERE index = 4",
    "the newest gone": "DELETE FROM audit.event WHERE index = 7",
    "a shorter head": "UPDATE audit.head SET size = 5",
    "another head": "UPDATE audit.head SET chain = sha256('')",
    "all gone": "DELETE FROM audit.event; UPDATE audit.head SET size = 0, chain = decode(repeat('00', 32), 'hex')",
}


class Killed(BaseException):
    """The process ends here."""


def test_an_empty_log_has_no_checkpoint(keeper: Keeper) -> None:
    statement = keeper()
    assert (statement.size, statement.refused, queries.checkpoint()) == (0, "", None)


@pytest.mark.requirement("L7")
def test_after_one_round_every_entry_is_under_a_signed_checkpoint_and_proved(keeper: Keeper) -> None:
    commit(5)
    keeper()
    assert published().size == 5
    for index in range(5):
        proof = queries.proof(index)
        assert proof is not None
        found, entry, checkpoint = check_proof(proof, queries.log_key())
        assert (found, entry["index"], checkpoint.size) == (index, index, 5)
    assert queries.proof(5) is None


@pytest.mark.requirement("L7")
def test_the_root_that_is_signed_is_the_one_of_the_database(keeper: Keeper) -> None:
    sizes = []
    for number in (1, 1, 253, 2, 300):
        commit_many(number)
        keeper()
        sizes.append(published().size)
        assert published().root == queries.verify_stored(using="auditor").root
    assert sizes == [1, 2, 255, 257, 557]


def test_nothing_is_signed_again_when_nothing_changed(keeper: Keeper) -> None:
    commit(2)
    first, note = keeper(), queries.checkpoint()
    second = keeper()
    assert queries.checkpoint() == note
    assert second.looked_at > first.looked_at
    assert second.checkpoint_at == first.checkpoint_at


def test_the_key_is_made_once_and_never_replaced(keeper: Keeper, settings: Settings) -> None:
    key, verifier = Path(settings.LOG_KEYS) / log_key.KEY, Path(settings.LOG_VERIFIER)
    before = (key.read_bytes(), verifier.read_text())
    settings.SITE_URL = "https://elsewhere.example.org"
    call_command("make_log_key")
    assert (key.read_bytes(), verifier.read_text()) == before
    assert (len(before[0]), key.stat().st_mode & 0o777) == (32, 0o600)
    assert queries.log_key().name == "localhost:8000/log"


def test_a_key_that_does_not_belong_to_the_published_one_is_refused(keeper: Keeper, settings: Settings) -> None:
    key = Path(settings.LOG_KEYS) / log_key.KEY
    key.write_bytes(bytes(32))
    with pytest.raises(CommandError, match="does not belong"):
        call_command("make_log_key")
    with pytest.raises(log_key.KeyDoesNotFit):
        keeper()
    key.unlink()
    with pytest.raises(CommandError, match="Bring the signing key back"):
        call_command("make_log_key")


@pytest.mark.requirement("L6")
@pytest.mark.parametrize("statement", REWRITES.values(), ids=REWRITES.keys())
def test_after_a_rewrite_by_a_superuser_nothing_is_signed(
    keeper: Keeper, as_superuser: psycopg.Connection, statement: str
) -> None:
    commit(8)
    keeper()
    note = queries.checkpoint()
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute(statement.encode())
    as_superuser.execute("SET session_replication_role = origin")
    said = actions.keep(full=True)
    assert said.refused in {"behind", "inconsistent", "broken"}
    assert said.first_bad is not None
    assert keeper().refused == said.refused
    assert queries.checkpoint() == note


@pytest.mark.requirement("L6")
@pytest.mark.parametrize("place", [0, 3, 7])
@pytest.mark.parametrize("more", [0, 3])
def test_a_history_that_is_whole_in_itself_and_not_the_signed_one_is_not_signed(
    keeper: Keeper, as_superuser: psycopg.Connection, place: int, more: int
) -> None:
    commit(8)
    keeper()
    note = queries.checkpoint()
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute(
        "UPDATE audit.event SET leaf = replace(leaf, '\"times\":', '\"times\":1') WHERE index = %s", [place]
    )
    chain_again(as_superuser)
    commit(more)
    assert queries.verify_stored(using="default").whole
    assert keeper().refused == "inconsistent"
    said = actions.keep(full=True)
    assert (said.first_bad, said.reason) == (place, "signed")
    assert queries.checkpoint() == note


@pytest.mark.requirement("L6")
def test_a_fork_that_grew_longer_than_what_was_signed_is_not_signed(
    keeper: Keeper, as_superuser: psycopg.Connection
) -> None:
    commit(8)
    keeper()
    cut_off(as_superuser, 6)
    assert keeper().refused == "behind"
    commit(5)
    assert keeper().refused == "inconsistent"
    assert published().size == 8


def test_a_log_that_is_whole_again_is_signed_again(keeper: Keeper, as_superuser: psycopg.Connection) -> None:
    commit(3)
    keeper()
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute("UPDATE audit.event SET subject = 'x-' || subject WHERE index = 1")
    assert actions.keep(full=True).refused == "broken"
    as_superuser.execute("UPDATE audit.event SET subject = substr(subject, 3) WHERE index = 1")
    commit(1)
    assert keeper().refused == "broken"
    assert actions.keep(full=True).whole
    assert published().size == 4


def test_the_signer_takes_no_head_that_it_is_not_proved(keeper: Keeper) -> None:
    commit(3)
    keeper()
    known = last_signed.recall()
    for size, root in ((2, bytes(32)), (3, bytes(32)), (4, bytes(32))):
        with pytest.raises(LogNotConsistent):
            Signer().sign_checkpoint(known, end=End(size, bytes(32)), root=root, proof=[], now=timezone.now())
    assert last_signed.recall() == known
    with pytest.raises(ValueError, match="sign_checkpoint"):
        Signer().sign_text(known.note)


def kills() -> Iterator[tuple[int, bool]]:
    """Before and after each file that a round writes."""
    yield from ((number, after) for number in range(12) for after in (False, True))


def killed_at(number: int, *, after: bool) -> Callable[..., None]:
    """What writes files, for a process that ends before or after it wrote the one of this number."""
    written = itertools.count(1)
    replace = whole_files.replace

    def limited(path: Path, value: bytes, **modes: int) -> None:
        count = next(written)
        if count <= number or after:
            replace(path, value, **modes)
        if count > number:
            raise Killed

    return limited


def watched(signed: dict[int, set[bytes]]) -> Callable[..., str]:
    """What signs notes, writing down each root hash that was signed for a size."""
    sign = notes.sign

    def signing(text: str, name: str, private: Ed25519PrivateKey) -> str:
        note = sign(text, name, private)
        if text.split("\n", maxsplit=1)[0] == queries.log_key().name:
            found = open_checkpoint(note, queries.log_key())
            signed.setdefault(found.size, set()).add(found.root)
        return note

    return signing


@pytest.mark.requirement("L7")
def test_a_kill_at_any_file_leaves_what_the_next_round_ends_right(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed: dict[int, set[bytes]] = {}
    monkeypatch.setattr(notes, "sign", watched(signed))
    killed = 0
    for number, after in kills():
        commit_many(64)
        with monkeypatch.context() as once, contextlib.suppress(Killed):
            once.setattr(whole_files, "replace", killed_at(number, after=after))
            keeper()
            killed -= 1
        killed += 1
        before = published().size if queries.checkpoint() else 0
        assert keeper().refused == ""
        assert published().size == queries.end(using="auditor").size >= before
        assert reading.recomputed(reading.entries(published().size))[0] == published().root
    assert killed >= 10
    assert all(len(roots) == 1 for roots in signed.values())


def test_what_was_signed_and_not_published_is_published_by_the_next_round(
    keeper: Keeper,
) -> None:
    commit(2)
    keeper()
    older = reading.read(CHECKPOINT)
    commit(2)
    keeper()
    newer = reading.read(CHECKPOINT)
    reading.store().save(CHECKPOINT, ContentFile(older))
    keeper()
    assert reading.read(CHECKPOINT) == newer


def test_a_keeper_that_forgot_signs_nothing_until_an_operator_says_what_was_last(
    keeper: Keeper, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(3)
    keeper()
    last, mailed = Path(settings.LOG_KEYS) / last_signed.LAST, Path(settings.LOG_KEYS) / "mailed"
    mailed.write_bytes(reading.read(CHECKPOINT))
    commit(1)
    keeper()
    kept = last.read_bytes()
    last.unlink()
    commit(1)
    assert keeper().refused == "forgotten"
    call_command("make_log_key")
    assert keeper().refused == "forgotten"
    with pytest.raises(CommandError, match="required"):
        call_command("adopt_checkpoint")
    call_command("adopt_checkpoint", str(mailed))
    assert "goes on from 4 entries" in capsys.readouterr().out, "the published one goes on from the mailed one"
    assert (keeper().refused, published().size) == ("", 5)
    last.write_bytes(kept)
    assert keeper().refused == "forgotten", "what is remembered is older than what was published"
    call_command("adopt_checkpoint", "--nobody-holds-one")
    assert keeper().refused == ""


def test_copies_put_back_are_not_adopted_against_what_an_auditor_holds(keeper: Keeper, settings: Settings) -> None:
    commit(3)
    keeper()
    older = reading.read(CHECKPOINT)
    commit(2)
    keeper()
    held = reading.read(CHECKPOINT).decode()
    (Path(settings.LOG_KEYS) / last_signed.LAST).unlink()
    reading.store().save(CHECKPOINT, ContentFile(older))
    assert actions.adopt(kept=held) == 5
    with pytest.raises(actions.NotAdopted, match="later checkpoint"):
        actions.adopt(kept=older.decode())
    assert (keeper().refused, published().size) == ("", 5)


def test_a_checkpoint_that_nothing_leads_to_is_not_adopted(keeper: Keeper, settings: Settings) -> None:
    commit(3)
    keeper()
    note = Signer().sign_text("x\n")
    with pytest.raises(actions.NotAdopted, match="not a checkpoint"):
        actions.adopt(kept=note)
    signer = Signer()
    forged = notes.sign(notes.checkpoint_text(signer.key.name, 3, bytes(32)), signer.key.name, log_key.private_key())
    with pytest.raises(actions.NotAdopted, match="does not go on from the one that was kept"):
        actions.adopt(kept=forged)
    reading.store().delete(CHECKPOINT)
    with pytest.raises(actions.NotAdopted, match="Neither the copies nor the database"):
        actions.adopt(kept=forged)
    with pytest.raises(actions.NotAdopted, match="No checkpoint"):
        actions.adopt(kept=None)
    with pytest.raises(CommandError, match="No such file"):
        call_command("adopt_checkpoint", str(Path(settings.LOG_KEYS) / "nothing"))


def test_a_process_that_was_not_given_the_key_neither_makes_one_nor_signs(keeper: Keeper, settings: Settings) -> None:
    settings.LOG_KEYS = log_key.NOT_GIVEN
    with pytest.raises(CommandError, match="MPM_LOG_KEYS is not set"):
        call_command("make_log_key")
    with pytest.raises(log_key.KeyDoesNotFit):
        keeper()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
@pytest.mark.parametrize("name", [log_key.KEY, ""])
def test_nothing_is_signed_with_a_key_that_others_could_read(
    keeper: Keeper, settings: Settings, name: str, mode: int
) -> None:
    path = Path(settings.LOG_KEYS) / name
    path.chmod(mode | (0 if name else 0o100))
    with pytest.raises(log_key.KeyDoesNotFit, match="open to other users"):
        keeper()
    path.chmod(0o600 if name else 0o700)
    assert keeper().refused == ""


def test_what_a_clock_that_was_ahead_wrote_puts_nothing_off(keeper: Keeper, as_superuser: psycopg.Connection) -> None:
    commit(2)
    keeper()
    ahead = int(time.time()) + 10**8
    known = last_signed.recall()
    found = last_signed.Verified(ahead, 0, 0, "leaf")
    last_signed.remember(replace(known, mailed={"a": (ahead, 2), "b": (9, 1)}, tried_at=ahead, verified=found))
    again = last_signed.recall()
    assert (again.mailed, again.tried_at, again.verified) == ({"a": (0, 2), "b": (9, 1)}, 0, None)
    assert (again.note, again.chain) == (known.note, known.chain)
    assert keeper().refused == "", "it looked at once instead of at the time written down"


@pytest.mark.requirement("L7")
def test_the_clock_asks_the_log_worker_for_a_checkpoint_within_a_minute(settings: Settings) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["keep the log"]
    assert entry["schedule"] <= 60
    assert entry["task"] == tasks.keep.name
    assert entry["options"]["queue"] in WORKERS
    assert entry["options"]["expires"] > 60, "two machines' clocks may differ, and the round still runs"
    full = settings.CELERY_BEAT_SCHEDULE["verify the log"]
    assert (full["task"], full["options"]["queue"]) == (tasks.verify.name, entry["options"]["queue"])


def test_the_statement_is_written_in_every_round(keeper: Keeper) -> None:
    keeper()
    first = reading.read(STATEMENT)
    commit(1)
    keeper()
    assert reading.read(STATEMENT) != first
