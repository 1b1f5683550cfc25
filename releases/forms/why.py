"""Which photo a curator asks about, and for whose release."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions.models import Photo
from releases.models import Audience
from releases.queries import photo_called


class WhyForm(forms.Form):
    """A photo by its id, or by the public id that a release gives it; the form finds the photo."""

    audience = forms.ChoiceField(label=_("In a release for"), choices=Audience.choices)
    photo = forms.UUIDField(
        label=_("Which photo"),
        help_text=_(
            "Its id, or the public id that a release has given it. Under “What is in it”, manifest.json lists the"
            " public ids of a release."
        ),
        error_messages={"invalid": _("This is no id. One looks like 2f1c8a0e-5b7d-4c3a-9e61-0d4b7a92c815.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_photo(self) -> Photo:
        """The photo itself."""
        called: UUID = self.cleaned_data["photo"]
        photo = photo_called(called)
        if photo is None:
            raise forms.ValidationError(_("There is no photo of this id."))
        return photo
