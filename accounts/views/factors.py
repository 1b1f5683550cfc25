"""allauth's pages for one's own sign-in. What this site adds: a change is recorded, mailed, and ends other sessions."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LogoutView, PasswordChangeView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator

from accounts.actions import note_change
from accounts.models import SignInChange
from accounts.permissions import signed_in
from accounts.views.keeping import keep_session


class OneChange:
    """A form that changes how its person signs in. The change, its entry and the end of other sessions are one."""

    what: SignInChange.What
    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        """Make the change, and let this session alone go on."""
        person = signed_in(self.request)
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            note_change(person=person, what=self.what)
            keep_session(self.request, person)
        return response


class AddApp(OneChange, ActivateTOTPView):
    """Set up an authenticator app. Its first code is also this session's second factor."""

    what = SignInChange.What.APP_ADDED

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the app and note the step."""
        response = super().form_valid(form)
        _note(self.request, Authenticator.Type.TOTP)
        return response


class RemoveApp(OneChange, DeactivateTOTPView):
    """Remove the authenticator app."""

    what = SignInChange.What.APP_REMOVED


class AddPasskey(OneChange, AddWebAuthnView):
    """Set up a passkey. Making it is also this session's second factor."""

    what = SignInChange.What.PASSKEY_ADDED

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ask for a key that the device keeps and guards, so that it can sign in alone."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": auth.begin_registration(signed_in(self.request), passwordless=True)}
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the passkey and note the step."""
        response = super().form_valid(form)
        _note(self.request, Authenticator.Type.WEBAUTHN)
        return response


class RemovePasskey(OneChange, RemoveWebAuthnView):
    """Remove a passkey."""

    what = SignInChange.What.PASSKEY_REMOVED


class MakeCodes(OneChange, GenerateRecoveryCodesView):
    """Make new recovery codes in place of the old ones."""

    what = SignInChange.What.CODES_MADE


@method_decorator(login_required, name="dispatch")
class ChangePassword(OneChange, PasswordChangeView):
    """Choose another password. Somebody without one was signed in by the demonstration page and cannot get one."""

    what = SignInChange.What.PASSWORD_CHANGED

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse whoever has no password."""
        if not signed_in(request).has_usable_password():
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class SignOut(LogoutView):
    """Sign out, and have the browser forget what pages of this site kept for the tab."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever sits down next finds no draft of a reading."""
        response: HttpResponse = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"storage"'
        return response


def _note(request: HttpRequest, kind: str) -> None:
    record_authentication(request, signed_in(request), method="mfa", type=str(kind), reauthenticated=True)
