"""RabbitMQ and Redis between the processes: messages that come three times, and workers that die with some."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

import pytest
import redis
from celery import Celery
from kombu import Queue

from mpm_site import broker as site_broker
from mpm_site.kinds import QUEUES
from tests.pictures import png
from tests.services.giving import Phone
from tests.services.rabbitmq import RabbitMQ
from tests.services.redis import Redis
from tests.services.site import Site
from tests.services.stack import Stack
from tests.services.waiting import rows, told_twice, unfinished, until

AT_ONCE, FEW, MANY = 3, 4, 10
# What Celery declares by itself, for tasks that are to run later.
CELERYS_OWN = "celery_delayed_"
PATIENCE, SWEEP_SECONDS = 400, 20
TASK, SWEEP = "contributions.tasks.run_steps", "contributions.tasks.sweep"


@dataclass
class Delivery:
    """A broker, and the site's processes that know no other."""

    stack: Stack
    broker: RabbitMQ | Redis
    site: Site

    def gives(self, count: int) -> list[UUID]:
        """Give so many photos while nobody takes them up."""
        known = self.photos()
        phone = Phone(self.stack.nginx)
        assert {phone.gives(png(60 + number, 40)) for number in range(count)} == {HTTPStatus.CREATED}
        return list(self.photos() - known)

    def photos(self) -> set[UUID]:
        """Every photo that there is."""
        return {found for (found,) in rows(self.stack.on.postgres, "SELECT id FROM contributions_photo")}

    def sends(self, task: str, queue: str, *values: str) -> None:
        """Send a message to this broker."""
        app = Celery(broker=self.broker.url)
        app.conf.broker_transport_options = site_broker.transport_options(self.broker.url)
        app.conf.task_queues = self.queues()
        app.send_task(task, args=values, queue=queue)
        app.close()

    def finishes(self, photos: list[UUID], *, answered: bool = True) -> None:
        """Wait until these photos were taken up, and every message was answered; sweep meanwhile as the clock does."""

        def is_over() -> bool:
            return not unfinished(self.stack, photos) and not (answered and self.held())

        last = time.monotonic() + PATIENCE
        while not is_over():
            assert time.monotonic() < last, "the photos are not taken up"
            self.sends(SWEEP, "sweep")
            with suppress(AssertionError):
                until(is_over, "all of them", seconds=SWEEP_SECONDS)

    def queues(self) -> list[Queue]:
        """As the site declares them."""
        arguments = site_broker.queue_arguments(self.broker.url)
        return [Queue(name, routing_key=name, queue_arguments=arguments) for name in QUEUES]

    def held(self) -> int:
        """How many messages for the images worker the broker still holds, those in hand too."""
        if isinstance(self.broker, RabbitMQ):
            return self.broker.queues()["images"][1]
        with redis.Redis.from_url(self.broker.url) as client:
            return int(client.llen("images")) + int(client.hlen("unacked"))


@pytest.fixture(params=["rabbitmq", "redis"])
def delivery(
    request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Delivery]:
    """Each of the brokers; nobody takes photos up but who the test starts."""
    stack.by_name["images"].stop()
    other = Redis(tmp_path_factory.mktemp("redis")) if request.param == "redis" else None
    if other:
        other.start()
    broker = other or stack.on.broker
    site = stack.processes.also({"MPM_BROKER_URL": broker.url})
    if other:
        site.worker("sweep")
    try:
        yield Delivery(stack, broker, site)
    finally:
        site.stop()
        if other:
            other.stop()
        stack.restart("images")


def check_nothing_is_lost_or_doubled(stack: Stack, photos: list[UUID]) -> None:
    """Every step of these photos was done, once, and rows, bytes and log agree."""
    assert unfinished(stack, photos) == set()
    assert told_twice(stack.on.postgres, photos) == []
    said = stack.processes.manage("fsck", "--deep", check=False)
    assert said.returncode == 0, said.stdout


@pytest.mark.requirement("R3")
def test_a_task_delivered_three_times_at_once_is_done_once(delivery: Delivery) -> None:
    photos = delivery.gives(FEW)
    for photo in photos:
        for _ in range(AT_ONCE):
            delivery.sends(TASK, "images", str(photo))
    for number in range(AT_ONCE):
        delivery.site.worker("images", name=f"images-{number}")
    delivery.finishes(photos)
    check_nothing_is_lost_or_doubled(delivery.stack, photos)


def test_a_worker_that_is_killed_among_its_tasks_loses_nothing(delivery: Delivery) -> None:
    photos = delivery.gives(MANY)
    for photo in photos:
        delivery.sends(TASK, "images", str(photo))
    for left in (MANY - 2, MANY - 4):
        worker = delivery.site.worker("images")
        until(lambda left=left: len(unfinished(delivery.stack, photos)) <= left, "a worker to be at work")  # type: ignore[misc]
        worker.kill()
        assert delivery.held() >= left
    delivery.site.worker("images")
    # What a dead worker had in hand, Redis holds back for minutes: the sweep is sooner.
    delivery.finishes(photos, answered=isinstance(delivery.broker, RabbitMQ))
    check_nothing_is_lost_or_doubled(delivery.stack, photos)


def test_every_queue_of_rabbitmq_is_a_quorum_queue_and_keeps_its_messages_over_a_kill(stack: Stack) -> None:
    broker = stack.on.broker
    assert isinstance(broker, RabbitMQ)
    found = {name: kind for name, (kind, _held) in broker.queues().items() if not name.startswith(CELERYS_OWN)}
    assert found == dict.fromkeys(QUEUES, "quorum")
    delivery = Delivery(stack, broker, stack.processes)
    stack.by_name["images"].stop()
    try:
        photos = delivery.gives(2)
        until(lambda: delivery.held() >= len(photos), "two messages to be kept")
        broker.process.kill()
        broker.stop()
        broker.start()
        # Its queues tell what they hold once they have found their leader.
        until(lambda: delivery.held() >= len(photos), "both messages to be there again")
    finally:
        stack.restart("images")
    delivery.finishes(photos)
    check_nothing_is_lost_or_doubled(stack, photos)
