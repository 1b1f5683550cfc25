"""The broker forgets all, or dies, while people give and a release is built: two sweeps bring each row to its end."""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.db.models import F
from kombu import Exchange, Queue

from accounts.models import User
from annotation.models import Task
from contributions import actions
from contributions.models import Photo, Step
from identity.models import Link
from mpm_site.celery import app
from operations.models import Heartbeat
from releases import actions as releases
from releases import tasks as building
from releases.models import Audience, Crop, Release
from releases.queries.crops import uncut
from tests import pictures
from tests.builders import read
from tests.consent.notices import published
from tests.contributions.giver import Giver
from tests.crash import slow_task
from tests.crash.looking import begin_anew, checked
from tests.crash.workers import Broker, broker, workers
from tests.soak import seconds, write_down

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"], transaction=True),
    pytest.mark.requirement("R2"),
]
MOMENTS, FEW = 50, 2
# Many times as long as two workers take for what waits: who waits longer waits for something that nobody is at.
PATIENCE = 60
HOURS = timedelta(hours=2)


class Site:
    """People who give and curators who build, workers behind them, and between the two a broker that fails."""

    def __init__(self, broker: Broker, seed: int) -> None:
        self.broker, self.draw = broker, random.Random(seed)  # noqa: S311
        self.staff = [User.objects.enrol(email=f"{uuid4().hex}@example.org", name="Somebody").pk for _ in range(2)]
        self.photos = 0
        self.sweeps = Counter[int]()
        # Three people before: one whose photos are there, one who has agreed, one who was read.
        for _ in range(3):
            self.last = self._gives()
            self._ends_within(2)
            self._agrees(self.last)
        self._ends_within(2)
        self._reads()
        self._ends_within(2)
        self.last = self._gives()
        self._ends_within(2)
        self.sweeps.clear()

    def moment(self, trouble: Callable[[Broker, random.Random], None]) -> None:
        """Something happens to the broker at a random moment of ordinary work; then two sweeps come."""
        with ThreadPoolExecutor(1) as pool:
            work = pool.submit(self._works)
            time.sleep(self.draw.uniform(0, 1))
            trouble(self.broker, self.draw)
            self.last, release = work.result()
        self._ends_within(2)
        releases.abort(release_id=release.pk, by="system", reason="given_up")

    def _works(self) -> tuple[Giver, Release]:
        """A release is frozen, somebody chooses photos, the one before gives theirs, and what waits is read."""
        try:
            draft = releases.draft(audience=Audience.OWN, bases=frozenset(), with_nobody=False, staff_id=self.staff[0])
            release = releases.freeze(release_id=draft.pk, staff_id=self.staff[1])
            building.wake(release.pk)
            giver = self._gives()
            self._agrees(self.last)
            self._reads()
        finally:
            connections.close_all()
        return giver, release

    def _gives(self) -> Giver:
        giver = Giver(address=f"{uuid4().hex}@example.org").drafts(0)
        for number in (1, 2):
            self.photos += 1
            giver.adds(pictures.png(64 + self.photos, 48), number=number, rebuilt=False)
        return giver

    def _agrees(self, giver: Giver) -> None:
        for photo in giver.photos:
            person = actions.add_person(photo=photo, x=0.5, y=0.5)
            actions.edit_person(person=person, age_text="7", basis="self", language="en")
        giver.sends()
        link = Link.objects.get(subject=giver.sending, action=Link.Action.CONSENT)
        actions.answer(link=link.pk, choices=["research"], notice=published())

    def _reads(self) -> None:
        while Task.objects.filter(state="open").exists():
            read(self.staff[0])

    def _ends_within(self, sweeps: int) -> None:
        for number in range(1, sweeps + 1):
            _whichpasses()
            self.broker.sweep()
            last = time.monotonic() + PATIENCE
            while left() and time.monotonic() < last:
                time.sleep(0.1)
            if not left():
                self.sweeps[number] += 1
                return
        pytest.fail(f"not at their end after {sweeps} sweeps: {left()}")


