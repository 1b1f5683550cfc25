"""When two readings of one photo differ, and which differences an adjudicator settles: RULES is all there is to it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotation.agreement.matching import Match, PersonCompared, match
from annotation.agreement.overlap import of_boxes, of_corners, uncovered
from annotation.boxes import Box

# Years that two ages may lie apart: so many for a baby, and this share of the mean age more for the others.
AGE_AT_BIRTH, AGE_PER_YEAR = 0.5, 0.15
LEAST_OVERLAP_OF_FRAMES = 0.8
LEAST_OVERLAP_OF_BOXES = 0.5
# A cover of one reading that the other's covers leave bare by more than this share.
MOST_UNCOVERED = 0.5


@dataclass(frozen=True, slots=True)
class Opinion:
    """One reading as plain values; `answer` and `exclusion` are the codes of annotation.models."""

    answer: str
    exclusion: str = ""
    count: int = 0
    people: Sequence[PersonCompared] = ()
    corners: Sequence[float] = (0, 0, 1, 0, 1, 1, 0, 1)
    covers: Sequence[Box] = ()
    terms: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pair:
    """Two readings of one photo, whose `wide` is its width divided by its height."""

    first: Opinion
    second: Opinion
    wide: float = 1.0
    matches: list[Match] = field(init=False)

    def __post_init__(self) -> None:
        found = match(self.first.people, self.second.people, self.wide) if self.both("people") else []
        object.__setattr__(self, "matches", found)

    def both(self, answer: str) -> bool:
        """Whether this is the answer of both."""
        return self.first.answer == self.second.answer == answer


def tolerance(age: float) -> float:
    """Years that two ages around this one may lie apart and be no difference: 0.5 at birth, 2 at 10."""
    return AGE_AT_BIRTH + AGE_PER_YEAR * age


def ages_differ(first: float, second: float) -> bool:
    """Whether two ages in years lie further apart than people can tell."""
    return abs(first - second) > tolerance((first + second) / 2) + 1e-9


def ranges_differ(one: PersonCompared, other: PersonCompared) -> bool:
    """Whether somebody gave a range, and the other's age lies outside of it."""
    return _outside(one, other) or _outside(other, one)


def same_box(one: PersonCompared, other: PersonCompared) -> bool:
    """Whether the boxes around a head are much the same; a missing one says nothing."""
    return not one.box or not other.box or of_boxes(one.box, other.box) >= LEAST_OVERLAP_OF_BOXES


def _answer(pair: Pair) -> bool:
    return pair.first.answer != pair.second.answer


def _reason(pair: Pair) -> bool:
    return pair.both("excluded") and pair.first.exclusion != pair.second.exclusion


def _count(pair: Pair) -> bool:
    return pair.both("people") and pair.first.count != pair.second.count


def _people(pair: Pair) -> bool:
    return pair.both("people") and not len(pair.first.people) == len(pair.second.people) == len(pair.matches)


def _place(pair: Pair) -> bool:
    return any(not one.same_place for one in pair.matches)


def _age(pair: Pair) -> bool:
    return any(ages_differ(one.first.age, one.second.age) for one in pair.matches)


def _range(pair: Pair) -> bool:
    return any(ranges_differ(one.first, one.second) for one in pair.matches)


def _outside(one: PersonCompared, other: PersonCompared) -> bool:
    return one.low < one.high and not one.low <= other.age <= one.high


def _corners(pair: Pair) -> bool:
    return pair.both("people") and of_corners(pair.first.corners, pair.second.corners) < LEAST_OVERLAP_OF_FRAMES


def _covers(pair: Pair) -> bool:
    first, second = pair.first.covers, pair.second.covers
    bare = [*(uncovered(one, second) for one in first), *(uncovered(one, first) for one in second)]
    return pair.both("people") and any(share > MOST_UNCOVERED for share in bare)


def _box(pair: Pair) -> bool:
    return any(not same_box(one.first, one.second) for one in pair.matches)


def _boxes(pair: Pair) -> Iterator[float]:
    for one in pair.matches:
        if one.first.box and one.second.box:
            yield of_boxes(one.first.box, one.second.box)


def _terms(pair: Pair) -> bool:
    return pair.both("people") and pair.first.terms != pair.second.terms


@dataclass(frozen=True, slots=True)
class Rule:
    """One field: its code, its name, when two readings differ in it, and whether an adjudicator settles that."""

    code: str
    label: str | Promise
    differs: Callable[[Pair], bool]
    goes_to_adjudication: bool


RULES = (
    Rule("answer", _("In or out"), _answer, goes_to_adjudication=True),
    Rule("reason", _("Reason for exclusion"), _reason, goes_to_adjudication=True),
    Rule("count", _("Number of people"), _count, goes_to_adjudication=True),
    Rule("people", _("Who is marked"), _people, goes_to_adjudication=True),
    Rule("place", _("Where a person is"), _place, goes_to_adjudication=True),
    Rule("age", _("Age"), _age, goes_to_adjudication=True),
    Rule("corners", _("Border"), _corners, goes_to_adjudication=True),
    Rule("covers", _("What is covered"), _covers, goes_to_adjudication=True),
    # These are told on the page of agreement, and no photo is shown once more for them.
    Rule("range", _("Range of an age"), _range, goes_to_adjudication=False),
    Rule("box", _("Box around a head"), _box, goes_to_adjudication=False),
    Rule("terms", _("Description"), _terms, goes_to_adjudication=False),
)


def differences(pair: Pair) -> list[str]:
    """The codes of what two readings differ in, in the order of RULES."""
    return [rule.code for rule in RULES if rule.differs(pair)]


def needs_adjudication(codes: Sequence[str]) -> bool:
    """Whether one of these differences is for an adjudicator."""
    return any(rule.goes_to_adjudication for rule in RULES if rule.code in codes)


def figures(pair: Pair) -> dict[str, Any]:
    """What agreement is computed from, as a comparison keeps it (annotation.queries.agreement reads it).

    Always `answers`, two codes. Of two readings of people also `counts`, two numbers; `people`, how many each marked
    and how many of them are the same; `ages`, two a matched person, in years; `corners`, the overlap of the frames, and
    `boxes`, that of each matched person's boxes, 0 to 1; `terms`, how many words they share and use together. Of two
    exclusions `reasons`, two codes.
    """
    told: dict[str, Any] = {"answers": [pair.first.answer, pair.second.answer]}
    if pair.both("excluded"):
        told["reasons"] = [pair.first.exclusion, pair.second.exclusion]
    if pair.both("people"):
        told |= {
            "counts": [pair.first.count, pair.second.count],
            "people": [len(pair.first.people), len(pair.second.people), len(pair.matches)],
            "ages": [[one.first.age, one.second.age] for one in pair.matches],
            "corners": round(of_corners(pair.first.corners, pair.second.corners), 4),
            "boxes": [round(share, 4) for share in _boxes(pair)],
            "terms": [len(pair.first.terms & pair.second.terms), len(pair.first.terms | pair.second.terms)],
        }
    return told
