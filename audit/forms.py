"""The filter bar of the auditor's desk and the choice of an export."""

import re
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from audit import queries
from audit.content import SUBJECT
from audit.desk import rooms
from audit.desk.stories import Story, story_of
from audit.queries import Selection

# The beginning of a uuid, such as the pages show it, is no id.
PART_OF_AN_ID = re.compile(r"(?=.{1,35}\Z)[0-9a-f]{1,8}(?:-[0-9a-f]{0,12})*")


def _kinds() -> list[tuple[str, Any]]:
    """Every kind of event, in groups by what it happens to."""
    found: list[tuple[str, Any]] = [("", _("All events"))]
    for thing, names in groupby(sorted(queries.kinds()), key=lambda name: name.partition(":")[0]):
        found.append((_spaced(thing), [(name, _spaced(name.partition(":")[2])) for name in names]))
    return found


class SelectionForm(forms.Form):
    """Which entries to show; every field may stay empty. What rooms offer to choose from is a field each."""

    first_day = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    action = forms.ChoiceField(label=_("Event"), required=False, choices=_kinds)
    mentioned = forms.CharField(
        label=_("Whole id (photo, participant, other)"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask the rooms what they offer."""
        super().__init__(*args, **kwargs)
        labels = {"notice": _("Notice")}
        self.chosen = rooms.choices()
        for name, offered in self.chosen.items():
            choices = [("", _("Any")), *offered]
            self.fields[name] = forms.ChoiceField(
                label=labels.get(name, capfirst(name)), required=False, choices=choices
            )

    def clean_mentioned(self) -> str:
        """The id in the log's own spelling."""
        mentioned: str = self.cleaned_data["mentioned"].strip().lower()
        if mentioned and (not SUBJECT.fullmatch(mentioned) or PART_OF_AN_ID.fullmatch(mentioned)):
            raise forms.ValidationError(
                _("Write the whole id. The page behind an entry's link shows it, and every export does.")
            )
        return mentioned

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first, and two ids at once."""
        cleaned = self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("This day is before the first one. Choose a later day."))
        if len(self._ids()) > 1:
            self.add_error("mentioned", _("Write an id or choose from a list, not both."))
        return cleaned

    @property
    def selection(self) -> Selection:
        """What was asked for, once the form is valid."""
        cleaned = self.cleaned_data
        return Selection(
            first_day=cleaned["first_day"],
            last_day=cleaned["last_day"],
            action=cleaned["action"],
            mentioned=next(iter(self._ids()), ""),
        )

    def _ids(self) -> list[str]:
        return [found for name in ("mentioned", *self.chosen) if (found := self.cleaned_data.get(name))]


class ExportForm(SelectionForm):
    """Which entries go into a file: a selection, or the whole story of one id."""

    story = forms.UUIDField(required=False)
    format = forms.ChoiceField(required=False, choices=[("jsonl", "JSON lines"), ("csv", "CSV")])
    known: Story | None = None

    def clean_story(self) -> UUID | None:
        """Follow the story; one that is cut is refused, since a file would not say that it lacks something."""
        story: UUID | None = self.cleaned_data["story"]
        self.known = story_of(str(story)) if story else None
        if self.known is not None and self.known.is_cut:
            raise forms.ValidationError(
                _("More belongs to this id than one file follows. Export the stories of its parts, or the whole log.")
            )
        return story

    @property
    def selection(self) -> Selection:
        """What was asked for, once the form is valid."""
        return Selection(mentioned=self.known.ids) if self.known else super().selection


def _spaced(code: str) -> str:
    return code.replace("_", " ")
