"""A restored backup: the site stays closed until the log is refilled from its copies, then goes on without a gap."""

import io
import itertools
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from runpy import run_module
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from audit import actions, queries
from audit.copies import reading
from audit.models import Event, Head, Mention
from audit.proofs import tree
from audit.standalone.watch_log import FINE
from deploy.local import environment
from mpm_site import celery, guard
from tests import soak
from tests.audit import events
from tests.audit.events import commit
from tests.audit.keeper import Keeper, commit_many, cut_off, published
from tests.audit.watched import Auditor, Log, Served
from tests.erasure.backups import as_owner

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "auditor", "identity"]),
    pytest.mark.requirement("L12"),
]


def restored(**options: object) -> str:
    """What restore_log says."""
    out = io.StringIO()
    with as_owner():
        call_command("restore_log", stdout=out, **options)
    return out.getvalue()


def rows() -> list[tuple[object, ...]]:
    """Everything that the log's tables hold."""
    found: list[tuple[object, ...]] = [
        (row.index, row.at, row.action, row.actor, row.subject, row.leaf, bytes(row.leaf_hash), bytes(row.chain))
        for row in Event.objects.order_by("index")
    ]
    found += Mention.objects.order_by("mentioned", "index").values_list("mentioned", "index", "action")
    head = Head.objects.get()
    return [*found, (head.size, bytes(head.chain), head.at)]


def lose(superuser: psycopg.Connection, size: int) -> None:
    """Restore a backup of this size: whoever was connected has to connect again."""
    cut_off(superuser, size)
    connections["default"].close()


def check_a_backup_goes_on(keeper: Keeper, as_superuser: psycopg.Connection, client: Client, *, lost: int) -> None:
    """Commit, sign, lose the newest entries as a backup would, and bring them back."""
    commit_many(37)
    keeper()
    kept = published().size
    commit_many(lost)
    keeper()
    before, was = rows(), published()
    lose(as_superuser, kept)
    assert keeper().refused == "behind"
    assert published() == was
    assert client.get("/readyz").json()["log"] is False
    with pytest.raises(guard.NotToBeStarted, match="restore_log"):
        guard.check_log()
    with pytest.raises(actions.LogBehind):
        commit(1)
    assert f"{lost} entries refilled; the log holds {kept + lost}." in restored()
    assert rows() == before
    assert client.get("/readyz").json()["log"] is True
    check_it_opens_only_when_the_rooms_know(client)


def check_it_opens_only_when_the_rooms_know(client: Client) -> None:
    assert client.get("/readyz").json()["erasures"] is False
    with pytest.raises(guard.NotToBeStarted, match="replay_erasures"):
        guard.check_log()
    with pytest.raises(actions.NotReplayed):
        commit(1)
    actions.replay()
    assert client.get("/readyz").json()["erasures"] is True
    guard.check_log()


@pytest.fixture(autouse=True)
def no_rooms(settings: Settings) -> None:
    """These entries are about no room's rows; tests/erasure tells what the rooms do."""
    settings.LOG_REPLAYERS = []


@pytest.mark.parametrize("lost", [1, 300, pytest.param(1000, marks=pytest.mark.soak)])
def test_a_restored_backup_is_refilled_and_monitors_see_no_gap(
    keeper: Keeper,
    settings: Settings,
    as_superuser: psycopg.Connection,
    client: Client,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    lost: int,
) -> None:
    folder = settings.STORAGES["log"]["OPTIONS"]["location"]
    with Served(Log(folder)) as url:
        monitor = Auditor(url, queries.log_vkey(), tmp_path / "monitor")
        commit_many(37)
        keeper()
        assert monitor.looks() == FINE
        check_a_backup_goes_on(keeper, as_superuser, client, lost=lost)
        assert monitor.looks() == FINE
        assert keeper().refused == ""
        commit(3)
        assert keeper().refused == ""
        assert monitor.looks() == FINE
    assert published().size == 2 * 37 + lost + 1 + 3
    sizes = [int(said.split()[1]) for said in monitor.said]
    assert sizes == [37, 74 + lost, 78 + lost]
    assert monitor.evidence == []
    assert queries.verify_stored(using="default").whole
    if request.node.get_closest_marker("soak"):
        soak.write_down("restore, refill", f"{lost} entries lost and refilled, no gap for a monitor")


