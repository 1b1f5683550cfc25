"""allauth's pages for setting up a second factor, with what this site adds."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import PasswordChangeView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator

from accounts.permissions import signed_in


class AddApp(ActivateTOTPView):
    """Set up an authenticator app. Its first code is also this session's second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the app and note the step."""
        response: HttpResponse = super().form_valid(form)
        _note(self.request, Authenticator.Type.TOTP)
        return response


class AddPasskey(AddWebAuthnView):
    """Set up a passkey. Making it is also this session's second factor."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ask for a key that the device keeps and guards, so that it can sign in alone."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": auth.begin_registration(signed_in(self.request), passwordless=True)}
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the passkey and note the step."""
        response: HttpResponse = super().form_valid(form)
        _note(self.request, Authenticator.Type.WEBAUTHN)
        return response


@method_decorator(login_required, name="dispatch")
class ChangePassword(PasswordChangeView):
    """Choose another password. Somebody without one was signed in by the demonstration page and cannot get one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse whoever has no password."""
        if not signed_in(request).has_usable_password():
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


def _note(request: HttpRequest, kind: str) -> None:
    record_authentication(request, signed_in(request), method="mfa", type=str(kind), reauthenticated=True)
