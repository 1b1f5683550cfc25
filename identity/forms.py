"""Typing an e-mail address."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from identity.addresses import COMMON_DOMAINS, LONGEST, AddressNotValid, cleaned, suggestion


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


class RemindersForm(forms.Form):
    """Whether to stop reminders. Nothing is chosen beforehand: programs that read mail press buttons, too."""

    STOP, GO_ON = "stop", "go_on"

    choice = forms.ChoiceField(
        label=_("Reminders"),
        choices=[(STOP, _("Stop reminders")), (GO_ON, _("Go on reminding me"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Django's own arguments."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    @property
    def stops(self) -> bool:
        """Whether the person chose to stop them."""
        return bool(self.cleaned_data["choice"] == self.STOP)
