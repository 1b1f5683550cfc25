"""The states that most tests begin with come back as they were, and not where anything else than they would differ."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql
from pytest_django.fixtures import Settings

from accounts.models import User
from contributions.models import Photo
from tests import databases, pictures, standing
from tests.builders import given

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


def names() -> list[str]:
    return [str(connections[alias].settings_dict["NAME"]) for alias in standing.ALIASES]


def snapshot() -> tuple[dict[str, Any], dict[str, Any], dict[Path, bytes]]:
    """Every row and every sequence of both databases, and every file."""
    rows, sequences = {}, {}
    for name in names():
        connection = databases.emptier(name)
        for table in databases.tables_of(connection):
            lines = connection.execute(sql.SQL("SELECT t::text FROM {} t").format(databases.identifier(table)))
            rows[f"{name} {table}"] = sorted(lines.fetchall())
        last = connection.execute("SELECT schemaname, sequencename, last_value FROM pg_sequences")
        sequences[name] = sorted(last.fetchall())
    return rows, sequences, {path: path.read_bytes() for path in files()}


def files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def begin_anew() -> None:
    """As between two tests, with no file left either."""
    for name in names():
        databases.restore(name)
    for path in files():
        path.unlink()


def walk() -> list[Photo]:
    """Steps that no other test takes: nothing of them is kept before."""
    return given(pictures.png(331, 227)).agree().photos


def never() -> list[Photo]:
    raise AssertionError


@pytest.mark.skipif(not standing.IS_ON, reason="every step is walked")
def test_a_step_that_is_put_back_left_the_same_rows_numbers_and_files() -> None:
    begin_anew()
    photos = standing.step(("walked",), walk)
    before = snapshot()
    begin_anew()
    assert snapshot() != before
    assert standing.step(("walked",), never) == photos
    assert snapshot() == before
    assert before[2]


def a_row(_settings: Settings, _monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.create(email="somebody@example.org")


def a_setting(settings: Settings, _monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECOND_OPINION_SHARE = 1


def a_stand_in(_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vault.queries.is_keyring_ready", lambda: True)


@pytest.mark.parametrize("change", [a_row, a_setting, a_stand_in])
def test_a_step_is_walked_anew_where_something_else_was_changed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, change: Callable[[Settings, pytest.MonkeyPatch], None]
) -> None:
    standing.step(("changed", change.__name__), User.objects.count)
    begin_anew()
    change(settings, monkeypatch)
    walked: list[int] = []
    standing.step(("changed", change.__name__), lambda: walked.append(1))
    assert walked
