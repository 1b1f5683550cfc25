"""Entries sealed by COMMIT: gapless, chained, together with the change they tell of, without a deadlock."""

import json
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import and_, or_
from uuid import uuid4

import psycopg
import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, connections, transaction
from psycopg.conninfo import make_conninfo

from audit import actions, queries
from audit.content import written
from audit.models import Event, Head, Mention
from audit.proofs.chain import link
from audit.standalone.verify_log import leaf_hash
from bench.writers import write
from tests import soak
from tests.audit.events import PLAIN, SEEN, commit

pytestmark = pytest.mark.django_db(transaction=True)
FEW, SECONDS = 8, 1.5


def test_an_entry_is_sealed_by_commit_and_not_before() -> None:
    with transaction.atomic():
        actions.record(PLAIN, subject="a", by="system")
        assert not Event.objects.exists()
    assert [event.index for event in Event.objects.all()] == [0]


def test_the_leaf_is_the_canonical_text_and_is_hashed_byte_for_byte() -> None:
    photo, staff, subject = uuid4(), uuid4(), uuid4()
    commit()
    with transaction.atomic():
        actions.record(SEEN, subject=subject, by=f"staff:{staff}", times=3, photo=photo)
    first, event = Event.objects.all()
    assert event.leaf == (
        f'{{"action":"sample:seen","actor":"staff:{staff}","at":"{written(event.at)}",'
        f'"data":{{"photo":"{photo}","times":3}},"index":1,"nonce":"{nonce(event)}","subject":"{subject}"}}'
    )
    assert event.leaf == json.dumps(json.loads(event.leaf), sort_keys=True, separators=(",", ":"))
    assert bytes(event.leaf_hash) == leaf_hash(event.leaf.encode())
    assert bytes(event.chain) == link(bytes(first.chain), leaf_hash(event.leaf.encode()))
    about = Mention.objects.filter(index=1)
    assert [(row.mentioned, row.action) for row in about] == [
        (one, SEEN.name) for one in sorted(map(str, (photo, staff, subject)))
    ]


def test_what_a_leaf_says_cannot_be_guessed_from_its_hash() -> None:
    commit(20)
    nonces = {nonce(event) for event in Event.objects.all()}
    assert len(nonces) == 20
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in nonces)
    # Every bit of it is random: each is 0 in one of the twenty and 1 in another, but for one chance in thousands.
    numbers = [int(one, 16) for one in nonces]
    assert reduce(or_, numbers) == 2**128 - 1
    assert reduce(and_, numbers) == 0


def test_the_nonce_stands_in_the_leaf_and_nowhere_else() -> None:
    commit(3)
    columns = [field.name for field in Event._meta.fields if field.name != "leaf"]
    stored = str([*Event.objects.values_list(*columns), *Mention.objects.values_list(), *Head.objects.values_list()])
    for event in Event.objects.all():
        assert nonce(event) not in stored
        assert nonce(event) not in str(event.data)


def test_a_small_step_back_of_the_clock_does_not_show(as_superuser: psycopg.Connection) -> None:
    commit()
    as_superuser.execute("UPDATE audit.head SET at = clock_timestamp() + interval '50 seconds'")
    ahead = Head.objects.get().at
    commit(2)
    assert [event.at for event in Event.objects.all()][1:] == [ahead] * 2
    assert Head.objects.get().at == ahead


def test_a_clock_that_was_far_ahead_does_not_hold_the_log_there(as_superuser: psycopg.Connection) -> None:
    as_superuser.execute("UPDATE audit.head SET at = '2999-01-01Z'")
    commit()
    assert Event.objects.get().at.year < 2999


def test_two_events_of_one_transaction_keep_their_order() -> None:
    with transaction.atomic():
        actions.record(PLAIN, subject="first", by="system")
        actions.record(PLAIN, subject="second", by="system")
    assert [(event.index, event.subject) for event in Event.objects.all()] == [(0, "first"), (1, "second")]


