"""What `manage.py check --deploy` asks of the connections of this process."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error

ENCRYPTED = frozenset({"amqps", "pyamqps", "rediss"})
ON_A_DISK = frozenset({"redis+socket"})
HINT = "What never leaves this machine is named in MPM_HOSTS_WITHIN."


def check_encryption(**_options: Any) -> list[CheckMessage]:
    """An error for each database and the broker, where it is another host and the connection is not sealed to it."""
    return [*of_databases(settings.DATABASES), *_broker()]


def of_databases(databases: Mapping[str, Mapping[str, Any]]) -> list[CheckMessage]:
    """The same of these databases alone."""
    return [
        Error(
            f"The address of the database {alias!r} leads to another host and does not say sslmode=verify-full.",
            hint=HINT,
            id="mpm_site.E001",
        )
        for alias, database in databases.items()
        if database.get("OPTIONS", {}).get("sslmode") != "verify-full"
        and not all(map(_is_within, str(database.get("HOST", "")).split(",")))
    ]


def _broker() -> list[CheckMessage]:
    parts = urlsplit(settings.CELERY_BROKER_URL)
    if parts.scheme in ENCRYPTED | ON_A_DISK or _is_within(parts.hostname or ""):
        return []
    return [
        Error("MPM_BROKER_URL leads to another host and is not amqps:// or rediss://.", hint=HINT, id="mpm_site.E002")
    ]


def _is_within(host: str) -> bool:
    if not host or host.startswith("/") or host == "localhost" or host in settings.HOSTS_WITHIN:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
