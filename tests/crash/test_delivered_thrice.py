"""Every task delivered three times at once, when it has something to do: one object, one mail, one event, one state."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from celery import current_app
from django.conf import settings as site
from django.core import mail
from django.db import connections
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.actions import invite
from accounts.models import User
from annotation.models import TextSearch
from audit.models import Event
from contributions import actions
from contributions.models import Photo, Withdrawal
from identity.models import Link, Mail
from operations.models import Heartbeat
from releases import actions as releases
from releases.models import Crop, Release, Shard, WithdrawalNotice
from releases.queries import digest_of
from tests import pictures, remembering
from tests.annotation import printed
from tests.builders import read
from tests.cast import Member
from tests.consent.notices import published
from tests.contributions.giver import Giver
from tests.crash.looking import begin_anew, swept
from tests.releases.curators import Curators
from tests.releases.receiving import approved
from tests.soak import seconds, write_down
from vault.models import DataKey, SealedObject

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"], transaction=True),
    pytest.mark.requirement("R3"),
]
AT_ONCE, DELIVERIES = 3, 500
# One worker at a time keeps the log, by its queue; its own tests hold two against each other.
LOG = {"audit.tasks.keep", "audit.tasks.verify"}
Deliver = Callable[..., None]


class Workers:
    """Three workers that take the same message at the same moment."""

    def __init__(self) -> None:
        current_app.loader.import_default_modules()
        self.delivered = Counter[str]()
        self._pool, self._start = ThreadPoolExecutor(AT_ONCE), Barrier(AT_ONCE)

    def take(self, task: str, *args: object) -> None:
        """Deliver it to all three. Raises what the task raised in any of them."""
        for done in [self._pool.submit(self._work, task, *args) for _ in range(AT_ONCE)]:
            done.result()
        self.delivered[task] += 1

    def end(self) -> None:
        """Let go of them."""
        for done in [self._pool.submit(self._leave) for _ in range(AT_ONCE)]:
            done.result()
        self._pool.shutdown()

    def _work(self, task: str, *args: object) -> None:
        self._start.wait()
        current_app.tasks[task](*args)

    def _leave(self) -> None:
        self._start.wait()
        connections.close_all()


@pytest.fixture
def workers(settings: Settings) -> Iterator[Workers]:
    settings.TEXT_READER, settings.RECEIPT_PROOF_SECONDS = printed.NAME, 0
    three = Workers()
    with remembering.places():
        yield three
    three.end()


class Day:
    """What happens on a site in one day, each piece of its work done by three workers at once."""

    def __init__(self, take: Deliver) -> None:
        self.take = take
        self.curators = Curators(_cast)
        self.giver = Giver(address=f"{uuid4().hex}@example.org").drafts(0)
        for place in (1, 2):
            self.giver.adds(pictures.png(64 + place, 48), number=place, rebuilt=False)

    def passes(self) -> None:
        """All of it, in its order."""
        self.gives()
        self.agrees()
        self.is_read()
        self.is_released()
        self.is_told()
        self.withdraws()
        self.joins()
        self.is_seen()
        self.by_the_clock()

    def gives(self) -> None:
        for photo in self.giver.photos:
            self.take("contributions.tasks.run_steps", str(photo.pk))
            assert_only_what_is_named(photo)
            assert _events("photo:ready", photo.pk) == 1
            person = actions.add_person(photo=photo, x=0.5, y=0.5)
            actions.edit_person(person=person, age_text="7", basis="self", language="en")
        self.giver.sends()
        self.mails_go_out()
        assert self.mails() == 1

    def agrees(self) -> None:
        link = Link.objects.get(subject=self.giver.sending, action=Link.Action.CONSENT)
        actions.answer(link=link.pk, choices=["research", "updates"], notice=published())
        for photo in self.giver.photos:
            self.take("contributions.tasks.run_steps", str(photo.pk))
        self.take("annotation.tasks.find_text")
        for photo in self.giver.photos:
            assert photo.suggestions.filter(kind="text").count() == 1
            assert_only_what_is_named(photo)
        self.take("contributions.tasks.sweep_across")
        self.mails_go_out()
        assert self.mails() == 2

    def is_read(self) -> None:
        for _photo in self.giver.photos:
            read(self.curators.annotator)
        self.take("releases.tasks.sweep")
        assert Crop.objects.filter(photo__in=self.giver.ids, cut_at__isnull=False).count() == 2
        for photo in self.giver.photos:
            assert_only_what_is_named(photo)

    def is_released(self) -> None:
        release = releases.freeze(release_id=self.curators.drafted().pk, staff_id=self.curators.second)
        self.take("releases.tasks.build_release", str(release.pk))
        self.take("releases.tasks.write_shards", str(release.pk))
        release.refresh_from_db()
        assert (release.state, _events("release:built", release.pk)) == ("built", 1)
        assert _kept(release) == _named(release)
        recipient = approved(self.curators, address=f"{uuid4().hex}@example.org")
        releases.publish(release_id=release.pk, staff_id=self.curators.first)
        releases.deliver(recipient_id=recipient.pk, release_id=release.pk, staff_id=self.curators.first)
        self.take("releases.tasks.write_to_recipients")
        assert _mails_to(recipient.address) == 1

    def is_told(self) -> None:
        update = releases.draft_update(staff_id=self.curators.first)
        releases.write_update(
            update_id=update.pk, language="en", title="News", text="It works.", staff_id=self.curators.first
        )
        releases.approve_update(update_id=update.pk, seen=digest_of(update), staff_id=self.curators.second)
        self.take("releases.tasks.mail_updates")
        assert Mail.objects.filter(kind=Mail.Kind.UPDATE, decision=update.pk).count() == 1
        assert _events("update:mailed", update.pk) == 1
        self.mails_go_out()
        assert self.mails() == 3

    def withdraws(self) -> None:
        photo, before = self.giver.photos[0], WithdrawalNotice.objects.count()
        actions.withdraw(participant=self.giver.participant, photos=[photo.pk], decision=uuid4(), method="page")
        self.take("contributions.tasks.run_steps", str(photo.pk))
        assert _events("photo:out_of_use", photo.pk) == 1
        Withdrawal.objects.filter(photo=photo).update(erase_from=timezone.now())
        self.take("contributions.tasks.erase")
        self.take("vault.tasks.rotate")
        photo.refresh_from_db()
        assert (photo.state, _living(photo)) == ("erased", set())
        assert (_events("photo:erased", photo.pk), _events("key:destroyed", photo.key_id)) == (1, 1)
        self.take("releases.tasks.announce")
        assert WithdrawalNotice.objects.count() == before + 1

    def joins(self) -> None:
        address = f"{uuid4().hex}@example.org"
        invite(email=address, roles=["annotator"], by=None)
        self.take("accounts.tasks.send_invitations")
        assert _mails_to(address) == 1

    def is_seen(self) -> None:
        """A worker that cannot write its own sign of life has it written."""
        self.take("operations.tasks.keep_heartbeat", "mail", "mail@host", timezone.now().isoformat(), None)
        assert Heartbeat.objects.filter(worker="mail@host").count() == 1

    def by_the_clock(self) -> None:
        """Everything else that the clock sends, with little to do."""
        before = len(mail.outbox)
        for task, args in sorted(_of_the_clock()):
            self.take(task, *args)
        assert len(mail.outbox) == before + 1  # the receipt of the withdrawal
        swept()

    def mails_go_out(self) -> None:
        """Nothing is mailed before its events are in the log."""
        self.take("identity.tasks.record_events")
        self.take("identity.tasks.send_mail")

    def mails(self) -> int:
        """How many the giver got."""
        return _mails_to(self.giver.address)


def _cast(*_roles: str) -> Member:
    return Member(User.objects.enrol(email=f"{uuid4().hex}@example.org", name="Somebody"))


def _of_the_clock() -> Iterator[tuple[str, tuple[Any, ...]]]:
    entries: Mapping[str, Mapping[str, Any]] = site.CELERY_BEAT_SCHEDULE
    for entry in entries.values():
        if entry["task"] not in LOG:
            yield entry["task"], tuple(entry.get("args", ()))


def _mails_to(address: str) -> int:
    return sum(message.to == [address] for message in mail.outbox)


def _events(action: str, subject: object) -> int:
    return Event.objects.filter(action=action, subject=str(subject)).count()


def assert_only_what_is_named(photo: Photo) -> None:
    """Of all that is sealed under the photo's keys there is just what its rows name."""
    photo.refresh_from_db()
    names = {photo.received_id, photo.full_id, photo.rendition_id, photo.thumbnail_id, photo.preview_id}
    names |= set(photo.crops.values_list("sealed", flat=True))
    names |= set(TextSearch.objects.filter(photo=photo).values_list("read", flat=True))
    living = _living(photo)
    assert living <= names
    assert {photo.full_id, photo.rendition_id, photo.thumbnail_id} <= living


