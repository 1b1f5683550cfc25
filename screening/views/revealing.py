"""The one way to a held photo's picture: a press, then once the bytes, for the session that pressed."""

import time
from typing import Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from screening import actions, permissions
from screening.models import View
from screening.queries import desk
from screening.queries.own_looks import looks_of

SESSION_KEY: Final = "look"
# How long the picture stays open, and how long after the press it can be fetched (seconds).
LOOK_SECONDS: Final = 20
FETCHED_WITHIN: Final = 60


@require_POST
def look_begin(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """Begin one look at a held photo; its page then asks for the picture once."""
    me = permissions.check_can_rule(request.user)
    if desk.held_photo(photo_id) is None:
        raise Http404
    if looks_of(me).may_look:
        until = time.time() + FETCHED_WITHIN
        request.session[SESSION_KEY] = {"photo": str(photo_id), "look": str(uuid4()), "until": until}
    else:
        messages.error(request, _("No picture is shown now. You can rule by the facts, or pass the photo on."))
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(f"{reverse('screening:ruling', args=[photo_id])}{query}")


@require_GET
def look_picture(request: HttpRequest, photo_id: UUID, look: UUID) -> HttpResponseBase:
    """The picture, once, after the look is in the log; the same address gives nothing again."""
    me = permissions.check_can_rule(request.user)
    if open_look(request, photo_id) != look:
        raise Http404
    try:
        pixels = actions.reveal(photo_id=photo_id, staff_id=me, look=look)
    except (actions.NotRevealable, actions.LooksUsedUp):
        raise Http404 from None
    return StreamingHttpResponse(pixels, content_type="image/jpeg")


def open_look(request: HttpRequest, photo_id: UUID) -> UUID | None:
    """The look at this photo that this session has begun and not used; None: there is none."""
    begun = request.session.get(SESSION_KEY)
    if not begun or begun["photo"] != str(photo_id) or begun["until"] < time.time():
        return None
    look = UUID(begun["look"])
    return None if View.objects.filter(pk=look).exists() else look
