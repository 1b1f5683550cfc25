"""An annotator's answer as the workbench sends it: one request, checked here for shape, in the action for sense."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.actions import Box, Crop, PersonRead
from annotation.models import Exclusion

MAX_PEOPLE = 60
MAX_COVERS = 60


class LeaseForm(forms.Form):
    """Which lease a request speaks of."""

    lease = forms.UUIDField(widget=forms.HiddenInput)


class AnswerForm(LeaseForm):
    """One reading or exclusion. The crop is in per cent of the photo.

    `people` is a JSON list of {mark, suggestion, x, y, age}, `covers` one of {left, top, right, bottom}, as fractions.
    """

    version = forms.IntegerField(min_value=0)
    key = forms.UUIDField()
    # An empty list is an answer: nobody is in the picture. The field says when it is missing.
    people = forms.JSONField(required=False)
    covers = forms.JSONField(required=False)
    left = forms.FloatField(min_value=0, max_value=100)
    top = forms.FloatField(min_value=0, max_value=100)
    right = forms.FloatField(min_value=0, max_value=100)
    bottom = forms.FloatField(min_value=0, max_value=100)
    exclusion = forms.ChoiceField(choices=[("", ""), *Exclusion.choices], required=False)
    note = forms.CharField(max_length=300, required=False)
    seconds = forms.IntegerField(min_value=0, max_value=86_400)

    def clean_people(self) -> list[PersonRead]:
        """The people as values; raises ValidationError for anything of another shape."""
        rows = self.cleaned_data["people"]
        if not isinstance(rows, list) or len(rows) > MAX_PEOPLE:
            raise forms.ValidationError(_("The list of people could not be read."))
        try:
            return [_person(row) for row in rows]
        except (KeyError, TypeError, ValueError, ArithmeticError):
            raise forms.ValidationError(_("Give every person an age in years, such as 7 or 3.5.")) from None

    def clean_covers(self) -> list[Box]:
        """The covers as values, none when nothing was sent; raises ValidationError for anything of another shape."""
        rows = self.cleaned_data["covers"] or []
        problem = forms.ValidationError(_("What you covered could not be read."))
        if not isinstance(rows, list) or len(rows) > MAX_COVERS:
            raise problem
        try:
            return [Box(*(float(row[edge]) for edge in ("left", "top", "right", "bottom"))) for row in rows]
        except (KeyError, TypeError, ValueError):
            raise problem from None

    def crop(self) -> Crop:
        """The crop as fractions."""
        data = self.cleaned_data
        return Crop(data["left"] / 100, data["top"] / 100, data["right"] / 100, data["bottom"] / 100)


def _person(row: dict[str, Any]) -> PersonRead:
    mark, age = row["mark"], Decimal(str(row["age"])).quantize(Decimal("0.01"))
    if not age.is_finite():
        raise ValueError("an age is a number")
    taken = row.get("suggestion")
    return PersonRead(
        mark=UUID(mark) if mark else None,
        x=float(row["x"]),
        y=float(row["y"]),
        age_years=age,
        suggestion=None if taken is None else int(taken),
    )
