"""What the pages of giving take in: an upload's own facts, a place on a photo, and what is said about a person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions.models import Basis

# What the three buttons under "Who is this?" say; then, for somebody else, one of the bases.
ALONE, ME, OTHER = "alone", "me", "other"


class UploadForm(forms.Form):
    """What comes with a photo: the key that the browser drew for it (a retry has the same) and the number it shows."""

    client_key = forms.UUIDField()
    number = forms.IntegerField(required=False, min_value=1)


class PlaceForm(forms.Form):
    """A place on a photo, as fractions of its width and height."""

    x = forms.FloatField(min_value=0, max_value=1)
    y = forms.FloatField(min_value=0, max_value=1)


class PersonForm(forms.Form):
    """One person: the age in the sender's own words, whether it is right that they were grown up, and who it is."""

    age = forms.CharField(
        label=_("How old in this picture?"),
        help_text=_("As you would say it: 7, 3½, 18 months, about 5, Grade 2."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "done", "autocapitalize": "none"}),
    )
    adult = forms.BooleanField(required=False, widget=forms.HiddenInput)
    who = forms.ChoiceField(
        required=False,
        choices=[(value, value) for value in (ALONE, ME, OTHER, *Basis.values)],
        widget=forms.HiddenInput,
    )

    @property
    def basis(self) -> str | None:
        """The basis that the pressed button stands for; empty for somebody else of whom more is asked."""
        who = str(self.cleaned_data.get("who", ""))
        return {"": None, ALONE: Basis.SELF, ME: Basis.SELF, OTHER: ""}.get(who, who)
