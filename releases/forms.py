"""What a curator may ask of a release, and writes in an update."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions.models import Grounds
from releases.models import Audience


class DraftForm(forms.Form):
    """For whom the next release is made, and on which bases everybody shown in it stands."""

    audience = forms.ChoiceField(label=_("For whom"), choices=Audience.choices, widget=forms.RadioSelect)
    bases = forms.MultipleChoiceField(
        label=_("Accept photos that also show somebody who is"),
        choices=[(grounds.value, grounds.label) for grounds in Grounds if grounds is not Grounds.SELF],
        initial=[Grounds.CONFIRMED, Grounds.AFFIRMED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    with_nobody = forms.BooleanField(label=_("Accept photos with nobody in them"), required=False)


class UpdateTextForm(forms.Form):
    """An update in one language; with both fields empty it is not told in this language."""

    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    text = forms.CharField(
        label=_("Text"),
        max_length=10_000,
        required=False,
        help_text=_(
            "Markdown: an empty line between paragraphs, - for a list, ### for a heading, [words](https://address)."
        ),
        widget=forms.Textarea(attrs={"rows": 14}),
    )

    def clean(self) -> dict[str, Any]:
        """Both or neither."""
        data = super().clean() or {}
        if bool(data.get("title")) != bool(data.get("text")):
            missing = "text" if data.get("title") else "title"
            self.add_error(missing, _("Write a title and a text, or neither."))
        return data
