"""What keeps a process from working with the store of sealed objects."""

import logging
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Doubt

from vault import objects

logger = logging.getLogger(__name__)
VERSIONED = (
    "The bucket of sealed pictures (MPM_S3_BUCKET) keeps versions, or did: what is erased would stay there. Take one "
    "that never did."
)
OPEN = (
    "The object store (MPM_S3_ENDPOINT) is another host's, over plain http: whoever listens sees which objects are "
    "read and may answer in its place. Take https, or name the host in MPM_HOSTS_WITHIN."
)
UNKNOWN = (
    "The key of the bucket of sealed pictures (MPM_S3_KEY_ID) may not ask whether the bucket keeps versions: give it "
    "the right s3:GetBucketVersioning, and see that key, secret and bucket are right."
)


def refusal() -> str:
    """Why nobody may work with the store, in one sentence; empty: they may, or it is silent and nobody can say."""
    bucket = objects.bucket()
    if bucket is None:
        return ""
    try:
        return VERSIONED if bucket.keeps_versions() else ""
    except PermissionError:
        return UNKNOWN
    except OSError as error:
        # People withdraw and sign in without it: /readyz says so, and whoever starts later asks again.
        logger.warning("Nobody knows whether the bucket of sealed pictures keeps versions: %s", error)
        return ""


def check_store(**_options: Any) -> list[CheckMessage]:
    """The same for `manage.py check --deploy`."""
    return [Error(said, id="vault.E001")] if (said := refusal()) else []


def check_endpoint(**_options: Any) -> list[CheckMessage]:
    """Whether a store is another host's and reached over plain http."""
    endpoints = [storage.get("OPTIONS", {}).get("endpoint", "") for storage in settings.STORAGES.values()]
    return [Doubt(OPEN, id="vault.W001")] if any(map(_is_open, endpoints)) else []


def _is_open(endpoint: str) -> bool:
    """Whether an address is plain http to a host that is neither this machine, nor one of its containers (no dot)."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    if parts.scheme != "http" or host in settings.HOSTS_WITHIN:
        return False
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return "." in host
