"""kill -9 at each named point, then the sweep: nothing acknowledged is lost, nothing is doubled, fsck is clean."""

import io
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.crash.ways import WAYS
from tests.soak import seconds, write_down
from vault.crash import POINTS

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"], transaction=True),
    pytest.mark.requirement("R1", "I9"),
]
KILLED = -9
ROUNDS = 30
TIMES = 20
Kill = Callable[[str], None]


@pytest.fixture(scope="module")
def zygote() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crash.zygote"],
        cwd=settings.BASE_DIR,
        env=os.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def kill(zygote: subprocess.Popen[str]) -> Kill:
    """Kill a process at a point, sweep, and look."""

    def kill_at(point: str) -> None:
        assert zygote.stdin is not None
        assert zygote.stdout is not None
        way = WAYS[point]()
        zygote.stdin.write(json.dumps({"point": point, "job": way.job, "args": way.args}) + "\n")
        zygote.stdin.flush()
        assert int(zygote.stdout.readline()) == KILLED, f"{way.job} did not come to {point}"
        if way.by_hand is not None:
            way.by_hand()
        swept()
        way.look()
        swept()

    return kill_at


def swept() -> None:
    """Sweep until fsck is clean: a dead process's locks may live for a moment. Fails when it does not come to that."""
    for _ in range(ROUNDS):
        call_command("sweep", grace=0, stdout=io.StringIO())
        said = io.StringIO()
        try:
            call_command("fsck", grace=0, deep=True, stdout=said)
        except SystemExit:
            time.sleep(0.1)
        else:
            return
    pytest.fail(said.getvalue())


@pytest.mark.parametrize("point", sorted(WAYS))
def test_killed_at_this_point_nothing_is_lost_and_nothing_doubled(kill: Kill, point: str) -> None:
    kill(point)


@pytest.mark.soak
def test_killed_at_every_point_again_and_again(kill: Kill) -> None:
    """At least once at each point, and twenty times at each where there is time (SECONDS=1800)."""
    kills, until = Counter[str](), time.monotonic() + seconds()
    for point in sorted(WAYS) * TIMES:
        if time.monotonic() > until and len(kills) == len(WAYS):
            break
        kill(point)
        kills[point] += 1
    write_down(
        "kill -9, then sweep and fsck",
        f"{kills.total()} kills, at least {min(kills.values())} at each of {len(kills)} points, no fault",
    )


def test_every_point_has_a_way_to_it() -> None:
    assert set(WAYS) == POINTS


def test_every_point_stands_in_the_code_once() -> None:
    found = Counter(re.findall(r'(?<!\w)here\("([a-z:_]+)"\)', "".join(sources())))
    assert found == Counter(POINTS)


def test_nothing_outside_the_crash_tests_can_arm_a_point() -> None:
    armed = [text for text in sources(without="vault/crash.py") if re.search(r"\bcrash\.arm\b|import .*\barm\b", text)]
    assert armed == []
    words = re.sub(r'"""(?s:.*?)"""', "", (settings.BASE_DIR / "vault" / "crash.py").read_text())
    assert re.findall(r"^(?:import|from) .*", words, re.MULTILINE) == ["import os", "import signal"]
    assert set(re.findall(r"\bos\.(\w+)", words)) == {"kill", "getpid"}


def sources(*, without: str = "") -> Iterator[str]:
    rooms = ("accounts", "annotation", "audit", "consent", "contributions", "identity", "mpm_site", "releases")
    for room in (*rooms, "screening", "vault", "deploy"):
        for path in Path(settings.BASE_DIR, room).rglob("*.py"):
            if not without or path != Path(settings.BASE_DIR, without):
                yield path.read_text()