def test_what_is_complete_is_not_changed(keeper: Keeper) -> None:
    commit(3)
    keeper()
    commit(2)
    before = rows()
    assert "0 entries refilled; the log holds 5." in restored()
    assert rows() == before


def test_it_takes_the_owners_address(keeper: Keeper, as_superuser: psycopg.Connection) -> None:
    commit(3)
    keeper()
    cut_off(as_superuser, 2)
    with pytest.raises(CommandError, match="owner's database address"):
        call_command("restore_log")
    assert Event.objects.count() == 2


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit.event SET leaf = leaf || ' ' WHERE index = 1", "differ from entry 1 on"),
        ("UPDATE audit.event SET chain = sha256('') WHERE index = 2", "differ from entry 2 on"),
        ("DELETE FROM audit.event WHERE index = 0", "differ from entry 0 on"),
        ("DELETE FROM audit.event WHERE index = 3", "entry 3 is missing"),
        ("UPDATE audit.head SET size = 3", "entry 3 is there"),
    ],
)
def test_a_database_that_tells_otherwise_is_not_touched(
    keeper: Keeper, as_superuser: psycopg.Connection, statement: str, words: str
) -> None:
    commit(6)
    keeper()
    cut_off(as_superuser, 4)
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute(statement.encode())
    before = rows()
    with pytest.raises(CommandError, match=words):
        restored()
    assert rows() == before


def test_copies_that_do_not_lead_to_the_checkpoint_are_not_believed(
    keeper: Keeper, as_superuser: psycopg.Connection
) -> None:
    with pytest.raises(CommandError, match="No checkpoint was ever published"):
        restored()
    commit(6)
    keeper()
    cut_off(as_superuser, 4)
    name = tree.bundle_path(0, 6)
    good, note = reading.read(name), reading.read(reading.CHECKPOINT)
    for value, words in ((good.replace(b'"times":5', b'"times":6'), "root hash"), (good[:-1], "entry 0 is missing or")):
        reading.store().save(name, ContentFile(value))
        with pytest.raises(CommandError, match=words):
            restored()
    reading.store().save(name, ContentFile(good))
    reading.store().save(reading.CHECKPOINT, ContentFile(note.replace(b"\n6\n", b"\n5\n")))
    with pytest.raises(CommandError, match="checkpoint is not good"):
        restored()
    assert Event.objects.count() == 4


def test_copies_older_than_a_kept_checkpoint_or_of_another_history_are_refused(keeper: Keeper, tmp_path: Path) -> None:
    commit(3)
    keeper()
    older, kept = reading.read(reading.CHECKPOINT), tmp_path / "kept"
    kept.write_bytes(older)
    commit(2)
    keeper()
    assert "0 entries refilled" in restored(kept=kept)
    kept.write_bytes(reading.read(reading.CHECKPOINT))
    reading.store().save(reading.CHECKPOINT, ContentFile(older))
    with pytest.raises(CommandError, match="bring newer copies back"):
        restored(kept=kept)
    kept.write_text("nothing")
    with pytest.raises(CommandError, match="does not go on"):
        restored(kept=kept)


def test_a_site_without_a_checkpoint_starts(keeper: Keeper) -> None:
    commit(1)
    assert queries.is_log_complete()
    guard.check_log()


def test_damaged_copies_keep_the_site_closed_and_are_told_apart_from_a_restored_backup(keeper: Keeper) -> None:
    commit(2)
    keeper()
    tile = tree.tile_path(0, 0, 2)
    for name in (reading.CHECKPOINT, tile):
        good = reading.read(name)
        reading.store().save(name, ContentFile(b"nothing"))
        assert not queries.is_log_complete()
        with pytest.raises(guard.NotToBeStarted, match="log worker"):
            guard.check_log(seconds=0)
        guard.check_log(seconds=0, damage_stops=False)
        commit(1)  # people withdraw meanwhile: damage says nothing against the database
        reading.store().save(name, ContentFile(good))
        guard.check_log(seconds=0)


