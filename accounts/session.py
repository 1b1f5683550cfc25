"""How long a staff session lasts: STAFF_IDLE_MINUTES without a request, STAFF_SESSION_HOURS in all (settings)."""

import time

from django.conf import settings
from django.http import HttpRequest

KEY = "staff"
# The time of the last request is stored at this grain (seconds), so that most requests write no session.
GRAIN = 30


def begin(request: HttpRequest) -> None:
    """Start both clocks, at sign-in."""
    now = time.time()
    request.session[KEY] = {"since": now, "seen": now}


def is_over(request: HttpRequest) -> bool:
    """Whether the session of a signed-in person has ended; one that never began properly has."""
    clocks = request.session.get(KEY)
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
