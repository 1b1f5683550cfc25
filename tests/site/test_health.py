"""Whether this process answers, and whether it can do its work."""

from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from mpm_site import health
from vault import keyring

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"]),
    pytest.mark.urls("tests.site.faulty_urls"),
    pytest.mark.requirement("R6"),
]


@pytest.fixture
def with_keys(settings: Settings, tmp_path: Path) -> None:
    settings.KEYRING = tmp_path
    keyring.create_epoch()


def test_a_living_process_says_so(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.usefixtures("with_keys")
def test_a_process_with_databases_migrations_and_keys_is_ready(client: Client) -> None:
    response = client.get("/readyz")
    assert response.json() == {
        "database": True,
        "erasures": True,
        "identities": True,
        "identity": True,
        "keyring": True,
        "log": True,
        "migrations": True,
    }
    assert response.status_code == 200


def test_without_keys_a_process_is_not_ready(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.KEYRING = tmp_path
    response = client.get("/readyz")
    assert response.json()["keyring"] is False
    assert response.status_code == 503


@pytest.mark.usefixtures("with_keys")
def test_a_database_that_does_not_answer_is_said_without_its_name(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        def cursor(self) -> None:
            raise OperationalError("connection to research at /run/somewhere refused")

    monkeypatch.setattr(health, "connections", {"default": Gone(), "identity": Gone()})
    monkeypatch.setattr(health, "_migrated", {"default"})
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "database": False,
        "erasures": True,
        "identities": True,
        "identity": False,
        "keyring": True,
        "log": True,
        "migrations": True,
    }
