"""Verifying the log: whatever is altered, in an export or by a superuser, is found with the first bad entry."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from audit import actions, queries
from audit.chain import START, Checked, End, Row, leaf_hash, link, verify
from audit.export import Export, json_lines
from audit.models import Verification
from audit.tasks import verify as verify_task
from tests.audit.events import commit

SIZE = 12
places = st.integers(0, SIZE - 1)


def a_log(size: int = SIZE) -> list[Row]:
    """A log as the database would seal it, made without one."""
    rows, chain = [], START
    for index in range(size):
        leaf = json.dumps(
            {
                "action": "a:b",
                "actor": "system",
                "at": "2026-01-01T00:00:00.000000Z",
                "data": {},
                "index": index,
                "subject": "a",
            },
            separators=(",", ":"),
        )
        chain = link(chain, leaf_hash(leaf))
        rows.append(Row(index, leaf, leaf_hash(leaf), chain))
    return rows


ROWS = a_log()
END = End(SIZE, ROWS[-1].chain)


def checked(rows: list[Row]) -> Checked:
    """The result for these rows, written to an export and read back, against the true end."""
    return verify(Export(list(json_lines(rows, None)))).against(END)


def test_an_unaltered_export_is_whole() -> None:
    assert checked(ROWS) == Checked(SIZE, END.chain)


def test_the_leaf_hash_is_the_one_of_rfc_9162() -> None:
    assert leaf_hash("").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@pytest.mark.requirement("L2")
@given(place=places, part=st.sampled_from(["leaf", "leaf_hash", "chain"]), bit=st.integers(0, 255))
def test_one_changed_bit_is_found_where_it_is(place: int, part: str, bit: int) -> None:
    row = ROWS[place]
    stored = {"leaf": row.leaf.encode(), "leaf_hash": row.leaf_hash, "chain": row.chain}
    altered = bytearray(stored[part])
    altered[bit // 8] ^= 1 << bit % 8
    stored[part] = bytes(altered)
    changed = Row(place, stored["leaf"].decode("latin-1"), stored["leaf_hash"], stored["chain"])
    assert checked([*ROWS[:place], changed, *ROWS[place + 1 :]]).first_bad == place


@pytest.mark.requirement("L2")
@given(place=places)
def test_a_dropped_entry_is_found_where_it_was(place: int) -> None:
    assert checked([*ROWS[:place], *ROWS[place + 1 :]]).first_bad == place


@pytest.mark.requirement("L2")
@given(place=places)
def test_an_inserted_entry_is_found_where_it_is(place: int) -> None:
    leaf = json.dumps({"index": place, "action": "a:c"})
    forged = Row(place, leaf, leaf_hash(leaf), link(ROWS[place - 1].chain if place else START, leaf_hash(leaf)))
    found = checked([*ROWS[:place], forged, *ROWS[place:]])
    assert found.first_bad == place + 1  # the forged one follows by itself; the true one after it no longer does


@pytest.mark.requirement("L2")
@given(pair=st.lists(places, min_size=2, max_size=2, unique=True))
def test_two_swapped_entries_are_found_at_the_first(pair: list[int]) -> None:
    one, other = sorted(pair)
    rows = list(ROWS)
    rows[one], rows[other] = rows[other], rows[one]
    assert checked(rows).first_bad == one


@pytest.mark.requirement("L2")
@given(size=places)
def test_a_truncated_export_lacks_its_first_missing_entry(size: int) -> None:
    assert checked(ROWS[:size]).first_bad == size


@pytest.mark.requirement("L2")
def test_a_history_written_anew_does_not_reach_the_known_end() -> None:
    leaf = ROWS[4].leaf.replace("a:b", "a:c")
    rows, chain = ROWS[:4], ROWS[3].chain
    for row in [Row(4, leaf, b"", b""), *ROWS[5:]]:
        chain = link(chain, leaf_hash(row.leaf))
        rows.append(Row(row.index, row.leaf, leaf_hash(row.leaf), chain))
    assert verify(rows).whole
    assert checked(rows).reason == "end"


@pytest.mark.requirement("L2")
def test_an_entry_behind_the_end_is_found() -> None:
    assert checked(a_log(SIZE + 1)).first_bad == SIZE


@pytest.mark.django_db(transaction=True)
def test_an_export_of_the_stored_log_verifies_by_itself(tmp_path: Path) -> None:
    commit(5)
    file = exported(tmp_path)
    assert said("verify_log").startswith("Log verified: 5 entries, end 5:")
    assert said("verify_log", export=str(file)) == said("verify_log")


@pytest.mark.requirement("L2")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("alter", "words"),
    [
        (lambda lines: [*lines[:2], lines[2].replace("sample:seen", "sample:sawn"), *lines[3:]], "entry 2 (leaf)"),
        (lambda lines: [*lines[:3], *lines[4:]], "entry 3 (missing)"),
        (lambda lines: [*lines[:4], lines[5]], "entry 4 (missing)"),
        (lambda lines: lines[:5], "without its last line"),
        (lambda lines: [*lines[:2], "nothing\n"], "Line 3"),
        (lambda lines: [*lines, lines[0]], "Line 7"),
    ],
)
def test_verify_log_names_what_is_wrong_with_an_export(
    tmp_path: Path, alter: Callable[[list[str]], list[str]], words: str
) -> None:
    commit(5)
    file = exported(tmp_path)
    file.write_text("".join(alter(file.read_text().splitlines(keepends=True))))
    with pytest.raises(CommandError, match=words.replace("(", r"\(").replace(")", r"\)")) as refusal:
        said("verify_log", export=str(file))
    assert refusal.value.returncode == 1


@pytest.mark.requirement("L2")
@pytest.mark.django_db(transaction=True)
def test_a_log_rolled_back_with_its_head_misses_the_end_noted_elsewhere(as_superuser: psycopg.Connection) -> None:
    commit(5)
    noted = said("verify_log").split()[-1]
    as_superuser.execute("ALTER TABLE audit.event DISABLE TRIGGER ALL; DELETE FROM audit.event WHERE index >= 3")
    as_superuser.execute("UPDATE audit.head SET size = 3, chain = (SELECT chain FROM audit.event WHERE index = 2)")
    as_superuser.execute("ALTER TABLE audit.event ENABLE TRIGGER ALL")
    assert said("verify_log").startswith("Log verified: 3 entries")
    with pytest.raises(CommandError, match=r"entry 3 \(missing\)"):
        said("verify_log", end=noted)


@pytest.mark.requirement("L2")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "first_bad", "reason"),
    [
        ("UPDATE audit.event SET leaf = replace(leaf, '\"times\":2', '\"times\":3') WHERE index = 2", 2, "leaf"),
        ("UPDATE audit.event SET subject = 'another' WHERE index = 1", 1, "columns"),
        ("UPDATE audit.event SET mentions = '{}' WHERE index = 1", 1, "columns"),
        ("UPDATE audit.event SET at = at + interval '1 microsecond' WHERE index = 3", 3, "columns"),
        ("DELETE FROM audit.event WHERE index = 0", 0, "missing"),
        ("DELETE FROM audit.event WHERE index = 4", 4, "missing"),
        ("UPDATE audit.head SET size = 4", 4, "end"),
        ("UPDATE audit.head SET chain = sha256('')", 4, "end"),
    ],
)
def test_what_a_superuser_altered_is_found_and_noted(
    as_superuser: psycopg.Connection, caplog: pytest.LogCaptureFixture, statement: str, first_bad: int, reason: str
) -> None:
    commit(5)
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute(statement.encode())
    verify_task()
    noted = Verification.objects.get()
    assert (noted.first_bad, noted.reason) == (first_bad, reason)
    assert f"entry {first_bad}" in caplog.text
    with pytest.raises(CommandError, match=f"entry {first_bad} "):
        said("verify_log")


@pytest.mark.django_db(transaction=True)
def test_the_regular_verification_notes_how_far_the_log_is_good() -> None:
    actions.note_verification()
    commit(3)
    verify_task()
    newest = queries.latest_verification(using="default")
    assert newest is not None
    assert (newest.size, newest.first_bad, Verification.objects.count()) == (3, None, 2)


def exported(folder: Path) -> Path:
    """The stored log in a file."""
    file = folder / "log.jsonl"
    with file.open("w") as out:
        call_command("export_log", stdout=out)
    return file


def said(command: str, **options: str) -> str:
    """What a command printed."""
    out = io.StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue().strip()
