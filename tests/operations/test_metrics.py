"""The figures for machines: on this machine or with the token, computed when they are asked for, without an id."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from operations import actions
from tests.builders import given

pytestmark = [pytest.mark.django_db(databases=["default", "identity"]), pytest.mark.requirement("R6")]
ELSEWHERE = "203.0.113.7"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|@")


def value(text: str, name: str, **labels: str) -> float:
    (found,) = [
        float(sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    ]
    return found


def test_whoever_is_on_this_machine_reads_how_queues_services_and_alarms_stand(client: Client) -> None:
    actions.keep(queue="images", worker="images@host", at=timezone.now(), working_since=None)
    actions.look()
    response = client.get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    text = response.content.decode()
    assert value(text, "mpm_queue_served", queue="images") == 1
    assert value(text, "mpm_queue_served_seconds", queue="images") < 60
    assert value(text, "mpm_queue_served", queue="mail") == 0
    assert value(text, "mpm_queue_workers", queue="images") == 1
    assert value(text, "mpm_service_up", service="database_identity") == 1
    assert value(text, "mpm_alarm", code="erasure_late") == 0
    assert value(text, "mpm_erasures_waiting") == 0
    assert value(text, "mpm_looked_seconds") < 60
    assert value(text, "mpm_figures_missing", room="audit") == 0


@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
def test_figures_are_those_of_the_moment_and_no_label_is_an_id(client: Client) -> None:
    given().agree().withdraw()
    text = client.get("/metrics").content.decode()
    assert value(text, "mpm_erasures_waiting") == 1
    assert ID.search(text) is None


def test_from_elsewhere_it_takes_the_token(client: Client, settings: Settings) -> None:
    assert client.get("/metrics", REMOTE_ADDR=ELSEWHERE).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR=ELSEWHERE, headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = "a-long-word-of-its-own"
    wrong, right = ({"Authorization": f"Bearer {word}"} for word in ("another", settings.METRICS_TOKEN))
    assert client.get("/metrics", REMOTE_ADDR=ELSEWHERE, headers=wrong).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR=ELSEWHERE, headers=right).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_what_a_proxy_on_this_machine_passes_on_comes_from_elsewhere(client: Client, header: str) -> None:
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404
