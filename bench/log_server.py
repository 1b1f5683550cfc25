"""A PostgreSQL of the benchmarks' own, durable as on a real server, with migrated databases that are made afresh."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy.local import environment, migrations, testenv
from deploy.local.postgres import Postgres
from deploy.local.state import CHECKOUT, State
from deploy.local.valkey import Valkey
from mpm_site import roles

NAMES = testenv.Names("bench_research", "bench_identity")


def start() -> str:
    """Start the server, make both databases and set this process's environment; a superuser's address of research.

    The server stops with this process. Raises StateInUse when another benchmark runs in this checkout.
    """
    state = State(CHECKOUT / "var" / "bench")
    state.acquire()
    postgres = Postgres(state)
    atexit.register(state.release)
    atexit.register(postgres.stop)
    postgres.start()
    words = environment.passwords(state)
    roles.bootstrap(postgres.superuser_url, words, {})
    os.environ |= _settings(state)
    os.environ["MPM_TEST_OWNER_URL"] = postgres.url("mpm_owner", words["mpm_owner"], "DATABASE")
    for kind, role, name in (
        ("RESEARCH", "mpm_app", NAMES.research),
        ("IDENTITY", "mpm_identity", NAMES.identity),
        ("AUDITOR", "mpm_auditor", NAMES.research),
    ):
        os.environ[f"MPM_{kind}_URL"] = postgres.url(role, words[role], name)
    _make(postgres.superuser_url)
    return make_conninfo(postgres.superuser_url, dbname=NAMES.research)


def _settings(state: State) -> dict[str, str]:
    files = Path(tempfile.mkdtemp(prefix="mpm-bench-"))
    atexit.register(shutil.rmtree, files, ignore_errors=True)
    settings = environment.common(state, Valkey(state), "http://localhost:8000")
    for name in ("KEYRING", "KEY_COPY", "OBJECTS", "LOG_KEYS", "LOG_COPIES", "STATIC_ROOT"):
        folder = files / name.lower()
        folder.mkdir(mode=0o700)
        settings[f"MPM_{name}"] = str(folder)
    return settings | {"MPM_LOG_VERIFIER": str(files / "log.vkey"), "DJANGO_SETTINGS_MODULE": "mpm_site.settings"}


def _make(superuser: str) -> None:
    with psycopg.connect(superuser, autocommit=True) as connection:
        for name in (NAMES.research, NAMES.identity):
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    databases: dict[roles.Kind, str] = {"research": NAMES.research, "identity": NAMES.identity}
    migrations.migrate(superuser, databases, testenv.owner_environment(NAMES))
