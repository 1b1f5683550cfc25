"""Forms of staff sign-in and of the administrator's pages."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import ROLES, RolesRefused, check_roles

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

log = logging.getLogger(__name__)
Given = TypeVar("Given")
SECOND_REFUSED = "A second factor of staff member %s was refused."
LENGTH_HINT = _("At least 12 characters. A few words together are good.")
CODE_ATTRS = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class SignInForm(LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Plain labels, no placeholders."""
        super().__init__(*args, **kwargs)
        _plain(self, login=_("E-mail address"), password=_("Password"))
        self.fields["login"].widget.attrs.update(autocomplete="username", autofocus=True)


class PasswordAgainForm(ReauthenticateForm):
    """The password, to confirm while there is no second factor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A plain label."""
        super().__init__(*args, **kwargs)
        _plain(self, password=_("Password"))


class NewPasswordForm(ChangePasswordForm):
    """The old password and a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Plain labels and one line of help."""
        super().__init__(*args, **kwargs)
        _plain(self, oldpassword=_("Password of today"), password1=_("New password"), password2=_("New password again"))
        self.fields["password1"].help_text = LENGTH_HINT


class CodeForm(codes.AuthenticateForm):
    """The code at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A plain label."""
        super().__init__(*args, **kwargs)
        _plain_code(self, _("Code from your app, or a recovery code"))

    def clean_code(self) -> str:
        """The code, when it is right."""
        code: str = _noted(super().clean_code, SECOND_REFUSED, self.user)
        return code


class CodeAgainForm(codes.ReauthenticateForm):
    """The code, to confirm."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A plain label."""
        super().__init__(*args, **kwargs)
        _plain_code(self, _("Code from your app, or a recovery code"))

    def clean_code(self) -> str:
        """The code, when it is right."""
        code: str = _noted(super().clean_code, SECOND_REFUSED, self.user)
        return code


class AppForm(ActivateTOTPForm):
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A plain label."""
        super().__init__(*args, **kwargs)
        _plain_code(self, _("Code that the app shows"))


class PasskeyAloneForm(LoginWebAuthnForm):
    """A passkey that signs in alone."""

    def clean_credential(self) -> Authenticator:
        """The passkey, when it is right. Whose a refused one was meant to be is not known."""
        return _noted(super().clean_credential, "A passkey was refused at sign-in.")


class PasskeySecondForm(AuthenticateWebAuthnForm):
    """A passkey as the second factor, after the password."""

    def clean_credential(self) -> Authenticator:
        """The passkey, when it is right."""
        return _noted(super().clean_credential, SECOND_REFUSED, self.user)


class PasskeyAgainForm(ReauthenticateWebAuthnForm):
    """A passkey, to confirm."""

    def clean_credential(self) -> Authenticator:
        """The passkey, when it is right."""
        return _noted(super().clean_credential, SECOND_REFUSED, self.user)


class PasskeyForm(AddWebAuthnForm):
    """A new passkey; each one can sign in alone, so the device must check who holds it."""

    passwordless = forms.BooleanField(initial=True, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A plain label."""
        super().__init__(*args, **kwargs)
        _plain(self, name=_("Name of this passkey"))


class JoinForm(forms.Form):
    """What an invited person sets: a name and a password, typed twice."""

    name = forms.CharField(max_length=120, label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        strip=False,
        label=_("Password"),
        help_text=LENGTH_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        strip=False, label=_("Password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        """`email` is the invited address, which the password must not resemble."""
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same and a good one."""
        data = super().clean() or {}
        password, again = data.get("password"), data.get("again")
        if password and again and password != again:
            self.add_error("again", gettext("The two passwords differ. Type the same one twice."))
        elif password:
            try:
                validate_password(password, User(email=self.email, name=data.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class RolesForm(forms.Form):
    """Which roles a person holds."""

    roles = forms.MultipleChoiceField(
        choices=list(ROLES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )

    def clean_roles(self) -> list[str]:
        """Roles that one person may hold together."""
        roles: list[str] = self.cleaned_data["roles"]
        try:
            check_roles(set(roles))
        except RolesRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return roles


class InviteForm(RolesForm):
    """Whom to invite, and for what."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    field_order = ("email", "roles")


def _noted(clean: Callable[[], Given], words: str, *people: User) -> Given:
    """What `clean` says; a refusal is written down, by people's random ids."""
    try:
        return clean()
    except forms.ValidationError:
        log.warning(words, *[person.pk for person in people])
        raise


def _plain(form: forms.BaseForm, **labels: "StrOrPromise") -> None:
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].help_text = ""
        form.fields[name].widget.attrs.pop("placeholder", None)


def _plain_code(form: forms.BaseForm, label: "StrOrPromise") -> None:
    _plain(form, code=label)
    form.fields["code"].widget.attrs.update(CODE_ATTRS)
