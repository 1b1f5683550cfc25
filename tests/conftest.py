"""The ground under every test: services, environment, databases under the run-time roles, a browser."""

import gc
import io
import os

import django
import pytest
from django.core.management import call_command
from django.utils import translation
from pytest_django.fixtures import Settings

from deploy.local import testenv

# Before any test module is imported: settings read the environment once.
testenv.prepare()
django.setup()
call_command("compile_catalogues", stdout=io.StringIO())
# Pages name static files by their digest, so the files are published before the first page.
call_command("collectstatic", interactive=False, verbosity=0)
call_command("make_keys", stdout=io.StringIO())
call_command("make_log_key", stdout=io.StringIO())
# A worker of this run would read its settings before it comes here, with this process's databases.
del os.environ["DJANGO_SETTINGS_MODULE"]

# What was imported stays, so the collector need not look through it again and again.
gc.freeze()
gc.set_threshold(50_000, 20, 20)

pytest_plugins = ["tests.databases", "tests.cast", "tests.browsers"]

# Minutes, much of it waiting: begun last, it would keep its process at work after all others ended.
LONGEST = "tests/journey/"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_runtest_setup() -> None:
    """Begin each test in the site's own language, whatever the one before it read last."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _one_reading_each(settings: Settings) -> None:
    """Nobody is asked for a second opinion, and nobody waits for an answer to stand, unless a test says so.

    A receipt waits for its proof for longer than the steps that tests begin with are kept (tests/standing.py).
    """
    settings.RECEIPT_PROOF_SECONDS = 600
    settings.SECOND_OPINION_SHARE = 0
    settings.WITHDRAWAL_BATCH = 1
    settings.SECOND_AFTER_SECONDS = 0
