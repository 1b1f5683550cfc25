"""The engines under the tests of this folder, started once for all of them, and what the tests share."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from audit import actions
from audit.proofs.statements import Statement
from mpm_site.stores import BUCKET
from tests.services import stack as stacks
from tests.services.faulty_store import FaultyStore, before
from tests.services.stack import Services, Stack
from vault import keyring


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs engines that `make test-services` installs."""
    for item in items:
        if "tests/services/" in item.nodeid:
            item.add_marker(pytest.mark.services)


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """PostgreSQL, RabbitMQ and the object store."""
    with stacks.services(tmp_path_factory.mktemp("services")) as found:
        yield found


@pytest.fixture(scope="session")
def stack(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole site over them."""
    settings = {"MPM_UPLOADS_AT_ONCE_EACH": "64", "MPM_UPLOADS_AT_ONCE": "64", "MPM_WEB_WORKERS": "1"}
    settings |= {"MPM_CLIENT_HOURLY_FILES": "1000"}
    with stacks.stack(tmp_path_factory.mktemp("site"), over=services, settings=settings) as found:
        yield found


@pytest.fixture
def keeper_in_bucket(buckets: FaultyStore, settings: Settings, tmp_path: Path) -> Callable[[], Statement]:
    """One round of a log's keeper that copies to the bucket; its key and memory lie in the test's folder."""
    settings.LOG_KEYS, settings.LOG_VERIFIER = tmp_path / "log-keys", tmp_path / "log.vkey"
    settings.LOG_WITNESSES, settings.LOG_MAIL_TO = [], []
    call_command("make_log_key", stdout=io.StringIO())
    return actions.keep


@pytest.fixture
def faulty(services: Services) -> Iterator[FaultyStore]:
    """A store that fails when told to, before the real one."""
    with before(services.host.address, services.swift.port) as found:
        yield found


@pytest.fixture
def buckets(faulty: FaultyStore, services: Services, settings: Settings, tmp_path: Path) -> FaultyStore:
    """The vault of this process on the object store, reached through one that can fail; keys in the test's folder."""
    for name in ("keyring", "key-copy", "objects"):
        (tmp_path / name).mkdir()
        setattr(settings, {"objects": "MEDIA_ROOT"}.get(name, name.upper().replace("-", "_")), tmp_path / name)
    told = {"endpoint": faulty.url, "region": "us-east-1", "seconds": 1.0}
    told |= {"key_id": services.swift.key_id, "secret": services.swift.secret}
    settings.STORAGES = {
        **settings.STORAGES,
        "sealed": {"BACKEND": BUCKET, "OPTIONS": {**told, "bucket": stacks.OWN_BUCKET}},
        "log": {"BACKEND": BUCKET, "OPTIONS": {**told, "bucket": stacks.OWN_LOG_BUCKET, "replaces": True}},
    }
    keyring.make_missing()
    services.swift.empty(stacks.OWN_BUCKET)
    services.swift.empty(stacks.OWN_LOG_BUCKET)
    return faulty
