"""The question that staff ask of the collection."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from annotation.answers import MOST_COUNTED
from annotation.days import DAY, monday, today
from annotation.models import Exclusion
from annotation.searching.criteria import APART, Criteria, Standing
from annotation.searching.words import STANDINGS, TEXTS
from annotation.vocabulary import terms_for_page
from contributions.queries import DECADES, decade_label

OLDEST: Final = 129
WEEKS: Final = 12
# A question looks at the day after, too.
LAST_DAY: Final = date.max - timedelta(days=1)
_DAY_INPUT: Final = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _decades() -> list[tuple[Any, Any]]:
    return [("", _("Any")), *((decade, decade_label(decade)) for decade in DECADES)]


def _terms() -> list[tuple[str, str]]:
    return [(term["id"], term["label"]) for group in terms_for_page() for term in group["terms"]]


def _weeks() -> list[tuple[str, Any]]:
    """The last weeks (UTC) by their Mondays, the newest first."""
    this = monday(today())
    mondays = [this - timedelta(weeks=number) for number in range(WEEKS)]
    return [("", _("Any")), *((str(one), _("from %(day)s") % {"day": date_format(one, DAY)}) for one in mondays)]


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=_DAY_INPUT, validators=[MaxValueValidator(LAST_DAY)])


class FindForm(forms.Form):
    """What has to hold for a photo; every field may stay empty, and all that are filled hold together."""

    terms = forms.MultipleChoiceField(
        label=_("Words of the description"), required=False, choices=_terms, widget=forms.CheckboxSelectMultiple
    )
    age_from = forms.IntegerField(label=_("Age from"), required=False, min_value=0, max_value=OLDEST)
    age_to = forms.IntegerField(label=_("Age to"), required=False, min_value=0, max_value=OLDEST)
    people_from = forms.IntegerField(label=_("People from"), required=False, min_value=0, max_value=MOST_COUNTED)
    people_to = forms.IntegerField(label=_("People to"), required=False, min_value=0, max_value=MOST_COUNTED)
    decade = forms.TypedChoiceField(label=_("Decade"), required=False, choices=_decades, coerce=int, empty_value=None)
    standing = forms.ChoiceField(
        label=_("Where it stands"), required=False, choices=[("", _("Any")), *STANDINGS.items()]
    )
    exclusion = forms.ChoiceField(
        label=_("Excluded because"), required=False, choices=[("", _("Any")), *Exclusion.choices]
    )
    week = forms.ChoiceField(label=_("Read in the week"), required=False, choices=_weeks)
    read_from = _day_field(_("Read from (UTC)"))
    read_to = _day_field(_("Read to (UTC)"))
    text = forms.ChoiceField(label=_("Text"), required=False, choices=[("", _("Any")), *TEXTS.items()])
    untouched = forms.BooleanField(label=_("A machine saw a face that nobody marked"), required=False)

    def __init__(self, *args: Any, is_blind: bool = False, **kwargs: Any) -> None:
        """Django's own arguments, and whether the stages that a photo waits at are not to be told apart."""
        super().__init__(*args, **kwargs)
        hidden = APART if is_blind else {Standing.OPEN}
        field: Any = self.fields["standing"]
        field.choices = [(code, name) for code, name in field.choices if code not in hidden]

    @classmethod
    def like(cls, criteria: Criteria, *, is_blind: bool = False) -> "FindForm":
        """A form that asks this already, to be changed."""
        asked = {**criteria.codes(), "read_from": criteria.read_from, "read_to": criteria.read_to}
        return cls(is_blind=is_blind, initial=asked)

    @property
    def groups(self) -> list[tuple[str, Sequence[Any], bool]]:
        """The boxes of the terms, by the name of their group, and whether one of them is ticked."""
        boxes = {box.data["value"]: box for box in self["terms"]}
        groups = [(group["label"], [boxes[term["id"]] for term in group["terms"]]) for group in terms_for_page()]
        return [(name, inside, any(box.data["selected"] for box in inside)) for name, inside in groups]

    def clean(self) -> dict[str, Any]:
        """Refuse a range that ends before it begins, a week beside days, and a reason for what is not excluded."""
        cleaned = self.cleaned_data
        for low, high in (("age_from", "age_to"), ("people_from", "people_to")):
            if _is_backwards(cleaned.get(low), cleaned.get(high)):
                self.add_error(high, _("This is less than where the range begins."))
        if _is_backwards(cleaned.get("read_from"), cleaned.get("read_to")):
            self.add_error("read_to", _("This day is before the first one. Choose a later day."))
        if cleaned.get("week") and (cleaned.get("read_from") or cleaned.get("read_to")):
            self.add_error("week", _("Choose a week or write days, not both."))
        if cleaned.get("exclusion") and cleaned.get("standing") not in {"", Standing.EXCLUDED}:
            self.add_error("exclusion", _("Only an excluded photo has such a reason."))
        return cleaned

    @property
    def criteria(self) -> Criteria:
        """What is asked for, once the form is valid."""
        cleaned = dict(self.cleaned_data)
        if week := cleaned.pop("week"):
            begin = date.fromisoformat(week)
            cleaned |= {"read_from": begin, "read_to": begin + timedelta(days=6)}
        return Criteria(**{**cleaned, "terms": tuple(cleaned["terms"])})


def _is_backwards(low: Any, high: Any) -> bool:
    return low is not None and high is not None and high < low
