"""Witnesses cosign what goes on from what they saw. One that is silent, wrong or somebody else stops nothing."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as site
from pytest_django import Settings

from audit import queries
from audit.copies import reading, writing
from audit.keeper import last_signed, witnesses
from audit.proofs import notes
from audit.proofs.notes import cosigned_at
from audit.standalone.verify_log import parse_key
from tests.audit.events import commit
from tests.audit.keeper import Keeper, commit_many, published
from tests.audit.witness import SEEN_AT, Answer, Witness, serving

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])


@pytest.fixture
def pair(keeper: Keeper, settings: Settings) -> Iterator[list[Witness]]:
    """Two witnesses that listen and are configured."""
    with ExitStack() as stack:
        found = [
            stack.enter_context(serving(Witness(queries.log_key(), f"witness.example/w{number}"))) for number in (1, 2)
        ]
        settings.LOG_WITNESSES = [witness.setting for witness in found]
        yield found


def cosigners() -> dict[str, int | None]:
    keys = [parse_key(vkey) for vkey, _address in site.LOG_WITNESSES]
    return {key.name: cosigned_at(published(), key) for key in keys}


def test_both_cosign_each_checkpoint_and_are_asked_no_more(keeper: Keeper, pair: list[Witness]) -> None:
    for number in (1, 300, 4):
        commit_many(number)
        said = keeper()
        assert cosigners() == {"witness.example/w1": SEEN_AT, "witness.example/w2": SEEN_AT}
        assert ({name: int(at.timestamp()) for name, at in said.witnesses.items()}, said.silent) == (cosigners(), ())
    keeper()
    assert [len(witness.asked) for witness in pair] == [3, 3]
    assert last_signed.recall().witnesses == {"witness.example/w1": 305, "witness.example/w2": 305}


def test_a_witness_that_knows_another_size_is_asked_once_more_from_there(keeper: Keeper, pair: list[Witness]) -> None:
    commit(3)
    keeper()
    last_signed.remember(replace(last_signed.recall(), witnesses={}))
    commit(2)
    said = keeper()
    assert said.silent == ()
    assert [body.split("\n")[0] for body in pair[0].asked] == ["old 0", "old 0", "old 3"]


def test_a_witness_that_is_down_is_named_and_asked_again(keeper: Keeper, pair: list[Witness]) -> None:
    commit(1)
    pair[0].says = Answer(503, "later")
    said = keeper()
    assert (said.refused, said.silent, list(said.witnesses)) == ("", ("witness.example/w1",), ["witness.example/w2"])
    assert published().size == 1
    pair[0].says = None
    said = keeper()
    assert (said.silent, sorted(said.witnesses)) == ((), ["witness.example/w1", "witness.example/w2"])
    assert len(pair[1].asked) == 1


def test_a_witness_that_is_not_there_at_all_stops_nothing(keeper: Keeper, settings: Settings) -> None:
    gone = Witness(queries.log_key())
    gone.address = "http://127.0.0.1:9"
    settings.LOG_WITNESSES = [gone.setting]
    commit(1)
    assert (keeper().silent, published().size) == (("witness.example/w1",), 1)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, ""),
        Answer(200, "— witness.example/w1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"),
        Answer(200, "x" * 20_000),
        Answer(200, "\x00\xff\n"),
        Answer(302, "http://127.0.0.1:9/add-checkpoint"),
        Answer(403),
        Answer(404),
        Answer(409, "many\n"),
        Answer(409, "01\n"),
    ],
)
def test_an_answer_that_is_no_good_cosignature_is_not_added(
    keeper: Keeper, pair: list[Witness], answer: Answer
) -> None:
    commit(1)
    pair[0].says = answer
    assert keeper().silent == ("witness.example/w1",)
    assert len(published().signatures) == 2
    assert len(pair[0].asked) <= 2


@pytest.mark.parametrize("answer", [Answer(409, "99\n"), Answer(409, "0\n"), Answer(409, "1\n"), Answer(422)])
def test_a_witness_that_knows_another_history_is_told_apart_from_one_that_is_silent(
    keeper: Keeper, pair: list[Witness], answer: Answer
) -> None:
    commit(1)
    pair[0].says = answer
    said = keeper()
    assert (said.silent, said.objecting, list(said.witnesses)) == (
        (), ("witness.example/w1",), ["witness.example/w2"],
    )  # fmt: skip
    assert queries.statement() == replace(said, looked_at=said.looked_at.replace(microsecond=0))
    assert (said.whole, said.refused, published().size) == (False, "", 1)
    pair[0].says = None
    assert keeper().objecting == ()


@pytest.mark.requirement("L6")
def test_a_keeper_that_was_set_back_is_given_away_by_its_witnesses(keeper: Keeper, pair: list[Witness]) -> None:
    commit(2)
    keeper()
    for witness in pair:
        witness.size, witness.root = 7, bytes(32)
    commit(1)
    assert keeper().objecting == ("witness.example/w1", "witness.example/w2")
    commit(4)
    assert keeper().objecting == ("witness.example/w1", "witness.example/w2")


IN_TWO_DAYS = pytest.param(int(time.time()) + 2 * 86_400, id="in two days")


@pytest.mark.parametrize("at", [2**62, 2**63, 2**64 - 1, IN_TWO_DAYS])
def test_a_time_that_no_clock_shows_stops_no_statement(keeper: Keeper, pair: list[Witness], at: int) -> None:
    commit(1)
    honest = pair[0].cosignature
    pair[0].cosignature = lambda checkpoint: honest(checkpoint, at)  # type: ignore[method-assign,misc,assignment]
    said = keeper()
    assert (said.silent, list(said.witnesses)) == (("witness.example/w1",), ["witness.example/w2"])
    commit(1)
    assert keeper().size == 2
    there = queries.statement()
    assert there is not None
    assert there.size == 2


def test_what_somebody_put_under_the_checkpoint_goes_no_further(keeper: Keeper, pair: list[Witness]) -> None:
    commit(1)
    keeper()
    note = queries.checkpoint()
    assert note is not None
    stranger = Witness(queries.log_key(), "stranger.example")
    junk = notes.signature_line("witness.example/w1", pair[0].key_id + bytes(72))
    own, good = note.removesuffix("\n").rsplit("\n", 2)[0], [line for line in note.split("\n") if "/w2" in line]
    dirty = f"{own}\n{junk}\n{stranger.cosignature(published())}\n{good[0]}\n"
    writing.publish(reading.CHECKPOINT, dirty)
    said = keeper()
    assert (sorted(said.witnesses), said.silent) == (["witness.example/w1", "witness.example/w2"], ())
    clean = queries.checkpoint()
    assert clean is not None
    assert sorted(clean.split("\n")) == sorted(note.split("\n"))
    assert "stranger" not in "".join(pair[0].asked)


def test_a_cosignature_by_another_key_or_for_another_checkpoint_is_not_added(
    keeper: Keeper, pair: list[Witness]
) -> None:
    commit(1)
    keeper()
    older = published()
    commit(1)
    stranger = Witness(queries.log_key(), "witness.example/w1")
    lines = [pair[0].cosignature(older), stranger.cosignature(older), pair[1].cosignature(older)]
    pair[0].says = Answer(200, "\n".join(lines) + "\n")
    assert keeper().silent == ("witness.example/w1",)
    assert len(published().signatures) == 2


def test_other_lines_in_a_good_answer_are_left_out(keeper: Keeper, pair: list[Witness]) -> None:
    commit(1)
    stranger = Witness(queries.log_key(), "stranger.example")
    good = pair[0].answer

    def with_more(body: str) -> Answer:
        found = good(body)
        return Answer(found.status, f"{stranger.cosignature(published())}\n{found.body}")

    pair[0].answer = with_more  # type: ignore[method-assign]
    assert keeper().silent == ()
    assert [name for name, _blob in published().signatures] == [
        queries.log_key().name, "witness.example/w1", "witness.example/w2",
    ]  # fmt: skip


def test_a_slow_witness_is_left_behind(keeper: Keeper, pair: list[Witness], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnesses, "SECONDS_EACH", 0.3)
    good = pair[0].answer

    def late(body: str) -> Answer:
        time.sleep(1)
        return good(body)

    pair[0].answer = late  # type: ignore[method-assign]
    commit(1)
    assert keeper().silent == ("witness.example/w1",)
    assert published().size == 1


@contextmanager
def dripping() -> Iterator[str]:
    """The address of a server that sends one header after another and never ends."""
    stop = threading.Event()

    def drip(accepted: socket.socket) -> None:
        with accepted, suppress(OSError):
            accepted.sendall(b"HTTP/1.1 200 OK\r\n")
            while not stop.wait(0.05):
                accepted.sendall(b"x: y\r\n")

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=drip, args=[listening.accept()[0]], name="server", daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=[listening], name="server", daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        stop.set()
        listening.shutdown(socket.SHUT_RDWR)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def ours() -> list[str]:
    """The threads that ask witnesses."""
    return sorted(thread.name for thread in threading.enumerate() if thread.name.startswith("witness"))


def test_a_witness_that_drips_leaves_nothing_behind(
    keeper: Keeper, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witnesses, "SECONDS_EACH", 0.3)
    commit(1)
    before, files = ours(), open_files()
    with dripping() as address:
        settings.LOG_WITNESSES = [[Witness(queries.log_key()).setting[0], address]]
        for _round in range(3):
            began = time.monotonic()
            assert keeper().silent == ("witness.example/w1",)
            assert time.monotonic() - began < 3
            assert ours() == before
    assert open_files() <= files + 8


@pytest.mark.parametrize(
    "address", ["http://witness.example", "ftp://witness.example", "witness.example", "file:///etc"]
)
def test_a_witness_is_asked_over_https_alone(
    keeper: Keeper, settings: Settings, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LOG_WITNESSES = [[Witness(queries.log_key()).setting[0], address]]
    commit(1)
    assert keeper().refused == ""
    assert "over https alone" in caplog.text


@pytest.mark.parametrize("words", [[], ["one"], ["no-key", "https://witness.example"], ["a", "b", "c"]])
def test_what_is_no_witness_stops_nothing_and_is_said(
    keeper: Keeper, settings: Settings, words: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    settings.LOG_WITNESSES = [words, [queries.log_vkey(), "https://witness.example"]]
    commit(1)
    assert (keeper().refused, published().size) == ("", 1)
    assert caplog.text.count("no witness") >= 2
