"""Connections beside Django's, for what the run-time roles may not do, and for what they may not do."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest
from django.db import connections
from psycopg.conninfo import make_conninfo


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
