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

from audit.proofs.chain import START, Checked, Columns, End, Row, link, verify
from audit.proofs.export import json_lines
from audit.queries import checkpoint, verify_stored
from audit.standalone.verify_log import check_export, leaf_hash
from tests.audit.events import commit
from tests.audit.keeper import Keeper, chain_again, cut_off

SIZE = 12
places = st.integers(0, SIZE - 1)
LEAF = (
    '{"action":"a:b","actor":"system","at":"2026-01-01T00:00:00.000000Z","data":{"b":1},"index":0,'
    '"nonce":"0123456789abcdef0123456789abcdef","subject":"a"}'
)


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
        digest = leaf_hash(leaf.encode())
        chain = link(chain, digest)
        rows.append(Row(index, leaf, digest, chain))
    return rows


ROWS = a_log()
END = End(SIZE, ROWS[-1].chain)


def checked(rows: list[Row]) -> Checked:
    """The result for these rows against the true end."""
    return verify(rows).against(END)


def test_an_unaltered_log_is_whole_with_the_same_root_as_its_export() -> None:
    found = checked(ROWS)
    export = check_export(json_lines(ROWS, END), key=None)
    assert found == Checked(SIZE, END.chain, root=export.root)
    assert (export.size, export.chain) == END


@given(size=places)
def test_verifying_tells_the_root_at_a_smaller_size_and_goes_on_from_there(size: int) -> None:
    first = verify(ROWS[:size])
    assert verify(ROWS, at_sizes=[size]).roots == {size: first.root}
    rest = verify(ROWS[size:], start=(first.size, first.chain))
    assert (rest.whole, rest.size, rest.chain) == (True, *END)


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
    digest = leaf_hash(leaf.encode())
    forged = Row(place, leaf, digest, link(ROWS[place - 1].chain if place else START, digest))
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
def test_a_truncated_log_lacks_its_first_missing_entry(size: int) -> None:
    assert checked(ROWS[:size]).first_bad == size


@pytest.mark.requirement("L2")
def test_a_history_written_anew_does_not_reach_the_known_end() -> None:
    leaf = ROWS[4].leaf.replace("a:b", "a:c")
    rows, chain = ROWS[:4], ROWS[3].chain
    for row in [Row(4, leaf, b"", b""), *ROWS[5:]]:
        digest = leaf_hash(row.leaf.encode())
        chain = link(chain, digest)
        rows.append(Row(row.index, row.leaf, digest, chain))
    assert verify(rows).whole
    assert checked(rows).reason == "end"


@pytest.mark.requirement("L2")
def test_an_entry_behind_the_end_is_found() -> None:
    assert checked(a_log(SIZE + 1)).first_bad == SIZE


@pytest.mark.parametrize(
    ("leaf", "reason"),
    [
        (LEAF, ""),
        (LEAF.replace(',"nonce":"0123456789abcdef0123456789abcdef"', ""), ""),
        (LEAF.replace("89abcdef", "89ABCDEF"), "columns"),
        (LEAF.replace("0123456789abcdef", ""), "columns"),
        (LEAF.replace('"b":1', '"b":2,"b":1'), "columns"),
        (LEAF.replace('"b":1', '"b":1.0'), "columns"),
        (LEAF.replace('"b":1', '"b": 1'), "columns"),
        (LEAF.replace('{"b":1}', '{"b":1},"more":{}'), "columns"),
        (LEAF.replace('"index":0', '"index":1'), "columns"),
    ],
)
def test_a_leaf_is_written_in_one_way_only_and_the_oldest_have_no_nonce(leaf: str, reason: str) -> None:
    digest = leaf_hash(leaf.encode())
    columns = Columns("2026-01-01T00:00:00.000000Z", "a:b", "system", "a", "1 a")
    found = verify([Row(0, leaf, digest, link(START, digest), columns)])
    assert (found.first_bad, found.reason) == (0 if reason else None, reason)


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
        (lambda lines: [*lines[:2], lines[2].replace("sample:seen", "sample:sawn"), *lines[3:]], "First bad index 2"),
        (lambda lines: [*lines[:3], *lines[4:]], "First bad index 3"),
        (lambda lines: [*lines[:4], lines[5]], "First bad index 4"),
        (lambda lines: lines[:5], "First bad index 5"),
        (lambda lines: [*lines[:2], "nothing\n"], "First bad index 2"),
        (lambda lines: [*lines, lines[0]], "First bad index"),
    ],
)
def test_verify_log_names_what_is_wrong_with_an_export(
    tmp_path: Path, alter: Callable[[list[str]], list[str]], words: str
) -> None:
    commit(5)
    file = exported(tmp_path)
    file.write_text("".join(alter(file.read_text().splitlines(keepends=True))))
    with pytest.raises(CommandError, match=words) as refusal:
        said("verify_log", export=str(file))
    assert refusal.value.returncode == 1


@pytest.mark.requirement("L2")
@pytest.mark.django_db(transaction=True)
def test_a_log_rolled_back_with_its_head_misses_the_end_noted_elsewhere(as_superuser: psycopg.Connection) -> None:
    commit(5)
    noted = said("verify_log").split()[-1]
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute("DELETE FROM audit.event WHERE index >= 3; DELETE FROM audit.mention WHERE index >= 3")
    as_superuser.execute("UPDATE audit.head SET size = 3, chain = (SELECT chain FROM audit.event WHERE index = 2)")
    assert said("verify_log").startswith("Log verified: 3 entries")
    with pytest.raises(CommandError, match=r"entry 3 \(missing\)"):
        said("verify_log", end=noted)


