"""Invitation tokens: 256 bits made from the row's id and the site's secret, so that none is stored or queued."""

import base64
import hashlib
import uuid

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac


def token_for(invitation_id: uuid.UUID) -> str:
    """The token in the link of this invitation."""
    mac = salted_hmac("accounts.invitation", str(invitation_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    """What the database keeps of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()


def link_for(invitation_id: uuid.UUID) -> str:
    """The whole address to send; its host is the configured one, never the request's."""
    return settings.SITE_URL + reverse("accounts:join_open", args=[token_for(invitation_id)])
