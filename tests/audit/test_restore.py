"""A restored backup: the site stays closed until the log is refilled from its copies, then goes on without a gap."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from psycopg.conninfo import conninfo_to_dict
from pytest_django import Settings

from audit import queries
from audit.copies import reading
from audit.models import Event, Head, Mention
from audit.proofs import tree
from audit.standalone.watch_log import check_consistency
from mpm_site import celery, guard
from tests.audit.events import commit
from tests.audit.keeper import Keeper, commit_many, cut_off, published

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "auditor", "identity"]),
    pytest.mark.requirement("L12"),
]


@contextmanager
def as_owner() -> Iterator[None]:
    """With the owner's address, as an operator runs the command."""
    known = connections["default"].settings_dict
    before = (known["USER"], known["PASSWORD"])
    owner = conninfo_to_dict(os.environ["MPM_TEST_OWNER_URL"])
    connections["default"].close()
    known.update(USER=owner["user"], PASSWORD=owner["password"])
    try:
        yield
    finally:
        connections["default"].close()
        known.update(USER=before[0], PASSWORD=before[1])


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


def check_a_backup_goes_on(keeper: Keeper, as_superuser: psycopg.Connection, client: Client, *, lost: int) -> None:
    """Commit, sign, lose the newest entries as a backup would, and bring them back."""
    commit_many(37)
    keeper()
    commit_many(lost)
    keeper()
    before, was = rows(), published()
    cut_off(as_superuser, 37)
    assert keeper().refused == "behind"
    assert published() == was
    assert client.get("/readyz").json()["log"] is False
    with pytest.raises(guard.NotToBeStarted, match="restore_log"):
        guard.check_log()
    with pytest.raises(SystemExit, match="restore_log"):
        celery.refuse_a_restored_database()
    assert f"{lost} entries refilled; the log holds {37 + lost}." in restored()
    assert rows() == before
    assert client.get("/readyz").json()["log"] is True
    guard.check_log()


@pytest.mark.parametrize("lost", [1, 300, pytest.param(1000, marks=pytest.mark.soak)])
def test_a_restored_backup_is_refilled_and_the_log_goes_on_without_a_gap(
    keeper: Keeper, as_superuser: psycopg.Connection, client: Client, lost: int
) -> None:
    check_a_backup_goes_on(keeper, as_superuser, client, lost=lost)
    was = published()
    assert keeper().refused == ""
    commit(3)
    assert keeper().refused == ""
    now = published()
    assert now.size == was.size + 3
    proof = tree.consistency(reading.read, was.size, now.size)
    check_consistency(old_size=was.size, old_root=was.root, size=now.size, root=now.root, proof=proof)
    assert queries.verify_stored(using="default").whole


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


def test_a_checkpoint_that_is_not_the_logs_own_keeps_the_site_closed(keeper: Keeper) -> None:
    commit(1)
    keeper()
    reading.store().save(reading.CHECKPOINT, ContentFile(b"nothing"))
    assert not queries.is_log_complete()
    with pytest.raises(guard.NotToBeStarted):
        guard.check_log()


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
