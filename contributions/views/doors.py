"""Who a request speaks for: the link that its browser opened, or the half hour that a link was turned into."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from contributions.queries.giving import SESSION_KEY as SENDING
from identity.models import Link
from identity.queries import OPENED_LINK, is_quiet, live_link

LINK, MANAGE, CODE, THANKS = OPENED_LINK, "manage", "code", "thanks"
CODE_MINUTES = 15
P = ParamSpec("P")


def opened_link(request: HttpRequest, action: Link.Action) -> Link | None:
    """The link that this browser opened, if it serves this action and still opens something."""
    link_id = request.session.get(LINK)
    return live_link(link_id, action) if link_id else None


def open_manage(request: HttpRequest, *, participant: UUID, link: UUID) -> None:
    """Let this browser act for a participant, for settings.MANAGE_MINUTES."""
    request.session.cycle_key()
    request.session.pop(LINK, None)
    until = timezone.now() + timedelta(minutes=settings.MANAGE_MINUTES)
    request.session[MANAGE] = {"participant": str(participant), "until": until.isoformat(), "link": str(link)}


def close_manage(request: HttpRequest) -> None:
    """Forget everything that this browser could act for, a sending under way left out."""
    sending = request.session.get(SENDING)
    request.session.flush()
    if sending:
        request.session[SENDING] = sending


def with_participant(
    view: Callable[Concatenate[HttpRequest, UUID, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give the view the participant whose pages are open in this browser; lead to a fresh link where none are.

    They end with the address: at the same moment for somebody who is deleted and for somebody of whom the law keeps
    something back.
    """

    @wraps(view)
    def asked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        participant = _still(request, MANAGE)
        if participant is None or is_quiet(participant):
            return redirect("identity:link_stale")
        return view(request, participant, *args, **kwargs)

    return asked


def remember_code(request: HttpRequest, *, participant: UUID) -> None:
    """Remember for a few minutes that this browser showed a withdrawal code of the participant's."""
    request.session.cycle_key()
    until = timezone.now() + timedelta(minutes=CODE_MINUTES)
    request.session[CODE] = {"participant": str(participant), "until": until.isoformat()}


def participant_of_code(request: HttpRequest) -> UUID | None:
    """The participant whose code this browser showed a moment ago."""
    return _still(request, CODE)


def _still(request: HttpRequest, key: str) -> UUID | None:
    kept = request.session.get(key)
    if not kept:
        return None
    if datetime.fromisoformat(kept["until"]) <= timezone.now():
        del request.session[key]
        return None
    return UUID(kept["participant"])
