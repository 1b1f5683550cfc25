"""What counts as a second factor, read from allauth's record of the authentication steps in this session."""

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User

# Recovery codes come with one of these and do not stand alone.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_factor(person: User) -> bool:
    """Whether the person has set up an authenticator app or a passkey."""
    return bool(is_mfa_enabled(person, FACTORS))


def used_in_session(request: HttpRequest) -> list[dict[str, Any]]:
    """The second-factor steps that this person took in this session, oldest first."""
    person = request.user if isinstance(request.user, User) else None
    return [step for step in get_authentication_records(request, person) if step.get("method") == "mfa"]


def is_fresh(request: HttpRequest) -> bool:
    """Whether a second factor was used within settings.ACCOUNT_REAUTHENTICATION_TIMEOUT seconds.

    An invented person of the demonstration has no device to ask again, so that step stays fresh for the session.
    """
    steps = used_in_session(request)
    if not steps:
        return False
    age = time.time() - steps[-1]["at"]
    return age < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT or is_demo(request)


def is_demo(request: HttpRequest) -> bool:
    """Whether this session began on the demonstration page."""
    return any(step.get("type") == "demo" for step in used_in_session(request))