def left() -> list[str]:
    """What is not at its end."""
    steps = Step.objects.filter(done_at__isnull=True).values_list("name", flat=True)
    photos = Photo.objects.exclude(state="ready").values_list("state", flat=True)
    crops = ["crop"] * (len(uncut()) + Crop.objects.filter(cut_at__isnull=True, dropped_at__isnull=True).count())
    builds = Release.objects.filter(state="frozen").values_list("state", flat=True)
    return [*steps, *photos, *crops, *builds]


def _whichpasses() -> None:
    """As if it were hours later: what rested until it is tried again has rested long enough."""
    Step.objects.filter(done_at__isnull=True).update(
        created_at=F("created_at") - HOURS, started_at=F("started_at") - HOURS
    )
    Crop.objects.filter(cut_at__isnull=True).update(begun_at=F("begun_at") - HOURS)


def wiped(broker: Broker, _draw: random.Random) -> None:
    broker.wipe()


def dead(broker: Broker, draw: random.Random) -> None:
    broker.kill()
    time.sleep(draw.uniform(0, 1))
    broker.start()


def troubles(moments: int, until: float) -> tuple[int, Counter[int]]:
    """Wipe the broker and kill it, in turn, at so many moments, or until it is time; how many, and sweeps needed."""
    begin_anew()
    with broker() as unreliable, unreliable.told(), workers(unreliable) as log:
        site, done = Site(unreliable, seed=moments), 0
        try:
            while done < moments and (done < FEW or time.monotonic() < until):
                site.moment((wiped, dead)[done % 2])
                done += 1
            assert checked() is None
        except BaseException:
            sys.stderr.write(log.read_text())
            raise
    return done, site.sweeps


@pytest.mark.services
def test_a_broker_that_forgets_or_dies_keeps_no_row_from_its_end() -> None:
    assert troubles(FEW, 0)[0] == FEW


@pytest.mark.services
def test_a_worker_that_was_busy_while_its_broker_died_takes_what_comes_afterwards(tmp_path: Path) -> None:
    with broker() as unreliable, unreliable.told(), workers(unreliable, concurrency=1, include=slow_task.__name__):
        for which in ("first", "second"):
            _sent(unreliable, 2, tmp_path / which)
            unreliable.kill()
            _until((tmp_path / which).exists)
            unreliable.start()
            _sent(unreliable, 0, tmp_path / f"after the {which}")
            _until((tmp_path / f"after the {which}").exists)


@pytest.mark.services
def test_a_worker_signs_for_the_queues_it_takes_from_whatever_a_message_says() -> None:
    task, queue = "operations.tasks.be_served", Queue("sweep", Exchange("forged"), routing_key="images")
    forged: dict[str, Any] = {"queue": queue, "exchange": "forged", "routing_key": "images"}
    with broker() as own, own.told(), workers(own, queues="sweep", concurrency=1):
        app.send_task(task, args=["sweep"], **forged)
        app.send_task(task, args=["sweep"], queue="sweep")
        _until(Heartbeat.objects.filter(queue="sweep", working_since=None).exists)
    assert set(Heartbeat.objects.values_list("queue", flat=True)) == {"sweep", "clock"}


def _sent(broker: Broker, lasts: float, sign: Path) -> None:
    app.send_task(slow_task.NAME, args=[lasts, str(sign)], queue="images")
    _until(lambda: broker.waiting("images") == 0)


def _until(done: Callable[[], bool]) -> None:
    last = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < last, "still not so"
        time.sleep(0.1)


@pytest.mark.soak
def test_at_each_of_fifty_moments() -> None:
    done, sweeps = troubles(MOMENTS, time.monotonic() + seconds())
    write_down("broker wiped or killed", f"{done} random moments; all rows at their end after {_words(sweeps)}")


def _words(sweeps: Counter[int]) -> str:
    return ", ".join(f"{number} sweep{'s' * (number > 1)} {times} times" for number, times in sorted(sweeps.items()))
