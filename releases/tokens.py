"""Tokens of deliveries: 256 bits made from the row's id and the site's secret, so that none is stored or queued."""

import base64
import hashlib
import uuid

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac


def token_for(delivery_id: uuid.UUID) -> str:
    """The token in the link of this delivery."""
    mac = salted_hmac("releases.delivery", str(delivery_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def digest_of(token: str) -> bytes:
    """What the database keeps of a token and finds it by: its SHA-256, which tells nothing of how close a guess was."""
    return hashlib.sha256(token.encode()).digest()


def link_for(delivery_id: uuid.UUID) -> str:
    """The whole address to mail; its host is the configured one, never the request's."""
    return str(settings.SITE_URL + reverse("releases:delivery_open", args=[token_for(delivery_id)]))