def test_a_rollback_leaves_neither_an_entry_nor_a_gap() -> None:
    commit(2)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.record(PLAIN, subject="lost", by="system")
        1 / 0  # noqa: B018
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            actions.record(PLAIN, subject="lost", by="system")
            1 / 0  # noqa: B018
        actions.record(PLAIN, subject="kept", by="system")
    assert [event.index for event in Event.objects.all()] == [0, 1, 2]
    assert queries.verify_stored(using="default").size == 3


@pytest.mark.requirement("L10")
def test_when_recording_fails_nothing_moved() -> None:
    with pytest.raises(actions.NotForTheLog), transaction.atomic():
        Group.objects.create(name="moved")
        actions.record(PLAIN, subject="Anna Example", by="system")
    assert not Group.objects.filter(name="moved").exists()


@pytest.mark.requirement("L10")
def test_when_sealing_fails_at_commit_nothing_moved(as_superuser: psycopg.Connection) -> None:
    as_superuser.execute("ALTER TABLE audit.event ADD CONSTRAINT full_disk CHECK (index < 0)")
    try:
        with pytest.raises(DatabaseError, match="full_disk"), transaction.atomic():
            Group.objects.create(name="moved")
            actions.record(PLAIN, subject="a", by="system")
    finally:
        as_superuser.execute("ALTER TABLE audit.event DROP CONSTRAINT full_disk")
    assert not Group.objects.filter(name="moved").exists()
    assert Head.objects.get().size == 0


@pytest.mark.requirement("L5")
@pytest.mark.parametrize("form", ["plain", "work", "shared"])
@pytest.mark.parametrize("writers", [FEW, pytest.param(32, marks=pytest.mark.soak)])
def test_writers_that_are_killed_neither_skip_nor_lose_nor_deadlock(form: str, writers: int) -> None:
    rows = [Group.objects.create(name=f"shared-{number}").pk for number in range(10)]
    known = connections["default"].settings_dict
    address = make_conninfo(
        host=known["HOST"], port=known["PORT"], dbname=known["NAME"], user=known["USER"], password=known["PASSWORD"]
    )
    time = SECONDS if writers == FEW else soak.seconds()
    written = write(address, form=form, shared=rows, writers=writers, seconds=time)
    checked = queries.verify_stored(using="default")
    assert checked.whole
    assert written.failures == {}
    assert written.kills > 0
    assert written.subjects <= set(Event.objects.values_list("subject", flat=True))
    assert checked.size >= len(written.subjects) > 0
    if writers != FEW:
        soak.write_down(
            f"log, {form}, {writers} writers",
            f"{written.transactions / time:.0f} transactions and {checked.size / time:.0f} entries a second, "
            f"{written.kills} kills, {checked.size} entries",
        )


@pytest.mark.requirement("L5")
def test_sealing_comes_after_the_deferred_foreign_keys(as_superuser: psycopg.Connection) -> None:
    """One has its entry and a foreign key to check; the other holds that key's row and has an entry of its own."""
    as_superuser.execute(
        """CREATE TABLE public.whole (id int PRIMARY KEY);
           CREATE TABLE public.part (whole int REFERENCES public.whole DEFERRABLE INITIALLY DEFERRED);
           INSERT INTO public.whole VALUES (1);
           GRANT ALL ON public.whole, public.part TO mpm_app"""
    )
    held, queued = threading.Event(), threading.Event()

    def refer() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            held.wait(10)
            actions.record(PLAIN, subject="refers", by="system")
            cursor.execute("INSERT INTO public.part VALUES (1)")
            queued.set()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM public.whole FOR UPDATE")
            held.set()
            queued.wait(10)
            cursor.execute("SELECT pg_sleep(0.3)")
            actions.record(PLAIN, subject="holds", by="system")

    try:
        side_by_side([refer, hold])
    finally:
        as_superuser.execute("DROP TABLE public.part, public.whole")
    assert [event.subject for event in Event.objects.all()] == ["holds", "refers"]


def nonce(event: Event) -> str:
    """What makes the hash of an entry's leaf one that nobody can find by trying."""
    found: str = json.loads(event.leaf)["nonce"]
    return found


def side_by_side(jobs: list[Callable[[], None]]) -> None:
    """Run each job in a thread with connections of its own; raises what one of them raised."""

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for future in [pool.submit(run, job) for job in jobs]:
            future.result(timeout=60)
