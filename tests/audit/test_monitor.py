"""The monitor that an auditor runs elsewhere: quiet while the log only grows, loud about everything else."""

import fcntl
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command

from audit.proofs import notes, tree
from audit.standalone import verify_log, watch_log
from tests.audit.watched import Auditor, Log, Served, entry, hashes

FINE, COMPLAINT, NOT_LOOKED = 0, 1, 2
EDGES = [1, 2, 3, 5, 8, 100, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537]
KEPT = 300


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "published")


@pytest.fixture
def auditor(log: Log, tmp_path: Path) -> Iterator[Auditor]:
    with Served(log) as url:
        yield Auditor(url, log.vkey, tmp_path / "state")


@pytest.fixture
def at_300(log: Log, auditor: Auditor) -> Auditor:
    """An auditor who saw the log with 300 entries."""
    log.add(hashes(map(entry, range(KEPT))))
    assert auditor.looks() == FINE
    return auditor


def complains(auditor: Auditor, about: str) -> None:
    kept = (auditor.state / "checkpoint").read_bytes()
    assert auditor.looks() == COMPLAINT
    assert "COMPLAINT" in auditor.said[-1]
    assert about in auditor.said[-1]
    assert (auditor.state / "checkpoint").read_bytes() == kept


# -- Quiet ----------------------------------------------------------------------------------------


def test_it_is_quiet_while_the_log_grows_over_every_edge_of_a_tile(log: Log, auditor: Auditor) -> None:
    leaves = hashes(map(entry, range(EDGES[-1])))
    for size in EDGES:
        log.add(leaves[log.size : size])
        assert auditor.looks() == FINE, auditor.said
        assert auditor.looks() == FINE, auditor.said
    kept = [int(path.stem) for path in (auditor.state / "history").iterdir()]
    assert sorted(kept) == EDGES
    assert not auditor.evidence


def test_an_empty_log_may_begin(log: Log, auditor: Auditor) -> None:
    log.add([])
    assert auditor.looks() == FINE
    log.add(hashes([entry(0)]))
    assert auditor.looks() == FINE


