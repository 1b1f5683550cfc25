"""The withdrawal code on its way to a page of thanks: in the browser alone, for some minutes, shown once."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from consent.queries import receipt_by_code

COOKIE, SECONDS = "mpm_code", 600


def hand_over(response: HttpResponse, code: str, *, page: str) -> HttpResponse:
    """Give the code to the browser alone: a session is a row, and the database's own log keeps a row for good."""
    if code:
        response.set_cookie(
            COOKIE,
            code,
            max_age=SECONDS,
            path=page,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def code_of(request: HttpRequest, *, participant: UUID | None) -> str:
    """The code that this browser brought along, if it is this participant's; else an empty text."""
    code = request.COOKIES.get(COOKIE, "")
    receipt = receipt_by_code(code) if code else None
    return code if receipt is not None and receipt.participant == participant else ""


def shown_once(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Take the code out of the browser again, now that its page was shown."""
    if request.method == "GET" and COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, path=request.path, samesite="Lax")
    return response
