"""Nothing under /staff/ is reached without a person, a role and a second factor, whatever the view forgets."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import translation

from accounts import demo, factors
from accounts.actions import rename_session
from accounts.models import User
from accounts.session import former_key, is_over, note_activity

log = logging.getLogger(__name__)
# Ways in and out. The pages behind them give nothing but a way in.
ENTRANCE = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "accounts:join_open",
        "accounts:join",
    }
)
# By a right, by a form's secret, by a limit.
REFUSED = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
# For a person who has no second factor yet, and nothing else.
SETTING_UP = frozenset({"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"})
# For a session that has not shown the person's second factor, such as one older than the factor.
CONFIRMING = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "accounts:step_up"})


def is_staff_page(request: HttpRequest) -> bool:
    """Whether the address lies under /staff/."""
    return f"{request.path_info}/".startswith("/staff/")


class StaffOnly:
    """Guards /staff/, ends idle and old sessions, and tells views whether the second factor is fresh."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, in English: the decision needs the resolved address and stands in process_view.

        Staff pages are written in English; a bar in the browser's language over them would be neither.
        """
        if not is_staff_page(request):
            return self.get_response(request)
        with translation.override("en"):
            answer = self.get_response(request)
        answer.headers["Content-Language"] = "en"
        _note_refusal(request, answer)
        return answer

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Let the request through (None) or answer it; raises PermissionDenied for a person without any role."""
        if not is_staff_page(request) or request.resolver_match is None:
            return None
        if request.user.is_authenticated:
            _end_or_follow(request)
        page = request.resolver_match.view_name
        request.fresh_second_factor = factors.is_fresh(request)  # type: ignore[attr-defined]
        if page in ENTRANCE:
            return None
        if not isinstance(request.user, User):
            return _sign_in(request)
        if not request.user.roles:
            raise PermissionDenied
        if factors.used_in_session(request):
            note_activity(request, page)
            return None
        has_factor = factors.has_factor(request.user)
        if page in (CONFIRMING if has_factor else SETTING_UP):
            note_activity(request, page)
            return None
        return _to(request, "accounts:step_up") if has_factor else _to(request, "mfa_index")


def _end_or_follow(request: HttpRequest) -> None:
    """End a session that is over; of another one its person's list knows under which key it goes on."""
    if is_over(request) or _is_demo_elsewhere(request):
        logout(request)
    elif old := former_key(request):
        rename_session(old=old, new=request.session.session_key)


def _note_refusal(request: HttpRequest, answer: HttpResponse) -> None:
    """Write down who was refused what, by a random id and the address's name: whoever tries doors leaves a trace."""
    if answer.status_code not in REFUSED or not isinstance(request.user, User):
        return
    match = request.resolver_match
    page = match.view_name if match else "an address that is not there"
    log.warning("Staff member %s was refused %s (%d).", request.user.pk, page, answer.status_code)


def _is_demo_elsewhere(request: HttpRequest) -> bool:
    return factors.is_demo(request) and not demo.is_allowed(request)


def _sign_in(request: HttpRequest) -> HttpResponse:
    """A page is redirected; a script gets a status that it can read, so that it keeps what was typed."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"sign_in": reverse(settings.LOGIN_URL)}, status=401)
    return _to(request, settings.LOGIN_URL)


def _to(request: HttpRequest, url_name: str) -> HttpResponse:
    back = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
    return HttpResponseRedirect(reverse(url_name) + back)
