"""What the decoding child cannot do, tried from inside under the confinement that hostile files meet."""

import errno
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from contributions.decoder import answer, asking, confine, seccomp
from contributions.decoder.client import Refused, Zygote
from tests.decoder import probes
from tests.decoder.probes_as_nobody import NOBODY

pytestmark = pytest.mark.skipif(
    not seccomp.supported(), reason="no filter on this machine; the site refuses to decode here"
)


@pytest.fixture(scope="module")
def inside() -> Iterator[Zygote]:
    zygote = Zygote("tests.decoder.probes")
    yield zygote
    zygote.stop()


def tried(zygote: Zygote, what: str) -> dict[str, str]:
    """What the child found."""
    found: dict[str, str] = json.loads(zygote.ask(what.encode()))
    return found


@pytest.mark.requirement("F4")
def test_every_call_that_leads_out_is_refused(inside: Zygote) -> None:
    found = tried(inside, "calls")
    assert len(found) > 35
    assert found.pop("clone3") == str(errno.ENOSYS)
    assert {name: code for name, code in found.items() if code != str(errno.EPERM)} == {}


@pytest.mark.requirement("F4")
def test_without_the_confinement_the_same_calls_are_not_refused() -> None:
    harmless = ("open", "openat", "stat", "socket", "kill", "dup", "prctl")
    allowed = {}
    for name in harmless:
        x86, arm, arguments = probes.CALLS[name]
        if number := x86 if probes._X86 else arm:
            allowed[name] = probes._libc.syscall(number, *arguments) >= 0
    assert all(allowed.values())


@pytest.mark.requirement("F4")
def test_memory_cannot_be_made_executable(inside: Zygote) -> None:
    assert tried(inside, "memory") == {"executable memory": str(errno.EPERM)}


@pytest.mark.requirement("F4")
def test_nothing_is_open_but_the_way_to_the_worker_and_the_environment_is_empty(inside: Zygote) -> None:
    found = tried(inside, "files")
    assert len(found["open"].split()) == 1
    assert found["open"].endswith(f":{errno.ESPIPE}")
    assert json.loads(found["environment"].replace("'", '"')).keys() <= {"LC_CTYPE"}


@pytest.mark.requirement("F4")
def test_the_zygote_holds_nothing_of_the_worker_s_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = secrets.token_hex(16)
    monkeypatch.setenv("MPM_SECRET_KEY_CANARY", secret)
    zygote = Zygote()
    try:
        with pytest.raises(Refused):
            zygote_answer(zygote)
        assert zygote.pid is not None
        assert Path(f"/proc/{zygote.pid}/environ").read_bytes() == b""
        memory = memory_of(zygote.pid)
        assert b"contributions.decoder" in memory
        assert secret.encode() not in memory
        assert secret.encode() in memory_of(os.getpid())
    finally:
        zygote.stop()


def zygote_answer(zygote: Zygote) -> None:
    """One file through a zygote of one's own."""
    answer.unpack(zygote.ask(b"no picture"))


def memory_of(pid: int) -> bytes:
    """Everything readable and writable in a process."""
    found = []
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            if rights.startswith("rw"):
                start, end = (int(part, 16) for part in span.split("-"))
                try:
                    memory.seek(start)
                    found.append(memory.read(end - start))
                except (OSError, ValueError, OverflowError):
                    continue
    return b"".join(found)


@pytest.mark.requirement("F4")
@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root may become somebody else; otherwise all tests ran as an ordinary user"
)
def test_an_ordinary_user_s_child_is_as_confined() -> None:
    zygote = Zygote("tests.decoder.probes_as_nobody")
    try:
        found = tried(zygote, "calls")
        assert zygote.pid is not None
        assert f"\nUid:\t{NOBODY}\t" in Path(f"/proc/{zygote.pid}/status").read_text()
    finally:
        zygote.stop()
    assert set(found.values()) == {str(errno.EPERM), str(errno.ENOSYS)}


@pytest.mark.requirement("F2", "F4")
@pytest.mark.parametrize(
    ("what", "code"),
    [("crash", "not_a_picture"), ("foreign", "not_a_picture"), ("swell", "too_expensive")],
)
def test_a_child_that_dies_is_a_refusal_and_the_next_file_goes_on(inside: Zygote, what: str, code: str) -> None:
    assert ended(inside, what) == code
    assert "open" in tried(inside, "files")


@pytest.mark.requirement("F2")
def test_computing_for_ever_ends_at_the_limit(inside: Zygote) -> None:
    assert confine.CPU_SECONDS == 10
    assert ended(inside, "burn") == "too_expensive"


@pytest.mark.requirement("F2", "R5")
def test_a_child_that_only_waits_is_given_up_and_the_next_file_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "WALL_SECONDS", 2)
    zygote = Zygote("tests.decoder.probes")
    try:
        assert ended(zygote, "sleep") == "too_expensive"
        assert "open" in tried(zygote, "files")
    finally:
        zygote.stop()


def ended(zygote: Zygote, what: str) -> str:
    """The refusal in which a try ends: in the worker's words."""
    with pytest.raises(Refused) as refused:
        answer.unpack(zygote.ask(what.encode()))
    return refused.value.code
