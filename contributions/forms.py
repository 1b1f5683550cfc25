"""What the pages of giving take in: an upload's own facts, a place on a photo, and what is said about a person."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions.decades import DECADES
from contributions.models import Basis

# What the three buttons under "Who is this?" say; then, for somebody else, one of the bases.
ALONE, ME, OTHER = "alone", "me", "other"
# The version of a UUID that is drawn at random (RFC 9562).
RANDOM = 4


class UploadForm(forms.Form):
    """What comes with a photo: the key that the browser drew for it (a retry has the same) and the number it shows."""

    client_key = forms.UUIDField()
    number = forms.IntegerField(required=False, min_value=1)


class PlaceForm(forms.Form):
    """A place on a photo, as fractions of its width and height."""

    x = forms.FloatField(min_value=0, max_value=1)
    y = forms.FloatField(min_value=0, max_value=1)


class MarkForm(PlaceForm):
    """A new mark, and the id that the browser drew for it (a retry has the same; the plain button has none)."""

    id = forms.UUIDField(required=False)

    def clean_id(self) -> UUID | None:
        """An id that somebody drew, or none."""
        drawn: UUID | None = self.cleaned_data["id"]
        if drawn is not None and drawn.version != RANDOM:
            raise forms.ValidationError("no random id")
        return drawn


class FrameForm(forms.Form):
    """The corners of a frame as eight numbers with commas between; empty keeps all of the photo (None)."""

    corners = forms.CharField(required=False, max_length=200)

    def clean_corners(self) -> list[float] | None:
        """Eight fractions, or None; whether they are a frame is for the action to say."""
        text: str = self.cleaned_data["corners"]
        try:
            return [float(number) for number in text.split(",")] if text else None
        except ValueError:
            raise forms.ValidationError(_("These are not numbers.")) from None


class DecadeForm(forms.Form):
    """When a photo was taken, if the sender knows: a decade, or nothing."""

    decade = forms.TypedChoiceField(
        required=False, choices=[("", ""), *((str(decade), decade) for decade in DECADES)], coerce=int, empty_value=None
    )


class PersonForm(forms.Form):
    """One person: the age in the sender's own words, whether it is right that they were grown up, and who it is.

    Instead of the age, the year in which the photo was taken and the year in which the person was born can be given.
    """

    age = forms.CharField(
        label=_("How old in this picture?"),
        help_text=_("As you would say it: 7, 3½, 18 months, about 5, Grade 2."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "done", "autocapitalize": "none"}),
    )
    taken = forms.RegexField(r"^\d{4}$", required=False, label=_("Year of the photo"))
    born = forms.RegexField(r"^\d{4}$", required=False, label=_("Year of birth"))
    adult = forms.BooleanField(required=False, widget=forms.HiddenInput)
    who = forms.ChoiceField(
        required=False,
        choices=[(value, value) for value in (ALONE, ME, OTHER, *Basis.values)],
        widget=forms.HiddenInput,
    )

    @property
    def age_text(self) -> str | None:
        """The age as it is kept: as written, or the two years; None where the form asked for none."""
        if "age" not in self.data and "taken" not in self.data:
            return None
        taken, born = self.cleaned_data["taken"], self.cleaned_data["born"]
        if self.cleaned_data["age"] or not (taken and born):
            return str(self.cleaned_data["age"])
        return f"{taken} - {born}"

    @property
    def basis(self) -> str | None:
        """The basis that the pressed button stands for; empty for somebody else of whom more is asked."""
        who = str(self.cleaned_data.get("who", ""))
        return {"": None, ALONE: Basis.SELF, ME: Basis.SELF, OTHER: ""}.get(who, who)