def test_it_finds_the_root_of_every_earlier_size(monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    leaves = hashes(map(entry, range(600)))
    log.add(leaves)
    monkeypatch.setattr(watch_log, "fetch", lambda url, _limit: log.read(url.removeprefix("x/")))
    for old in (0, 1, 2, 3, 255, 256, 257, 300, 511, 512, 599, 600):
        assert watch_log.Tiles("x", 600).root(old) == verify_log.root_hash(b"".join(leaves[:old]))


def test_a_full_tile_that_was_altered_is_not_believed(log: Log, auditor: Auditor) -> None:
    log.add(hashes(map(entry, range(600))))
    assert auditor.looks() == FINE
    log.write("tile/0/000", bytes(32) + log.read("tile/0/000")[32:])
    log.add(hashes([entry(600)]))
    assert auditor.looks() == FINE
    new = verify_log.open_checkpoint(log.read("checkpoint").decode(), verify_log.parse_key(log.vkey))
    with pytest.raises(verify_log.Bad, match="tiles do not lead"):
        watch_log.Tiles(auditor.url, new.size).check(new._replace(size=100), new)


def test_the_checkpoints_it_keeps_check_an_export(at_300: Auditor, log: Log) -> None:
    note = (at_300.state / "history" / f"{KEPT}.txt").read_text()
    assert verify_log.open_checkpoint(note, verify_log.parse_key(log.vkey)).size == KEPT


# -- History rewritten by who holds the database, the disk and the key (L6) ------------------------

FIRST, MIDDLE, LAST = 0, KEPT // 2, KEPT - 1
Entries = list[dict[str, Any]]


def change(entries: Entries, at: int) -> Entries:
    return [*entries[:at], {**entries[at], "data": {"word": "other"}}, *entries[at + 1 :]]


def drop(entries: Entries, at: int) -> Entries:
    return [*entries[:at], *entries[at + 1 :]]


def insert(entries: Entries, at: int) -> Entries:
    return [*entries[:at], entry(KEPT, word="new"), *entries[at:]]


def swap(entries: Entries, at: int) -> Entries:
    at = min(at, LAST - 1)
    return [*entries[:at], entries[at + 1], entries[at], *entries[at + 2 :]]


def duplicate(entries: Entries, at: int) -> Entries:
    at = min(at, LAST - 1)
    return [*entries[: at + 1], *entries[at:]]


def re_time(entries: Entries, at: int) -> Entries:
    return [*entries[:at], entry(at, at=at + 1), *entries[at + 1 :]]


def truncate(entries: Entries, at: int) -> Entries:
    return entries[:at]


def regrow(entries: Entries, at: int) -> Entries:
    return [*entries[:at], *(entry(index, word="new") for index in range(at, KEPT + 20))]


def grown(entries: Entries) -> Entries:
    return [*entries, *(entry(KEPT + index) for index in range(10))]


WAYS: list[tuple[str, Callable[[Entries], Entries]]] = [
    *(
        (f"{way.__name__} {name}, then grow", lambda entries, way=way, at=at: grown(way(entries, at)))
        for way in (change, drop, insert, swap, duplicate, re_time)
        for name, at in (("first", FIRST), ("middle", MIDDLE), ("last", LAST))
    ),
    ("fork at the same size", lambda entries: change(entries, LAST)),
    ("truncate by one", lambda entries: truncate(entries, LAST)),
    ("truncate to a full tile", lambda entries: truncate(entries, 256)),
    ("begin again", lambda entries: truncate(entries, 0)),
    ("roll back, then grow", lambda entries: regrow(entries, 200)),
    ("roll back by one, then grow", lambda entries: regrow(entries, LAST)),
]


@pytest.mark.requirement("L6")
@pytest.mark.parametrize("way", [way for _name, way in WAYS], ids=[name for name, _way in WAYS])
def test_rewritten_and_signed_anew_the_log_is_caught(
    way: Callable[[Entries], Entries], at_300: Auditor, log: Log, tmp_path: Path
) -> None:
    log.become(hashes(way([entry(index) for index in range(KEPT)])))
    newcomer = Auditor(at_300.url, log.vkey, tmp_path / "newcomer")
    # Only what an auditor kept gives it away: in itself the new history is whole.
    assert newcomer.looks() == FINE, newcomer.said
    complains(at_300, "The log was")
    assert len(at_300.evidence) == 1
    assert at_300.evidence[0].read_bytes() == log.read("checkpoint")


def test_a_rollback_is_remembered_after_the_log_grew_again(at_300: Auditor, log: Log) -> None:
    entries = [entry(index) for index in range(KEPT)]
    log.become(hashes(truncate(entries, 200)))
    complains(at_300, "rolled back")
    log.become(hashes(regrow(entries, 200)))
    complains(at_300, "rewritten")
    assert len(at_300.evidence) == 2


# -- What a broken or hostile server can answer ----------------------------------------------------


def stripped(log: Log) -> None:
    log.write("checkpoint", log.read("checkpoint").rpartition("— ".encode())[0])


def other_key(log: Log) -> None:
    log.sign(log.size, log.tree.root(), Ed25519PrivateKey.generate())


def altered_tile(log: Log) -> None:
    data = bytearray(log.read("tile/0/000"))
    data[5] ^= 1
    log.write("tile/1/000.p/1", verify_log.leaf_hash(bytes(data)))


def missing_tile(log: Log) -> None:
    shutil.rmtree(log.folder / "tile" / "0")


def short_tile(log: Log) -> None:
    log.write("tile/0/001.p/44", bytes(32 * 43))


def long_tile(log: Log) -> None:
    log.write("tile/0/001.p/44", bytes(32 * 300))


def long_note(log: Log) -> None:
    log.write("checkpoint", log.read("checkpoint") + b"x" * 100_000)


def garbage(log: Log) -> None:
    log.write("checkpoint", os.urandom(500))


def half_a_note(log: Log) -> None:
    log.write("checkpoint", log.read("checkpoint")[:60])


def nothing(log: Log) -> None:
    (log.folder / "checkpoint").unlink()


def a_lie(log: Log) -> None:
    log.sign(KEPT + 5, log.tree.root())


WRONG = [
    (stripped, "note"),
    (other_key, "not signed"),
    (altered_tile, "tiles do not lead"),
    (missing_tile, "missing"),
    (short_tile, "too short"),
    (long_tile, "longer than it can be"),
    (long_note, "longer than it can be"),
    (garbage, "not a signed note"),
    (half_a_note, "not a signed note"),
    (nothing, "no checkpoint any more"),
    (a_lie, "tile"),
]


@pytest.mark.parametrize(("wrong", "about"), WRONG, ids=[wrong.__name__ for wrong, _about in WRONG])
def test_it_complains_and_keeps_what_it_knew(
    wrong: Callable[[Log], None], about: str, at_300: Auditor, log: Log
) -> None:
    wrong(log)
    complains(at_300, about)


def test_what_is_no_key_is_a_complaint(at_300: Auditor) -> None:
    at_300.key = "no key"
    complains(at_300, "not a verifier key")


def test_another_logs_key_is_no_way_in(at_300: Auditor) -> None:
    at_300.key = notes.vkey("log.example.org/log", Ed25519PrivateKey.generate().public_key())
    complains(at_300, "not signed")


UNCLEAR = {
    "an error of the server": (500, {}, b"Traceback"),
    "too many requests": (429, {}, b""),
    "a way to another host": (302, {"Location": "http://127.0.0.1:1/checkpoint"}, b""),
    "a way round in a circle": (301, {"Location": "/checkpoint"}, b""),
    "half an answer": (200, {"Content-Length": "500"}, b"log.example.org/log\n"),
    "a length that is none": (200, {"Content-Length": "many"}, b"x"),
}


@pytest.mark.parametrize("answer", UNCLEAR.values(), ids=UNCLEAR)
def test_an_answer_that_says_nothing_about_the_log_is_no_complaint(answer: Any, at_300: Auditor, log: Log) -> None:
    log.answers["/checkpoint"] = answer
    assert at_300.looks() == NOT_LOOKED
    assert "Could not look" in at_300.said[-1]
    assert not at_300.evidence


def test_nobody_there_is_no_complaint(auditor: Auditor) -> None:
    auditor.url = "http://127.0.0.1:1"
    assert auditor.looks() == NOT_LOOKED


def test_a_log_that_has_not_begun_is_no_complaint(auditor: Auditor) -> None:
    assert auditor.looks() == NOT_LOOKED


def readers() -> int:
    return [thread.name for thread in threading.enumerate()].count(watch_log.READER)


def test_a_server_that_drips_is_not_waited_for(at_300: Auditor, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def drops() -> Iterator[bytes]:
        for _ in range(40):
            time.sleep(0.05)
            yield b"."

    log.answers["/checkpoint"] = (200, {}, drops())
    monkeypatch.setattr(watch_log, "SECONDS", 0.3)
    before, threads = time.monotonic(), readers()
    for _look in range(3):
        assert at_300.looks() == NOT_LOOKED
        assert readers() <= threads + 1
    assert time.monotonic() - before < 1.5
    del log.answers["/checkpoint"]
    while readers():
        time.sleep(0.05)
    assert at_300.looks() == FINE


def test_a_broken_tile_server_is_no_complaint(at_300: Auditor, log: Log) -> None:
    log.answers["/tile/0/001.p/44"] = (503, {}, b"")
    assert at_300.looks() == NOT_LOOKED


@pytest.mark.parametrize("url", ["http://log.example.org/log", "file:///etc/hostname", "ftp://localhost/log", "log"])
def test_it_goes_only_where_nobody_can_listen_in(url: str, auditor: Auditor) -> None:
    auditor.url = url
    assert auditor.looks() == NOT_LOOKED
    assert "must begin with https://" in auditor.said[-1]


# -- Quiet for too long -----------------------------------------------------------------------------


def hours_pass(auditor: Auditor, hours: float) -> None:
    """As if the log had last been seen to grow so long ago."""
    then = time.time() - hours * 3600
    os.utime(auditor.state / watch_log.GROWN, (then, then))


def test_a_log_that_stands_still_for_longer_than_was_said_is_a_complaint(at_300: Auditor, log: Log) -> None:
    assert at_300.looks("--quiet-for", "5") == FINE
    hours_pass(at_300, 6)
    assert at_300.looks() == FINE
    assert at_300.looks("--quiet-for", "5") == COMPLAINT
    assert "Nothing new for 6.0 hours" in at_300.said[-1]
    log.add(hashes(map(entry, range(KEPT + 1)))[KEPT:])
    assert at_300.looks("--quiet-for", "5") == FINE


def test_a_log_that_cannot_be_reached_for_so_long_is_a_complaint(auditor: Auditor, log: Log) -> None:
    log.answers["/checkpoint"] = (503, {}, b"")
    assert auditor.looks("--quiet-for", "5") == NOT_LOOKED
    hours_pass(auditor, 6)
    assert auditor.looks("--quiet-for", "5") == COMPLAINT
    assert "answered 503" in auditor.said[-1]


def test_it_asks_past_what_caches_kept(monkeypatch: pytest.MonkeyPatch, auditor: Auditor, log: Log) -> None:
    log.add(hashes([entry(0)]))
    assert auditor.looks() == FINE
    assert {headers["Cache-Control"] for headers in log.asked} == {"no-cache"}


def test_two_monitors_with_one_folder_take_turns(at_300: Auditor) -> None:
    with (at_300.state / watch_log.GROWN).open("ab") as other, ThreadPoolExecutor(1) as pool:
        fcntl.flock(other, fcntl.LOCK_EX)
        second = pool.submit(at_300.looks)
        with pytest.raises(TimeoutError):
            second.result(0.5)
        fcntl.flock(other, fcntl.LOCK_UN)
        assert second.result(10) == FINE


# -- A receipt's proof ------------------------------------------------------------------------------


def receipt(log: Log, index: int) -> str:
    leaf = verify_log.dump({**entry(index), "index": index}).encode()
    note = log.read("checkpoint").decode()
    return tree.proof_text(index, tree.inclusion(log.read, index, log.size), leaf, note)


def test_a_receipt_of_this_log_is_found_in_it_later(at_300: Auditor, log: Log, tmp_path: Path) -> None:
    (tmp_path / "mine.tlog-proof").write_text(receipt(log, 7))
    log.add(hashes(map(entry, range(KEPT + 400)))[KEPT:])
    assert at_300.looks("--proof", str(tmp_path / "mine.tlog-proof")) == FINE


def test_a_receipt_that_the_log_forgot_is_a_complaint(at_300: Auditor, log: Log, tmp_path: Path) -> None:
    (tmp_path / "mine.tlog-proof").write_text(receipt(log, 7))
    log.become(hashes(change([entry(index) for index in range(KEPT)], 7)))
    newcomer = Auditor(at_300.url, log.vkey, tmp_path / "newcomer")
    assert newcomer.looks("--proof", str(tmp_path / "mine.tlog-proof")) == COMPLAINT
    assert "forked" in newcomer.said[-1]


def test_a_receipt_that_is_none_is_a_complaint(at_300: Auditor, tmp_path: Path) -> None:
    (tmp_path / "mine.tlog-proof").write_text("nothing of the kind")
    assert at_300.looks("--proof", str(tmp_path / "mine.tlog-proof")) == COMPLAINT


def test_a_receipt_that_is_not_there_is_no_complaint(at_300: Auditor, tmp_path: Path) -> None:
    assert at_300.looks("--proof", str(tmp_path / "nowhere")) == NOT_LOOKED


# -- As a program -----------------------------------------------------------------------------------


def test_the_two_files_alone_are_a_program(auditor: Auditor, log: Log, tmp_path: Path) -> None:
    for module in (watch_log, verify_log):
        shutil.copy(str(module.__file__), tmp_path)
    (tmp_path / "log.vkey").write_text(f"{log.vkey}\n")
    log.add(hashes(map(entry, range(5))))
    command = [sys.executable, "watch_log.py", auditor.url, "--key", "log.vkey", "--state", "seen"]
    first = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (first.returncode, first.stderr) == (FINE, "")
    log.become(hashes(map(entry, range(4))))
    second = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (second.returncode, second.stderr) == (COMPLAINT, "")
    assert "rolled back" in second.stdout


def test_watching_on_and_on_ends_with_a_complaint(at_300: Auditor, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def night(_seconds: float) -> None:
        log.become(hashes(map(entry, range(log.size - 1))))

    monkeypatch.setattr(watch_log, "time", SimpleNamespace(sleep=night, time=time.time))
    assert at_300.looks("--every", "20") == COMPLAINT
    assert len(at_300.said) == 3


def test_manage_py_has_the_same_monitor(auditor: Auditor, log: Log) -> None:
    log.add(hashes([entry(0)]))
    with pytest.raises(SystemExit) as left:
        call_command("watch_log", auditor.url, "--key", log.vkey, "--state", str(auditor.state))
    assert left.value.code == FINE


def test_the_monitor_stays_short_enough_to_be_read() -> None:
    assert len(Path(str(watch_log.__file__)).read_text().splitlines()) <= 200
