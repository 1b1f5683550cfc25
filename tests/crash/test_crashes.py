"""kill -9 at each named point, then the sweep: nothing acknowledged is lost, nothing is doubled, fsck is clean."""

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings

from tests.crash.dying import KILLED, Zygote
from tests.crash.looking import begin_anew, swept
from tests.crash.ways import WAYS, Way
from tests.soak import seconds, write_down
from tests.structure.test_imports import EVERY
from vault.crash import POINTS

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"], transaction=True),
    pytest.mark.requirement("R1", "I9"),
]
TIMES, TOGETHER = 20, 6
# A restored backup takes everybody else's rows along.
ALONE = "replay:"
Kill = Callable[[str], Way]


@pytest.fixture
def kill(zygote: Zygote) -> Kill:
    """Bring about what leads to a point, and kill a process there; what is to hold once it was swept."""

    def kill_at(point: str) -> Way:
        way = WAYS[point]()
        assert zygote.does(way.job, way.args, point=point) == KILLED, f"{way.job} did not come to {point}"
        if way.by_hand is not None:
            way.by_hand()
        return way

    return kill_at


def looked_at(*ways: Way) -> None:
    """Sweep after one death, or after several at once; then everything holds, and nothing is left over."""
    swept()
    for way in ways:
        way.look()
    swept()


def deaths(draw: random.Random) -> Iterator[list[str]]:
    """Every point once, some of them together: nobody sweeps between those. Each order is another."""
    alone = [point for point in WAYS if point.startswith(ALONE)]
    points = [point for point in WAYS if point not in alone]
    draw.shuffle(points)
    count = -(-len(points) // TOGETHER)
    # One release is in the making at a time.
    points.sort(key=lambda point: not point.startswith("release:"))
    yield from ([point] for point in alone)
    for start in range(count):
        together = points[start::count]
        draw.shuffle(together)
        yield together


BATCHES = list(deaths(random.Random(43)))  # noqa: S311


@pytest.mark.services
@pytest.mark.parametrize("together", BATCHES, ids=[f"{points[0]}+{len(points) - 1}" for points in BATCHES])
def test_killed_at_these_points_nothing_is_lost_and_nothing_doubled(kill: Kill, together: list[str]) -> None:
    looked_at(*map(kill, together))


@pytest.mark.soak
def test_killed_at_every_point_again_and_again(kill: Kill) -> None:
    """At least once at each point, and twenty times at each where there is time (SECONDS=1200)."""
    kills, draw, began = Counter[str](), random.Random(1), time.monotonic()  # noqa: S311
    for together in chain.from_iterable(deaths(draw) for _ in range(TIMES)):
        if len(kills) == len(WAYS) and time.monotonic() > began + seconds():
            break
        looked_at(*map(kill, together))
        kills.update(together)
        begin_anew()
    pace = kills.total() / (time.monotonic() - began) * 60
    each = f"at least {min(kills.values())} at each of {len(kills)} points"
    write_down("kill -9, then sweep and fsck", f"{kills.total()} kills, {pace:.0f} a minute, {each}, no fault")


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
    for room in (*EVERY, "deploy"):
        for path in Path(settings.BASE_DIR, room).rglob("*.py"):
            if not without or path != Path(settings.BASE_DIR, without):
                yield path.read_text()
