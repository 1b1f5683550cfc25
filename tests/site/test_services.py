"""Services that are asked: named in every process alike, with keys in one."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from mpm_site import env, services
from mpm_site.celery import refuse_a_service_without_its_key

NAMED = {"MPM_CLASSIFIER_SERVICES": " hive, arachnid_shield,", "MPM_NOTICE_NAMES_SERVICES": "arachnid_shield ,hive"}
KEYS = {"MPM_HIVE_KEY": "k", "MPM_ARACHNID_SHIELD_USER": "u", "MPM_ARACHNID_SHIELD_PASSWORD": "p"}


def named(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def worker(queue: str) -> SimpleNamespace:
    """A worker as its start describes it."""
    queues = SimpleNamespace(consume_from={queue: None})
    return SimpleNamespace(app=SimpleNamespace(amqp=SimpleNamespace(queues=queues)))


def test_names_may_have_spaces_and_commas_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.names("MPM_KNOWN_LISTS_REQUIRED") == []
    named(monkeypatch, MPM_KNOWN_LISTS_REQUIRED=" ncmec, national,,")
    assert env.names("MPM_KNOWN_LISTS_REQUIRED") == ["ncmec", "national"]


@pytest.mark.parametrize("queue", ["images", "text", "sweep", "releases", "mail"])
def test_only_the_images_worker_needs_the_keys(monkeypatch: pytest.MonkeyPatch, queue: str) -> None:
    named(monkeypatch, **NAMED, MPM_HIVE_KEY="k")
    assert list(services.contracted()) == ["hive", "arachnid_shield"]
    if queue == "images":
        with pytest.raises(SystemExit, match="needs MPM_ARACHNID_SHIELD_USER, MPM_ARACHNID_SHIELD_PASSWORD"):
            refuse_a_service_without_its_key(worker(queue))
        named(monkeypatch, **KEYS)
    refuse_a_service_without_its_key(worker(queue))


def test_without_its_keys_no_adapter_is_made_so_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, **NAMED)
    for entry in services.contracted().values():
        with pytest.raises(TypeError):
            import_string(entry["class"])(**entry["options"])


def test_a_list_server_is_asked_once_it_has_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    assert services.exchanges() == {}
    named(monkeypatch, MPM_NCMEC_USER="u")
    with pytest.raises(ImproperlyConfigured, match="MPM_NCMEC_PASSWORD"):
        services.exchanges()
    named(monkeypatch, MPM_NCMEC_PASSWORD="p")
    assert services.exchanges()["ncmec"].items() >= {"user": "u", "password": "p", "environment": "Industry"}.items()