def _living(photo: Photo) -> set[UUID]:
    keys = [photo.key_id, photo.preview_key_id]
    return set(SealedObject.objects.filter(key__in=keys, dropped_at=None).values_list("pk", flat=True))


def _kept(release: Release) -> set[object]:
    keys: list[DataKey | None] = [release.papers_key, release.tables_key]
    keys += [shard.key for shard in Shard.objects.filter(items__release=release)]
    return set(SealedObject.objects.filter(key__in=keys, dropped_at=None).values_list("pk", flat=True))


def _named(release: Release) -> set[object]:
    shards = Shard.objects.filter(items__release=release).values_list("sealed", flat=True)
    return {*shards, *release.files.values_list("sealed", flat=True)}


def test_each_task_delivered_three_times_at_once_does_its_work_once(workers: Workers) -> None:
    begin_anew()
    Day(workers.take).passes()
    ours = {name for name in current_app.tasks if not name.startswith(("celery.", "tests."))}
    assert ours - LOG == set(workers.delivered)


@pytest.mark.soak
def test_five_hundred_times(workers: Workers) -> None:
    """As many as there is time for (SECONDS=300)."""
    until, days = time.monotonic() + seconds(), 0
    while workers.delivered.total() < DELIVERIES and (days == 0 or time.monotonic() < until):
        begin_anew()
        Day(workers.take).passes()
        days += 1
    tasks, total = len(workers.delivered), workers.delivered.total()
    write_down("tasks delivered 3 times at once", f"{total} times, {tasks} tasks: one object, one mail, the same state")
