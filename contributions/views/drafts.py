"""Whose sending a request is about: this browser's own, or nobody's."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from contributions.actions import TransitionNotAllowed
from contributions.models import Contribution, Person, Photo
from contributions.queries.giving import person_of_session, photo_of_session, sending_of_session
from contributions.transitions import SendingState
from identity.actions import network_of

P = ParamSpec("P")


def client_of(request: HttpRequest) -> str:
    """The network that the connection comes from, for limits that keep nothing of it."""
    return network_of(str(request.META.get("REMOTE_ADDR", "")))


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks and reads the answer."""
    return request.headers.get("Accept", "").startswith("application/json")


def refused(sentence: str, *, status: int = 422, **more: object) -> JsonResponse:
    """What a script is told when something was not done: one sentence to show."""
    return JsonResponse({"error": sentence, **more}, status=status)


def with_draft(
    view: Callable[Concatenate[HttpRequest, Contribution, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give the view the sending that this browser is putting together; without one, lead to where it stands."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        sending = sending_of_session(request.session)
        if sending is not None and sending.state == SendingState.DRAFT:
            try:
                return view(request, sending, *args, **kwargs)
            except TransitionNotAllowed:
                # Sent, stopped or removed in another window while this request was on its way.
                sending.refresh_from_db()
        return _elsewhere(request, sending)

    return wrapped


def _elsewhere(request: HttpRequest, sending: Contribution | None) -> HttpResponse:
    pages = {SendingState.SENT: "contributions:sending_sent", SendingState.DRAFT: "contributions:photo_list"}
    start = "contributions:give_start"
    target = reverse(pages.get(SendingState(sending.state), start) if sending else start)
    if wants_json(request):
        return refused(_("This changed in another window."), status=409, next=target)
    return redirect(target)


def own_photo(request: HttpRequest, photo_id: UUID) -> Photo:
    """The photo, if this browser sent it and it is not given yet; raises Http404 for everybody else."""
    photo = photo_of_session(request.session, photo_id)
    if photo is None:
        raise Http404
    return photo


def own_person(request: HttpRequest, person_id: UUID) -> Person:
    """The mark, if it is on such a photo; raises Http404."""
    person = person_of_session(request.session, person_id)
    if person is None:
        raise Http404
    return person
