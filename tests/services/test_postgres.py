"""PostgreSQL as Debian packages it, over TCP: what stands or falls with the database, tried again on it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from deploy.local.state import CHECKOUT
from tests.services.postgres import PostgresServer

# What each role is refused, sealing at COMMIT, the gate's prepared statements, two databases that know nothing of each
# other, locks in their order.
TRIED_AGAIN = (
    "tests/audit/test_roles.py",
    "tests/audit/test_sealing.py",
    "tests/screening/test_gate_prepared.py",
    "tests/identity/test_apart.py",
    "tests/contributions/test_lock_order.py",
    "tests/site/test_roles.py",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    found = PostgresServer(tmp_path_factory.mktemp("postgres"))
    try:
        found.start()
        yield found
    finally:
        found.stop()


@pytest.mark.requirement("L3")
def test_what_rests_on_the_database_holds_on_it_too(server: PostgresServer) -> None:
    told = {name: value for name, value in os.environ.items() if not name.startswith(("MPM_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not soak", *TRIED_AGAIN]
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env={**told, "MPM_TEST_POSTGRES_URL": server.superuser_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    said = re.search(r"(\d+) passed", done.stdout)
    assert said
    assert int(said[1]) > len(TRIED_AGAIN)
    with psycopg.connect(server.superuser_url) as connection:
        known = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
    assert any(name.startswith("template_research_") for name in known), "the tests ran elsewhere"
