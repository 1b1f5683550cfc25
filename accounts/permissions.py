"""Who may: every other page asks for one role; these are the questions that this room's own pages ask."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User
from audit.permissions import asked_again

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def signed_in(request: HttpRequest) -> User:
    """The signed-in person; the middleware has already refused anybody else. Raises PermissionDenied."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def administrator_only(view: View[P]) -> View[P]:
    """Refuse everybody but an administrator; a POST also asks for a fresh second factor first."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not signed_in(request).has_role("administrator"):
            raise PermissionDenied
        if request.method == "POST" and (again := asked_again(request, reverse("accounts:people"))):
            return again
        return view(request, *args, **kwargs)

    return guarded
