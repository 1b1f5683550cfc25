"""States that many tests begin with: reached by the real actions once, and then put back row by row for the next test.

A photo that somebody gave and agreed to is a thousand statements before a test's first line. A step such as that is
walked by the first test of a process that takes it; its rows and files are kept for some minutes, and put back for the
next test that takes the same steps from empty databases on. Whatever else wrote a row, set a setting, changed a key or
stands in the place of something in between: the step is walked anew.
"""

import hashlib
import math
import os
import pickle
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar
from unittest import mock
from weakref import WeakSet

import psycopg
import pytest
from django.conf import UserSettingsHolder, settings
from django.db import connections
from django.utils import timezone, translation
from psycopg import sql

from tests import databases, remembering
from vault.objects import name_of

Value = TypeVar("Value")
Rows = dict[str, bytes]
Marks = dict[str, dict[str, tuple[int, int]]]
# Many rows say when they were written, and what waits or ends goes by that: none that is put back is older than this.
# A sitting in which nobody is asked for the second factor again lasts five minutes; what waits for less is told to wait
# longer (tests/conftest.py).
SECONDS: Final = 180
# MPM_TEST_STANDING=0 walks every step of every test.
IS_ON: Final = os.environ.get("MPM_TEST_STANDING", "1") != "0"
ALIASES: Final = ("default", "identity")
_now: Final = timezone.now


