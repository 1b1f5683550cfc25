"""What a lead sends: to whom a photo is left, and which photos are excluded for which reason."""

from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.actions.leading import EVERYBODY, MOST_AT_ONCE
from annotation.forms.pasted import pasted
from annotation.models import Exclusion
from annotation.queries.exposure import annotators
from annotation.queries.naming import named


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


def _how_photos_are_named() -> SafeString:
    words = gettext("As pages show them (the first eight characters are enough), or lines copied from {find}.")
    link = format_html('<a href="{}">{}</a>', reverse("annotation:find"), gettext("Find"))
    return format_html(words, find=link)


class PhotosForm(forms.Form):
    """Which photos: ticked ones (`photo`, repeated) or pasted text that names some (`photos`).

    Once it is valid, `chosen` has their ids, each once; `unreadable` what is no photo's id, `ambiguous` short names
    that are those of several photos.
    """

    photos = forms.CharField(
        label=_("Ids of photos"),
        help_text=lazy(_how_photos_are_named, str)(),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        # As long as a copied row of what was found may be.
        max_length=MOST_AT_ONCE * 250,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Django's own arguments."""
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        # Not asked for where photos were ticked; on a page it is the one thing to fill in.
        self.fields["photos"].required = not self.is_bound
        self.chosen: list[UUID] = []
        self.unreadable: list[str] = []
        self.ambiguous: list[str] = []

    def clean(self) -> dict[str, Any]:
        """Read the ids; each counts once."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        ticked = self.data.getlist("photo") if hasattr(self.data, "getlist") else []
        self._read("\n".join((*ticked, data.get("photos", ""))))
        self.fields["photos"].required = True
        if len(self.chosen) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("These are %(n)s photos. At most %(most)s are excluded at once; nothing has changed."),
                params={"n": len(self.chosen), "most": MOST_AT_ONCE},
            )
        if not self.chosen:
            raise forms.ValidationError(_("Tick photos, or write their ids. Nothing has changed."))
        return data

    def _read(self, text: str) -> None:
        found = pasted(text)
        photos = named(found.short)
        self.unreadable = [*found.unreadable, *(short for short in found.short if not photos[short])]
        self.ambiguous = [short for short in found.short if len(photos[short]) > 1]
        by_name = (photo for their in photos.values() if len(their) == 1 for photo in their)
        self.chosen = list(dict.fromkeys((*found.whole, *by_name)))


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
