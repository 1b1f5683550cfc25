"""How long a staff session lasts: STAFF_IDLE_MINUTES without a request, STAFF_SESSION_HOURS in all (settings)."""

import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

KEY = "staff"
# The time of the last request is stored at this grain (seconds), so that most requests write no session.
GRAIN = 30


def begin(request: HttpRequest) -> None:
    """Start both clocks, at sign-in, and remember under which key the session began."""
    now = time.time()
    if not request.session.session_key:
        request.session.save()
    request.session[KEY] = {"since": now, "seen": now, "key": request.session.session_key}


def former_key(request: HttpRequest) -> str | None:
    """The key that this session had before it was given its present one, which is remembered from now on; else None.

    Django gives a new one where the secret that signs sessions was changed, and we where a factor was.
    """
    clocks = request.session.get(KEY) or {}
    old, new = clocks.get("key"), request.session.session_key
    if not old or old == new:
        return None
    request.session[KEY] = {**clocks, "key": new}
    return str(old)


def is_over(request: HttpRequest) -> bool:
    """Whether the session of a signed-in person has ended; one that never began properly has."""
    return ran_out(request.session)


def ran_out(kept: Mapping[str, Any]) -> bool:
    """Whether what a session keeps says that one of its clocks ran out, or never began."""
    clocks = kept.get(KEY)
    if not clocks:
        return True
    now = time.time()
    idle, whole = settings.STAFF_IDLE_MINUTES * 60, settings.STAFF_SESSION_HOURS * 3600
    return bool(now - clocks["seen"] >= idle or now - clocks["since"] >= whole)


def note_activity(request: HttpRequest, page: str) -> None:
    """Move the idle clock, unless a page made the request by itself (settings.STAFF_HEARTBEATS)."""
    now, clocks = time.time(), request.session[KEY]
    if page not in settings.STAFF_HEARTBEATS and now - clocks["seen"] >= GRAIN:
        request.session[KEY] = {**clocks, "seen": now}