@dataclass
class _State:
    """What the databases held after a step, the files that its rows speak of, and what the step answered."""

    rows: dict[str, Rows] = field(default_factory=dict)
    sequences: dict[str, dict[str, int]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    answer: bytes = b""
    begun_at: float = 0.0
    further: dict[Hashable, "_State"] = field(default_factory=dict)


@dataclass
class _Place:
    """Where this process's databases are: after which step, and by which marks that is seen."""

    state: _State
    marks: Marks


_first: Final = _State(begun_at=math.inf)
# What tests have put in the place of something at this moment, by pytest's way and by the standard library's.
# Of those that pytest itself makes, of the clock of an authenticator app that `staff` stops, and of when the web server
# began, no step knows.
UNIMPORTANT: Final = {
    "_tmp_path_factory",
    "_tmpdirhandler",
    "ensure_connection",
    "yield_hotp_counters_from_time",
    "_BEGAN",
}
_patches: WeakSet[pytest.MonkeyPatch] = WeakSet()
_mocked: list[Any] = []
_at: Final = _Place(_first, {})
# A larger state is not worth being kept.
MOST_ROWS: Final = 3000


def step(key: tuple[Hashable, ...], walk: Callable[[], Value]) -> Value:
    """What `walk` answers: put back as it was after the same steps a moment ago, or walked.

    `key` tells the step from every other one, with all that it was asked for; the answer is pickled.
    """
    here = _here() if IS_ON and _is_ordinary() else None
    if here is None:
        return walk()
    key = (*key, _circumstances())
    known = here.further.get(key)
    if known is not None and _is_fresh(known):
        _put_back(here, known)
        _at.state, _at.marks = known, _marks()
        answer: Value = pickle.loads(known.answer)  # noqa: S301 -- written below
        return answer
    begun = time.monotonic()
    value = walk()
    marks = _marks()
    if sum(count for found in marks.values() for count, _newest in found.values()) < MOST_ROWS:
        # It holds the rows of the steps before it, too.
        reached = _read(marks, pickle.dumps(value), min(begun, here.begun_at))
        for old in [old for old, state in here.further.items() if not _is_fresh(state)]:
            del here.further[old]
        here.further[key] = reached
        _at.state, _at.marks = reached, marks
    return value


def _is_fresh(state: _State) -> bool:
    return time.monotonic() - state.begun_at < SECONDS


def _here() -> _State | None:
    """The state that the databases are in; None when something else than steps wrote to them."""
    marks = _marks()
    if marks == _at.marks:
        return _at.state
    is_first = all(marks[alias] == databases.marks_left[_name(alias)] for alias in ALIASES)
    return _first if is_first else None


def _is_ordinary() -> bool:
    """Whether nothing stands in the place of something else, and no test's transaction is open."""
    if timezone.now is not _now or not remembering.is_real():
        return False
    if not all(alias in connections and _name(alias) in databases.left_by_migrations for alias in ALIASES):
        return False
    patched = {name for patches in _patches for _target, name, _old in patches._setattr}
    patched |= {patch.attribute for patch in _mocked}
    if patched - UNIMPORTANT or any(patches._setitem for patches in _patches):
        return False
    return not any(connections[alias].in_atomic_block for alias in ALIASES)


def _circumstances() -> bytes:
    """A digest of what a step's outcome depends on beside the rows: settings, keys, language."""
    told: dict[str, str] = {}
    holder: Any = settings._wrapped
    while isinstance(holder, UserSettingsHolder):
        told = {name: repr(value) for name, value in vars(holder).items() if name.isupper()} | told
        holder = holder.default_settings
    keys = sorted((path.name, path.read_bytes()) for path in Path(settings.KEYRING).iterdir() if path.is_file())
    return hashlib.sha256(repr((sorted(told.items()), keys, translation.get_language())).encode()).digest()


def _read(marks: Marks, answer: bytes, begun: float) -> _State:
    rows: dict[str, Rows] = {}
    sequences: dict[str, dict[str, int]] = {}
    for alias in ALIASES:
        connection = databases.emptier(_name(alias))
        rows[alias] = {table: _copied(connection, table) for table in marks[alias]}
        found = connection.execute(
            "SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
        )
        sequences[alias] = dict(found.fetchall())
    return _State(rows, sequences, _files(), answer, begun)


def _copied(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(databases.identifier(table))) as copy:
        return b"".join(bytes(part) for part in copy)


def _files() -> dict[str, bytes]:
    statement = "SELECT id FROM vault_sealedobject WHERE deleted_at IS NULL"
    names = [name_of(pk) for (pk,) in databases.emptier(_name("default")).execute(statement)]
    folder = Path(settings.MEDIA_ROOT)
    return {name: (folder / name).read_bytes() for name in names if (folder / name).exists()}


def _put_back(here: _State, state: _State) -> None:
    for alias in ALIASES:
        before, after = here.rows.get(alias, databases.left_by_migrations[_name(alias)]), state.rows[alias]
        connection = databases.emptier(_name(alias))
        with connection.transaction():
            connection.execute(f"SET LOCAL lock_timeout = '{databases.LOCK_TIMEOUT}'")
            for table in before.keys() | after.keys():
                if before.get(table) != after.get(table):
                    _replace(connection, table, after.get(table, b""), was_empty=table not in before)
            for sequence, last in state.sequences[alias].items():
                if here.sequences.get(alias, {}).get(sequence) != last:
                    connection.execute("SELECT setval(%s, %s)", [sequence, last])
    for name, data in state.files.items():
        path = Path(settings.MEDIA_ROOT) / name
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_bytes(data)
            path.chmod(0o600)


def _replace(connection: psycopg.Connection, table: str, rows: bytes, *, was_empty: bool) -> None:
    name = databases.identifier(table)
    if not was_empty:
        connection.execute(sql.SQL("DELETE FROM {}").format(name))
    with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
        copy.write(rows)


def _marks() -> Marks:
    found = {}
    for alias in ALIASES:
        marks = databases.marks_of(databases.emptier(_name(alias)), _tables(alias))
        found[alias] = {table: mark for table, mark in marks.items() if mark[0]}
    return found


@cache
def _tables(alias: str) -> tuple[str, ...]:
    return tuple(databases.tables_of(databases.emptier(_name(alias))))


def _name(alias: str) -> str:
    return str(connections[alias].settings_dict["NAME"])


def _watch() -> None:
    """From now on know what tests patch."""
    begin, enter, leave = pytest.MonkeyPatch.__init__, mock._patch.__enter__, mock._patch.__exit__

    def beginning(self: pytest.MonkeyPatch) -> None:
        begin(self)
        _patches.add(self)

    def entering(self: Any) -> Any:
        _mocked.append(self)
        return enter(self)

    def leaving(self: Any, *error: Any) -> Any:
        if self in _mocked:
            _mocked.remove(self)
        return leave(self, *error)

    pytest.MonkeyPatch.__init__ = beginning  # type: ignore[method-assign]
    mock._patch.__enter__, mock._patch.__exit__ = entering, leaving  # type: ignore[method-assign]


_watch()
