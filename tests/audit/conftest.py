"""Connections beside Django's, for what the run-time roles may not do, and for what they may not do; a log's keeper."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from psycopg.conninfo import make_conninfo
from pytest_django import Settings

from audit import actions
from audit.proofs.statements import Statement


@pytest.fixture
def as_superuser(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """The one who has stolen everything: a superuser's connection to the research database."""
    url = make_conninfo(os.environ["MPM_TEST_SUPERUSER_URL"], dbname=connections["default"].settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def as_role(django_db_setup: None) -> Iterator[Callable[[str], psycopg.Connection]]:
    """A connection of its own under the role of a database alias."""
    with ExitStack() as stack:

        def connect(alias: str) -> psycopg.Connection:
            known = connections[alias].settings_dict
            return stack.enter_context(
                psycopg.connect(
                    host=known["HOST"], port=known["PORT"], dbname=connections["default"].settings_dict["NAME"],
                    user=known["USER"], password=known["PASSWORD"], autocommit=True,
                )
            )  # fmt: skip

        yield connect


@pytest.fixture
def keeper(settings: Settings, tmp_path: Path) -> Callable[[], Statement]:
    """One round of a keeper that has signed nothing yet; key, memory and copies lie in the test's folder."""
    settings.LOG_KEYS = tmp_path / "log-keys"
    settings.LOG_VERIFIER = tmp_path / "log.vkey"
    settings.LOG_WITNESSES = []
    settings.LOG_MAIL_TO = []
    store = {"BACKEND": "audit.copies.folder.LogCopies", "OPTIONS": {"location": tmp_path / "log-copies"}}
    settings.STORAGES = {**settings.STORAGES, "log": store}
    call_command("make_log_key", stdout=io.StringIO())
    return actions.keep
