"""A question of the collection in words, in the active language."""

from collections.abc import Iterator
from typing import Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from annotation import vocabulary
from annotation.days import DAY
from annotation.models import Exclusion
from annotation.searching.criteria import Criteria, Standing, Text
from contributions.queries import decade_label

STANDINGS: Final[dict[Standing, str | Promise]] = {
    Standing.OPEN: gettext_lazy("waiting"),
    Standing.WAITING: gettext_lazy("waiting"),
    Standing.LEASED: gettext_lazy("being read"),
    Standing.SECOND: gettext_lazy("second opinion"),
    Standing.SETTLING: gettext_lazy("to settle"),
    Standing.READ: gettext_lazy("read"),
    Standing.EXCLUDED: gettext_lazy("excluded"),
}
TEXTS: Final[dict[Text, str | Promise]] = {
    Text.FOUND: gettext_lazy("text on the print"),
    Text.NONE: gettext_lazy("no text on the print"),
}


def in_words(criteria: Criteria) -> list[str]:
    """What is asked for, in parts that stand beside each other; one part says so when everything is."""
    return [*_pictured(criteria), *_known(criteria)] or [_("every photo")]


def _pictured(criteria: Criteria) -> Iterator[str]:
    """What a photo shows, as people wrote it."""
    for term in criteria.terms:
        yield vocabulary.label(term) if vocabulary.is_term(term) else term
    if ages := _span(criteria.age_from, criteria.age_to):
        yield _("somebody aged %(ages)s") % {"ages": ages}
    if number := _span(criteria.people_from, criteria.people_to):
        most = criteria.people_from if criteria.people_to is None else criteria.people_to
        yield ngettext("%(number)s person", "%(number)s people", most or 0) % {"number": number}
    if criteria.decade is not None:
        yield decade_label(criteria.decade)


def _known(criteria: Criteria) -> Iterator[str]:
    """What became of a photo, and what machines saw in it."""
    if criteria.standing:
        yield str(STANDINGS[Standing(criteria.standing)])
    if criteria.exclusion:
        yield _("reason: %(reason)s") % {"reason": Exclusion(criteria.exclusion).label}
    if criteria.read_from:
        yield _("read on %(day)s or later") % {"day": date_format(criteria.read_from, DAY)}
    if criteria.read_to:
        yield _("read on %(day)s or before") % {"day": date_format(criteria.read_to, DAY)}
    if criteria.text:
        yield str(TEXTS[Text(criteria.text)])
    if criteria.untouched:
        yield _("a face that nobody marked")


def _span(low: int | None, high: int | None) -> str:
    """A range of whole numbers in words; empty when both ends are open."""
    if low is None and high is None:
        return ""
    if low == high:
        return str(low)
    if high is None:
        return _("%(low)s or more") % {"low": low}
    if low is None:
        return _("%(high)s or fewer") % {"high": high}
    return _("%(low)s to %(high)s") % {"low": low, "high": high}
