"""The services and the environment under which the tests run: real PostgreSQL and Valkey, run-time roles, own folders.

Several test runs may go on in one checkout: each takes the first free state folder var/test-N. A cluster is kept for
the next run; the databases in it are made afresh.
"""

import atexit
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from deploy.local import environment
from deploy.local.postgres import Postgres
from deploy.local.state import CHECKOUT, State, StateInUse
from deploy.local.valkey import Valkey
from mpm_site import roles

SLOTS = 20
ROLE_NAMES = {
    "mpm_app": "RESEARCH",
    "mpm_identity": "IDENTITY",
    "mpm_auditor": "AUDITOR",
    "mpm_keeper": "KEEPER",
    "mpm_owner": "OWNER",
}


@dataclass(frozen=True)
class Names:
    """The databases of one test process."""

    research: str
    identity: str


def prepare() -> None:
    """Start the services once for a test run, and set this process's environment. Workers of the run call it too."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _start()
    os.environ["DJANGO_SETTINGS_MODULE"] = "mpm_site.settings"
    names = databases_of(worker)
    for kind, url in (("RESEARCH", names.research), ("IDENTITY", names.identity), ("AUDITOR", names.research)):
        os.environ[f"MPM_{kind}_URL"] = os.environ[f"MPM_TEST_{kind}_URL"].replace("DATABASE", url)
    files = Path(tempfile.mkdtemp(prefix="mpm-test-"))
    atexit.register(shutil.rmtree, files, ignore_errors=True)
    for name in ("keyring", "key-copy", "objects", "static", "log-keys", "log-copies"):
        (files / name).mkdir(mode=0o700)
        os.environ[f"MPM_{name.upper().replace('-', '_')}"] = str(files / name)
    os.environ["MPM_STATIC_ROOT"] = os.environ.pop("MPM_STATIC")
    os.environ["MPM_LOG_VERIFIER"] = str(files / "log.vkey")


def databases_of(worker: str) -> Names:
    """The names of the databases that one worker (or the only process) of a test run uses."""
    return Names(f"test_research_{worker}", f"test_identity_{worker}")


def owner_environment(names: Names) -> dict[str, str]:
    """The environment of a process that migrates the named databases."""
    template = os.environ["MPM_TEST_OWNER_URL"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MPM_TEST_")}
    kept.pop("MPM_AUDITOR_URL", None)
    return {
        **kept,
        "MPM_RESEARCH_URL": template.replace("DATABASE", names.research),
        "MPM_IDENTITY_URL": template.replace("DATABASE", names.identity),
    }


class Given:
    """A server that runs already (MPM_TEST_POSTGRES_URL, its superuser's address), whose roles become ours."""

    def __init__(self, superuser_url: str) -> None:
        self.superuser_url = superuser_url

    def url(self, user: str, password: str, database: str) -> str:
        """The address of one database as one role."""
        parts = urlsplit(self.superuser_url)
        return f"postgresql://{quote(user)}:{quote(password)}@{parts.hostname}:{parts.port}/{database}"

    def start(self) -> None:
        """Nothing: it runs."""

    def stop(self) -> None:
        """Nothing: whoever started it stops it."""


def _start() -> None:
    state = _free_state()
    given = os.environ.get("MPM_TEST_POSTGRES_URL")
    postgres, valkey = Given(given) if given else Postgres(state, fast=True), Valkey(state)
    atexit.register(state.release)
    atexit.register(postgres.stop)
    atexit.register(valkey.stop)
    postgres.start()
    valkey.start()
    words = environment.passwords(state)
    roles.bootstrap(postgres.superuser_url, words, {})
    os.environ.update(environment.common(state, valkey, "http://localhost:8000"))
    for role, name in ROLE_NAMES.items():
        os.environ[f"MPM_TEST_{name}_URL"] = postgres.url(role, words[role], "DATABASE")
    os.environ["MPM_TEST_SUPERUSER_URL"] = postgres.superuser_url
    os.environ["MPM_TEST_STATE"] = str(state.root)


def _free_state() -> State:
    for slot in range(SLOTS):
        state = State(CHECKOUT / "var" / f"test-{slot}")
        try:
            state.acquire()
        except StateInUse:
            continue
        return state
    raise StateInUse(f"{SLOTS} test runs are already going on in this checkout.")
