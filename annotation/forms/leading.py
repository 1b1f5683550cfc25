"""What a lead sends: to whom a photo is left, and which photos are excluded for which reason."""

import re
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.actions.leading import EVERYBODY, MOST_AT_ONCE
from annotation.models import Exclusion
from annotation.queries.exposure import annotators

_BETWEEN: Final = re.compile(r"[\s,;]+")


def _reasons() -> list[tuple[str, str]]:
    """Each reason with the code under which the log has it, where that is another word; "unsafe" takes a look first."""
    named = [(reason.value, str(reason.label)) for reason in Exclusion if reason != Exclusion.UNSAFE]
    return [(code, label if label == code else f"{label} ({code})") for code, label in named]


class LeaveForm(forms.Form):
    """To whom a photo is left: an annotator, but for whoever read it first, or everybody."""

    to = forms.ChoiceField(
        label=_("Who is to read it?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose to whom the photo is left. Nothing has changed."),
            "invalid_choice": _("This person cannot read this photo. Choose somebody else; nothing has changed."),
        },
    )

    def __init__(self, *args: Any, but_for: UUID | None = None, **kwargs: Any) -> None:
        """Django's own arguments, and who read the photo first."""
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        people = [(str(person), name) for person, name in annotators() if person != but_for]
        self.fields["to"].choices = [(EVERYBODY, gettext("Everybody who reads")), *people]  # type: ignore[attr-defined]

    @property
    def person(self) -> UUID | None:
        """The person's id; None for everybody."""
        to = self.cleaned_data["to"]
        return None if to == EVERYBODY else UUID(to)


class PhotosForm(forms.Form):
    """Which photos: ticked ones (`photo`, repeated) or a pasted list of ids (`photos`)."""

    photos = forms.CharField(
        label=_("Ids of photos, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        # An id and what stands between two.
        max_length=MOST_AT_ONCE * 40,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Django's own arguments."""
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        # Not asked for where photos were ticked; on a page it is the one thing to fill in.
        self.fields["photos"].required = not self.is_bound
        self.chosen: list[UUID] = []
        self.unreadable: list[str] = []

    def clean(self) -> dict[str, Any]:
        """Read the ids; each counts once."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        ticked = self.data.getlist("photo") if hasattr(self.data, "getlist") else []
        for word in (*ticked, *_BETWEEN.split(data.get("photos", ""))):
            self._take(word.strip())
        self.chosen = list(dict.fromkeys(self.chosen))
        self.fields["photos"].required = True
        if len(self.chosen) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("These are %(n)s photos. At most %(most)s are excluded at once; nothing has changed."),
                params={"n": len(self.chosen), "most": MOST_AT_ONCE},
            )
        if not self.chosen:
            raise forms.ValidationError(_("Tick photos, or write their whole ids. Nothing has changed."))
        return data

    def _take(self, word: str) -> None:
        if not word:
            return
        try:
            self.chosen.append(UUID(word))
        except ValueError:
            self.unreadable.append(word[:40])


class ReasonForm(forms.Form):
    """Why photos are excluded; nothing is chosen beforehand."""

    reason = forms.ChoiceField(
        label=_("Why are they excluded?"),
        choices=_reasons,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason. Nothing has changed.")},
    )
    note = forms.CharField(
        label=_("In words"),
        help_text=_("Needed for the reason “other” alone. No names, and nothing that is to be read on the print."),
        required=False,
        max_length=300,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Django's own arguments."""
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean(self) -> dict[str, Any]:
        """The reason "other" says nothing by itself."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("reason") == Exclusion.OTHER and not data.get("note", "").strip():
            self.add_error("note", _("Say in words why. Nothing has changed."))
        return data
