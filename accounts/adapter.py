"""Where this site differs from allauth's defaults: no sign-up, a logged sign-in, nothing personal in the cache."""

import base64
import logging
from typing import Any
from urllib.parse import urlsplit

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from accounts import session
from accounts.actions import note_sign_in
from accounts.factors import FACTORS, has_factor
from accounts.models import User
from accounts.signing_out import leave
from identity.actions import network_of

log = logging.getLogger(__name__)
# Twelve bits of a keyed hash: enough to slow guessing down, too little to tell whose address was typed.
BUCKETS = 2**12


class StaffAdapter(DefaultAccountAdapter):
    """Sign-in of staff."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is switched off."),
        "email_password_mismatch": _("The e-mail address or the password is not right. Try again."),
        "enter_current_password": _("This is not your password of today. Try again."),
        "incorrect_password": _("This is not your password. Try again."),
        "incorrect_code": _("This code is not right. Wait for the next one and try again."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes and try again, or sign in with a passkey."),
        "rate_limited": _("Too many attempts. Wait a minute and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are invited."""
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign the person in and start the session's clocks; without its entry in the log there is no sign-in."""
        person = User.objects.get(pk=user.pk)
        with transaction.atomic():
            super().login(request, person)
            session.begin(request)
            note_sign_in(
                person=person,
                steps=get_authentication_records(request, user),
                session_key=request.session.session_key,
                agent=request.headers.get("User-Agent", ""),
            )

    def logout(self, request: HttpRequest) -> None:
        """Sign the person out, who leaves nothing held behind."""
        leave(request.user)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write down that a password was refused. The bucket tells one attack from many slips."""
        super().authentication_failed(request, **credentials)
        log.warning("A password was refused, %s.", self._get_login_attempts_cache_key(request, **credentials))

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Whether this is the person's password, with the limits of a sign-in."""
        found = self.authenticate(context.request, email=user.get_username(), password=password)
        return found is not None and found.pk == user.pk

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """How the person may confirm: by password only as long as there is no second factor."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if isinstance(user, User) and has_factor(user):
            methods = [method for method in methods if method["id"] != "reauthenticate"]
        words = {
            "reauthenticate": gettext("Use your password"),
            "mfa_reauthenticate": gettext("Use a code"),
            "mfa_reauthenticate:webauthn": gettext("Use a passkey"),
        }
        return [{**method, "description": words[method["id"]]} for method in methods]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the page about one's own sign-in."""
        return reverse("mfa_index")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The key under which a client's attempts are counted: a keyed hash, so that no address is stored."""
        return salted_hmac("accounts.client", network_of(super().get_client_ip(request))).hexdigest()[:16]

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Attempts on one address are counted in one of BUCKETS buckets: anybody may type any address here."""
        digest = salted_hmac("accounts.attempts", credentials.get("email", "").lower(), algorithm="sha256").digest()
        return f"bucket-{int.from_bytes(digest[:4], 'big') % BUCKETS}"


class StaffFactors(DefaultMFAAdapter):
    """Second factors of staff."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("This is your only second factor. Add another one first."),
        "cannot_generate_recovery_codes": _("Set up an app or a passkey first."),
        "incorrect_code": _("This code is not right. Wait for the next one and try again."),
    }

    def encrypt(self, text: str) -> str:
        """Secrets of second factors are stored encrypted under a key made from SECRET_KEY."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again, also one written under a key of SECRET_KEY_FALLBACKS."""
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last second factor stays; an administrator can reset it with another one."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS).exclude(
            pk=authenticator.pk
        )
        return bool(others.exists())

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 -- named so by the base class
        """Passkeys are numbered."""
        number: int = 1 + Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %s") % number

    def build_totp_svg(self, url: str) -> str:
        """The QR code on white, so that a phone reads it on a dark page too."""
        return str(qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode"))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are bound to the configured host, never to what a request says."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": settings.MFA_TOTP_ISSUER}


def _fernet() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [salted_hmac("accounts.factors", "", secret=secret, algorithm="sha256").digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
