"""The filter bar of the auditor's desk and the choice of an export."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audit import queries
from audit.content import SUBJECT
from audit.queries import Selection


def _choices() -> list[tuple[str, Any]]:
    return [("", _("All events")), *((name, name) for name in sorted(queries.kinds()))]


class SelectionForm(forms.Form):
    """Which entries to show; every field may stay empty."""

    first_day = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    action = forms.ChoiceField(label=_("Event"), required=False, choices=_choices)
    mentioned = forms.CharField(
        label=_("Whole id of a photo, participant or other"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_mentioned(self) -> str:
        """The id in the log's own spelling."""
        mentioned: str = self.cleaned_data["mentioned"].lower()
        if mentioned and not SUBJECT.fullmatch(mentioned):
            raise forms.ValidationError(_("Write a whole id, as an entry or an export shows it."))
        return mentioned

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        cleaned = self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("This day is before the first one. Choose a later day."))
        return cleaned

    @property
    def selection(self) -> Selection:
        """What was asked for, once the form is valid."""
        return Selection(**self.cleaned_data)
