"""What the claim page, the link behind it and the officer's desk take in. Nothing is chosen beforehand."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from contributions.actions.claiming import CHILD, ME
from contributions.actions.revoking import Reason
from contributions.models import ClaimedPhoto
from identity.forms import AddressForm

LONGEST_WORDS = 2000
LONGEST = 254  # RFC 5321, as for the person's own address
LOOK, DELETE = "look", "delete"
FINGERPRINT = r"^[0-9a-f]{64}\Z"
NOT_A_FINGERPRINT = _("The picture could not be read. Choose it again, or leave it out.")
NOT_AN_ADDRESS = _("Write an address like name@example.org.")


class ClaimForm(AddressForm):
    """What somebody tells us who thinks they are pictured and was never asked."""

    field_order = ("about", "picture", "words", "sender", "email")
    about = forms.ChoiceField(
        label=_("Whom do you write for?"),
        choices=[(ME, _("For myself")), (CHILD, _("For my child, who is under 18"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose for whom you write.")},
    )
    words = forms.CharField(
        label=_("What does the picture show, and how old are you in it?"),
        help_text=_(
            "For example: a birthday in a garden, three children, I am about 6 and wear a red coat. Do not write names "
            "or addresses here. At most 2,000 characters."
        ),
        max_length=LONGEST_WORDS,
        error_messages={
            "required": _("Write what the picture shows."),
            "max_length": _("This is longer than 2,000 characters. Write it in fewer words."),
        },
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
    )
    # The PDQ hash of a picture, made in the person's own browser; the picture itself has no field.
    picture = forms.CharField(
        required=False, validators=[RegexValidator(FINGERPRINT, NOT_A_FINGERPRINT)], widget=forms.HiddenInput
    )
    sender = forms.EmailField(
        label=_("The e-mail address of the person who may have sent it"),
        help_text=_("We do not write to this person about it, and do not tell you whether we know the address."),
        required=False,
        max_length=LONGEST,
        error_messages={"invalid": NOT_AN_ADDRESS},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Django's own arguments."""
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("We send a link to it, and later our answer.")
        if self.data.get("picture"):
            self.fields["words"].required = False


class ConfirmForm(forms.Form):
    """What is to become of what was written."""

    choice = forms.ChoiceField(
        label=_("What do you want?"),
        choices=[(LOOK, _("Yes, look for it")), (DELETE, _("Take it back, delete what I wrote"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you want. Nothing has changed.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Django's own arguments."""
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    @property
    def look(self) -> bool:
        """Whether staff are to look for the photo."""
        return bool(self.cleaned_data["choice"] == LOOK)


class PhotoForm(forms.Form):
    """A photo by its id."""

    photo = forms.UUIDField(
        label=_("Photo"),
        help_text=_("The whole id, as the log and the desks show it."),
        error_messages={"invalid": _("Write the whole id of the photo.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Django's own arguments."""
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class ClaimRulingForm(forms.Form):
    """Which photo, and whether the person is shown on it."""

    photo = forms.UUIDField()
    ruling = forms.ChoiceField(choices=ClaimedPhoto.Ruling.choices)


class RevokeForm(PhotoForm):
    """The photo whose use is ended for good, and why."""

    reason = forms.ChoiceField(label=_("Why"), choices=Reason.choices, widget=forms.RadioSelect)
