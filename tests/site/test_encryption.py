"""Connections to other hosts are encrypted: what an address says is passed on, and `check --deploy` asks for it."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from celery import Celery
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from mpm_site import broker, checks, env
from tests.services.nginx import Nginx

FULL = "postgresql://mpm_app:word@db.example.org/research?sslmode=verify-full&sslrootcert=/etc/ca.pem"


def database(address: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    monkeypatch.setenv("MPM_RESEARCH_URL", address)
    return env.database("MPM_RESEARCH_URL")


def test_what_an_address_says_of_encryption_reaches_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    options = database(f"{FULL}&channel_binding=require", monkeypatch)["OPTIONS"]
    assert isinstance(options, dict)
    said = {name: options.get(name) for name in env.TLS_OPTIONS}
    assert said == {
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ca.pem",
        "sslcert": None,
        "sslkey": None,
        "channel_binding": "require",
    }
    assert options["application_name"] == "mpm"


def test_what_an_address_cannot_say_is_refused_and_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="MPM_RESEARCH_URL asks for ssl_mode") as refusal:
        database(FULL.replace("sslmode", "ssl_mode"), monkeypatch)
    assert "word" not in str(refusal.value)


@pytest.mark.parametrize(
    ("address", "is_faulty"),
    [
        (FULL, False),
        (FULL.replace("verify-full", "require"), True),
        ("postgresql://mpm_app:word@db.example.org/research", True),
        ("postgresql://mpm_app:word@10.0.0.7/research", True),
        ("postgresql://mpm_app:word@/research?host=/run/a,db.example.org", True),
        ("postgresql://mpm_app:word@127.0.0.1/research", False),
        ("postgresql://mpm_app:word@/research?host=/run/postgresql", False),
        ("postgresql://mpm_app:word@research-db/research", False),
    ],
)
def test_a_database_on_another_host_must_show_who_it_is(
    address: str, is_faulty: bool, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.HOSTS_WITHIN = ["research-db"]
    faults = checks.of_databases({"default": database(address, monkeypatch)})
    assert [fault.id for fault in faults] == ["mpm_site.E001"] * is_faulty


@pytest.mark.parametrize(
    ("address", "is_faulty"),
    [
        ("amqp://mpm:word@broker.example.org/mpm", True),
        ("redis://broker.example.org", True),
        ("amqps://mpm:word@broker.example.org/mpm", False),
        ("amqp://mpm:word@localhost/mpm", False),
        ("amqp://mpm:word@broker//", False),
    ],
)
def test_a_broker_on_another_host_is_spoken_to_encrypted(address: str, is_faulty: bool, settings: Settings) -> None:
    settings.HOSTS_WITHIN, settings.CELERY_BROKER_URL = ["broker"], address
    faults = checks.check_encryption()
    assert [fault.id for fault in faults] == ["mpm_site.E002"] * is_faulty
    assert "word" not in str(faults)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of a host named broker.example.org, signed by itself, with its key beside it."""
    made = Nginx(tmp_path, name="broker.example.org")
    made.folder.mkdir()
    made.make_certificate()
    return made.certificate


@pytest.fixture
def port(certificate: Path) -> Iterator[int]:
    """Where somebody shows that certificate and then says nothing more."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))

    def greet(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _address = listener.accept()
                with suppress(OSError), context.wrap_socket(connection, server_side=True):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=greet, args=[listener], daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("scheme", ["amqps", "rediss"])
def test_a_broker_that_does_not_show_who_it_is_is_told_nothing(
    scheme: str, port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusal() -> str:
        url = f"{scheme}://mpm:word@localhost:{port}/0"
        client = Celery(broker=url, set_as_current=False, broker_use_ssl=broker.encryption(url))
        with client.connection_for_write(connect_timeout=5) as connection, pytest.raises(Exception) as refused:  # noqa: PT011
            connection.channel()
        return str(refused.value)

    assert "self-signed certificate" in refusal()
    # Now it is trusted, and still another host's.
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert "certificate is not valid for 'localhost'" in refusal() or "IP address mismatch" in refusal()
