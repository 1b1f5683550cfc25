"""Typing an e-mail address."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from identity.addresses import COMMON_DOMAINS, LONGEST, AddressNotValid, cleaned, suggestion

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STOP, GO_ON = "stop", "go_on"


class AddressForm(forms.Form):
    """One e-mail address. A likely typo is pointed out by `suggestion` and never blocks."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=LONGEST,
        error_messages={
            "required": _("Write an address like name@example.org."),
            "invalid": _("Write an address like name@example.org."),
        },
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Django's own arguments."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        """The address, cleaned."""
        try:
            return cleaned(str(self.cleaned_data["email"]))
        except AddressNotValid:
            raise ValidationError(_("Write an address like name@example.org."), code="invalid") from None

    @property
    def suggestion(self) -> str:
        """The address that was probably meant, or an empty text; for the page to offer."""
        return suggestion(str(self.data.get(self.add_prefix("email"), "")))

    @property
    def common_domains(self) -> str:
        """The domains that `suggestion` knows, for a page that points out a typo while it is typed."""
        return " ".join(COMMON_DOMAINS)


def _stop_or_go_on(label: "StrOrPromise", stop: "StrOrPromise", go_on: "StrOrPromise") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[(STOP, stop), (GO_ON, go_on)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )


class StoppingForm(forms.Form):
    """Whether to stop mails of one kind. Nothing is chosen beforehand: programs that read mail press buttons, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Django's own arguments."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    @property
    def stops(self) -> bool:
        """Whether the person chose to stop them."""
        return bool(self.cleaned_data["choice"] == STOP)


class RemindersForm(StoppingForm):
    """Whether to stop reminders."""

    choice = _stop_or_go_on(_("Reminders"), _("Stop reminders"), _("Go on reminding me"))


class UpdatesForm(StoppingForm):
    """Whether to stop updates."""

    choice = _stop_or_go_on(_("News"), _("Send me no news"), _("Go on sending me news"))
