"""Whether this process answers, and whether it can do its work."""

from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from mpm_site import health
from operations import actions, queries
from operations.models import Heartbeat
from operations.queries import broker
from vault import keyring

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"]),
    pytest.mark.urls("tests.site.faulty_urls"),
    pytest.mark.requirement("R6"),
]


TOLD = {"broker": True, "disk": True, "objects": True, "workers": True}


def serve_all() -> None:
    for one in queries.serving():
        actions.keep(queue=one.queue, worker="worker", at=timezone.now(), working_since=None)


@pytest.fixture(autouse=True)
def services(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that answers, and a store that is there."""
    monkeypatch.setattr(broker, "_ask", lambda: True)
    monkeypatch.setattr(broker, "_answered", [])
    monkeypatch.setattr(health, "_told_at", [])
    store = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "sealed": store}


@pytest.fixture
def with_keys(settings: Settings, tmp_path: Path) -> None:
    settings.KEYRING = tmp_path
    keyring.create_epoch()


def test_a_living_process_says_so(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content.splitlines()[0]) == (200, b"ok")


@pytest.mark.usefixtures("with_keys")
def test_what_readyz_found_last_is_repeated_by_healthz_which_asks_nobody(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(health, "_told", {})
    serve_all()
    client.get("/readyz")
    with django_assert_num_queries(0), django_assert_num_queries(0, using="identity"):
        said = client.get("/healthz").content
    assert said == b"ok\nbroker: yes\nobjects: yes\ndisk: yes\nworkers: yes\n"


@pytest.mark.usefixtures("with_keys")
def test_healthz_tells_visitors_no_more_than_that_it_lives(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_told", {"broker": False})
    settings.METRICS_TOKEN = "word"
    from_elsewhere = {"X-Forwarded-For": "192.0.2.1"}
    assert client.get("/healthz", headers=from_elsewhere).content == b"ok\n"
    assert client.get("/healthz", headers={**from_elsewhere, "Authorization": "Bearer guess"}).content == b"ok\n"
    said = client.get("/healthz", headers={**from_elsewhere, "Authorization": "Bearer word"}).content
    assert said == b"ok\nbroker: no\n"


@pytest.mark.usefixtures("with_keys")
def test_services_that_all_share_are_asked_once_in_a_few_seconds(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def is_there() -> bool:
        asked.append(True)
        return True

    monkeypatch.setattr("vault.queries.is_store_there", is_there)
    assert [client.get("/readyz").json()["objects"] for _ in range(3)] == [True] * 3
    assert len(asked) == 1
    monkeypatch.setattr(health, "FRESH_SECONDS", 0)
    client.get("/readyz")
    assert len(asked) == 2


@pytest.mark.usefixtures("with_keys")
def test_a_process_with_databases_migrations_and_keys_is_ready(client: Client) -> None:
    serve_all()
    response = client.get("/readyz")
    assert response.json() == {
        **TOLD,
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
        **TOLD,
        "workers": False,
        "database": False,
        "erasures": True,
        "identities": True,
        "identity": False,
        "keyring": True,
        "log": True,
        "migrations": True,
    }


@pytest.mark.usefixtures("with_keys")
@pytest.mark.parametrize("what", ["broker", "objects", "disk", "workers"])
def test_what_all_processes_share_is_told_and_closes_none_of_them(
    client: Client, what: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    serve_all()
    monkeypatch.setattr(broker, "_ask", lambda: what != "broker")
    if what == "objects":
        gone = {**settings.STORAGES["sealed"], "OPTIONS": {"location": tmp_path / "not-mounted"}}
        settings.STORAGES = {**settings.STORAGES, "sealed": gone}
    if what == "disk":
        settings.FREE_DISK_FLOOR_BYTES = 10**18
    if what == "workers":
        Heartbeat.objects.filter(queue="images").update(at=timezone.now() - timedelta(minutes=6))
    response = client.get("/readyz")
    assert response.status_code == 200
    assert {name for name, said in response.json().items() if not said} == {what}


def test_a_broker_that_is_not_there_is_said_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    nobody = Celery("nobody", broker="redis://127.0.0.1:9/0", set_as_current=False)
    monkeypatch.setattr(broker, "current_app", nobody)
    monkeypatch.setattr(broker, "_answered", [])
    assert not broker.is_broker_there()