@pytest.mark.requirement("L2")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "first_bad", "reason"),
    [
        ("UPDATE audit.event SET leaf = replace(leaf, '\"times\":2', '\"times\":3') WHERE index = 2", 2, "leaf"),
        ("UPDATE audit.event SET leaf_hash = sha256('') WHERE index = 2", 2, "leaf"),
        ("UPDATE audit.event SET chain = sha256('') WHERE index = 2", 2, "chain"),
        ("UPDATE audit.event SET subject = 'another' WHERE index = 1", 1, "columns"),
        ('UPDATE audit.event SET action = action || \'","actor":"system\' WHERE index = 1', 1, "columns"),
        ("UPDATE audit.event SET at = at + interval '1 microsecond' WHERE index = 3", 3, "columns"),
        ("UPDATE audit.event SET at = 'infinity' WHERE index = 3", 3, "columns"),
        ("DELETE FROM audit.mention WHERE index = 1", 1, "columns"),
        (
            "DELETE FROM audit.mention WHERE (id, index) = (SELECT subject, 2 FROM audit.event WHERE index = 2)",
            2,
            "columns",
        ),
        ("UPDATE audit.mention SET action = 'sample:plain' WHERE index = 3", 3, "columns"),
        ("UPDATE audit.mention SET id = reverse(id) WHERE index = 4", 4, "columns"),
        ("INSERT INTO audit.mention VALUES ('another', 2, 'sample:seen')", 2, "columns"),
        ("INSERT INTO audit.mention VALUES ('another', 2, 'sample:plain')", 2, "columns"),
        ("INSERT INTO audit.mention VALUES ('another', 9, 'sample:seen')", 5, "columns"),
        ("DELETE FROM audit.event WHERE index = 0", 0, "missing"),
        ("DELETE FROM audit.event WHERE index = 4", 4, "missing"),
        ("UPDATE audit.head SET size = 4", 4, "end"),
        ("UPDATE audit.head SET chain = sha256('')", 4, "end"),
    ],
)
def test_what_a_superuser_altered_is_found(
    as_superuser: psycopg.Connection, statement: str, first_bad: int, reason: str
) -> None:
    commit(5)
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute(statement.encode())
    checked = verify_stored(using="default")
    assert (checked.first_bad, checked.reason) == (first_bad, reason)
    with pytest.raises(CommandError, match=f"entry {first_bad} "):
        said("verify_log")


@pytest.mark.requirement("L2")
@pytest.mark.django_db(transaction=True, databases=["default", "auditor"])
def test_a_history_written_anew_is_not_the_one_of_the_published_checkpoint(
    keeper: Keeper, as_superuser: psycopg.Connection, tmp_path: Path
) -> None:
    commit(5)
    keeper()
    commit(1)
    assert said("verify_log").startswith("Log verified: 6 entries")
    assert said("verify_log", export=str(exported(tmp_path))) == said("verify_log")
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute("UPDATE audit.event SET leaf = replace(leaf, '\"times\":2', '\"times\":3') WHERE index = 2")
    chain_again(as_superuser)
    assert verify_stored(using="default").whole
    for options in ({}, {"export": str(exported(tmp_path))}):
        with pytest.raises(CommandError, match="checkpoint"):
            said("verify_log", **options)
    cut_off(as_superuser, 3)
    with pytest.raises(CommandError, match="First bad index 3"):
        said("verify_log")


def exported(folder: Path) -> Path:
    """The stored log in a file."""
    file = folder / "log.jsonl"
    with file.open("w") as out:
        call_command("export_log", stdout=out)
    return file


def said(command: str, **options: str | list[str]) -> str:
    """What a command printed."""
    out = io.StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue().strip()


@pytest.mark.django_db(transaction=True)
def test_verify_log_tells_a_file_that_cannot_be_read_from_a_log_that_is_not_whole(tmp_path: Path) -> None:
    commit(1)
    with pytest.raises(CommandError, match="The export cannot be read"):
        said("verify_log", export=str(tmp_path / "missing"))
    with pytest.raises(CommandError, match="SIZE:CHAIN"):
        said("verify_log", end="no end")


@pytest.mark.django_db(transaction=True, databases=["default", "auditor"])
def test_verify_log_holds_the_log_against_a_checkpoint_that_was_kept(
    keeper: Keeper, as_superuser: psycopg.Connection, tmp_path: Path
) -> None:
    commit(3)
    keeper()
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(f"\ufeff\n{(checkpoint() or '').strip()}", encoding="utf-8")  # as somebody pasted it
    commit(2)
    assert said("verify_log", kept=[str(kept)]).startswith("Log verified: 5 entries")
    kept.write_text(kept.read_text(encoding="utf-8").replace("\n3\n", "\n4\n"), encoding="utf-8")
    with pytest.raises(CommandError, match="kept checkpoint"):
        said("verify_log", kept=[str(kept)])