def test_a_database_is_asked_once_for_each_connection(
    keeper: Keeper, as_superuser: psycopg.Connection, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    commit(3)
    keeper()
    connections["default"].close()
    with transaction.atomic():
        for number in (3, 1, 1):
            with django_assert_num_queries(number):
                events.plain(1)


def test_a_database_that_went_on_behind_a_restored_backup_is_not_recorded_to_and_not_refilled(
    keeper: Keeper, as_superuser: psycopg.Connection
) -> None:
    commit(8)
    keeper()
    cut_off(as_superuser, 5)
    commit(10)  # by a process that was connected all the while
    assert not queries.is_log_complete()
    with pytest.raises(guard.NotToBeStarted, match="restore_log"):
        guard.check_log()
    with pytest.raises(actions.LogBehind, match="restore_log"):
        commit(1)
    with pytest.raises(CommandError, match=r"differ from entry 5 on.*restore the backup again"):
        restored()
    lose(as_superuser, 5)
    assert "3 entries refilled" in restored()
    actions.replay()
    commit(1)
    assert keeper().whole


@pytest.mark.parametrize("index", [1, 7])
def test_copies_that_change_while_they_are_read_put_nothing_into_the_log(
    keeper: Keeper, as_superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, index: int
) -> None:
    commit(8)
    keeper()
    lose(as_superuser, 5)
    reads, entries = itertools.count(1), reading.entries

    def forged(size: int) -> Iterator[bytes]:
        next(reads)
        for place, leaf in enumerate(entries(size)):
            yield leaf.replace(b"sample:seen", b"sample:fake") if place == index else leaf

    monkeypatch.setattr(reading, "entries", forged)
    with pytest.raises(CommandError, match="do not lead to the root hash"):
        restored()
    assert next(reads) == 2, "the copies are read once"
    assert Event.objects.count() == 5


@pytest.mark.parametrize("leaf", [b"nothing", b"{}", b"[]", b"\xff"])
def test_copies_that_hold_no_entries_are_refused_with_a_sentence(
    keeper: Keeper, as_superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, leaf: bytes
) -> None:
    commit(3)
    keeper()
    lose(as_superuser, 2)
    entries = reading.entries
    monkeypatch.setattr(reading, "entries", lambda size: [*entries(size)][:2].__add__([leaf]).__iter__())
    with pytest.raises(CommandError, match="Nothing was changed"):
        restored()
    assert Event.objects.count() == 2


def test_every_process_ends_with_one_sentence(keeper: Keeper, as_superuser: psycopg.Connection) -> None:
    commit(3)
    keeper()
    lose(as_superuser, 2)
    starts: list[Callable[[], object]] = [celery.refuse_a_restored_database, partial(run_module, "mpm_site.wsgi")]
    for start in starts:
        with pytest.raises(SystemExit, match="restore_log") as ended:
            start()
        assert ended.value.__suppress_context__, "no traceback"


answers: list[Exception | bool] = []


def answer() -> bool:
    """What a test put down, one at a time."""
    said = answers.pop(0)
    if isinstance(said, Exception):
        raise said
    return said


@pytest.mark.parametrize("fault", [OperationalError("the database system is starting up"), ValueError("damaged")])
def test_what_nobody_knows_yet_is_asked_again_for_a_while(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    settings.LOG_BEHIND = f"{__name__}.answer"
    monkeypatch.setattr(guard, "AGAIN_SECONDS", 0)
    answers[:] = [fault, fault, False]
    guard.check_log()
    answers[:] = [fault, fault, True]
    with pytest.raises(guard.NotToBeStarted, match="restore_log"):
        guard.check_log()
    answers[:] = [fault]
    with pytest.raises(guard.NotToBeStarted, match=r"does not answer|damaged"):
        guard.check_log(seconds=0)
    assert answers == []


def test_a_process_without_research_asks_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LOG_BEHIND = f"{__name__}.answer"
    answers.clear()
    nowhere = urlsplit(environment.no_research()["MPM_RESEARCH_URL"]).query.partition("=")[2]
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", nowhere)
    guard.check_log(seconds=0)


def missing() -> Iterator[str]:
    """What a room would say that lost a photo."""
    yield "photo_unknown 7f3c0a52-0000-4000-8000-000000000001"


def test_fsck_names_a_log_that_was_not_refilled_and_what_only_the_log_knows(
    keeper: Keeper, settings: Settings, as_superuser: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.LOG_REPLAYS = [f"{__name__}.missing"]
    commit(3)
    keeper()
    cut_off(as_superuser, 2)
    with pytest.raises(SystemExit):
        call_command("fsck")
    lines = capsys.readouterr().out.splitlines()
    assert {"log_behind checkpoint", next(missing())} <= set(lines)
