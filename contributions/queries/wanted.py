"""What the collection lacks most, in plain words: ages and times behind an even share of the campaign's goal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contributions.queries.coverage import AGES, DECADES, Coverage

AGE_GROUPS: list[tuple[Sequence[int], Promise]] = [
    (range(2), _("babies under 2")),
    (range(2, 5), _("children of 2 to 4")),
    (range(5, 9), _("children of 5 to 8")),
    (range(9, 13), _("children of 9 to 12")),
    (range(13, 18), _("teenagers of 13 to 17")),
]
TIMES: list[tuple[Sequence[int], Promise]] = [
    (range(1940, 1970, 10), _("from before 1970")),
    (range(1970, 1980, 10), _("from the 1970s")),
    (range(1980, 1990, 10), _("from the 1980s")),
    (range(1990, 2000, 10), _("from the 1990s")),
    (range(2000, 2010, 10), _("from the years 2000 to 2009")),
    (range(2010, 2030, 10), _("from 2010 or later")),
]
MOST = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """A group that is behind: its words, how many of it there are at least, and how many an even share would be."""

    words: Promise
    there: int
    hoped: int


def wanted_ages(coverage: Coverage) -> list[Wanted]:
    """At most two groups of ages that are furthest behind, the furthest first."""
    return _behind(AGE_GROUPS, coverage.ages, len(AGES))


def wanted_times(coverage: Coverage) -> list[Wanted]:
    """At most two times that are furthest behind, the furthest first."""
    return _behind(TIMES, coverage.decades, len(DECADES))


def shortest(coverage: Coverage) -> list[str]:
    """One or two sentences that say what is looked for most, in the active language."""
    ages, times = _joined(wanted_ages(coverage)), _joined(wanted_times(coverage))
    if ages and times:
        return [
            gettext("Most of all we are looking for photos of %(people)s.") % {"people": ages},
            gettext("Photos %(times)s are rare, too.") % {"times": times},
        ]
    if ages:
        return [gettext("Most of all we are looking for photos of %(people)s.") % {"people": ages}]
    if times:
        return [gettext("Most of all we are looking for photos %(times)s.") % {"times": times}]
    return [gettext("Photos of every age under 18 and from every time are welcome.")]


def _behind(groups: Iterable[tuple[Sequence[int], Promise]], shown: Mapping[int, int], parts: int) -> list[Wanted]:
    """Groups short of their share of the goal, and shorter than the collection is as a whole, the shortest first."""
    goal = Fraction(int(settings.CAMPAIGN["goal"]))
    average = Fraction(sum(shown.values())) / goal
    found: list[tuple[Fraction, Wanted]] = []
    for members, words in groups:
        there = sum(shown.get(member, 0) for member in members)
        hoped = goal * len(members) / parts
        if there / hoped < min(average, Fraction(1)):
            found.append((there / hoped, Wanted(words, there, _rounded(hoped))))
    return [group for _share, group in sorted(found, key=lambda one: one[0])[:MOST]]


def _rounded(number: Fraction) -> int:
    """To tens, since it is an aim and no promise."""
    return max(round(number / 10) * 10, 10)


def _joined(groups: Sequence[Wanted]) -> str:
    words = [str(group.words) for group in groups]
    if len(words) < MOST:
        return "".join(words)
    return gettext("%(first)s and %(second)s") % {"first": words[0], "second": words[1]}
