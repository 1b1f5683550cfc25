"""What two readings of one photo differ in, in words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.agreement.matching import PersonCompared
from annotation.agreement.overlap import area_of_corners
from annotation.agreement.rules import RULES, Pair, ages_differ, ranges_differ, same_box
from annotation.boxes import Box
from annotation.models import Answer, Reading
from annotation.queries.states import DraftState
from annotation.vocabulary import label


class Row(TypedDict):
    """A difference in words: in what, what each side says, and the people it is about by their id in each state."""

    code: str
    label: str
    sides: list[str]
    people: list[str | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """Two readings as they are compared, as they are kept, and as the page has them."""

    pair: Pair
    kept: Sequence[Reading]
    states: Sequence[DraftState]

    def number(self, side: int, person: PersonCompared) -> int:
        """The number that a person has in a side's list, from 1."""
        people = (self.pair.first, self.pair.second)[side].people
        return next(place for place, one in enumerate(people, start=1) if one is person)

    def identity(self, side: int, person: PersonCompared) -> str:
        """What the page's state calls a person."""
        return self.states[side]["people"][self.number(side, person) - 1]["id"]


_Told = tuple[str, str, str, list[str | None]]


def rows(shown: Shown) -> Iterator[Row]:
    """Each difference, in the order of the rules; a row a person where it is about people."""
    for rule in RULES:
        if rule.differs(shown.pair):
            for what, first, second, people in _TELLERS[rule.code](shown):
                name = f"{rule.label}: {what}" if what else str(rule.label)
                yield Row(code=rule.code, label=name, sides=[first, second], people=people)


def _of_both(tell: Callable[[Reading], str]) -> Callable[[Shown], Iterator[_Told]]:
    """One row about the whole photo."""

    def told(shown: Shown) -> Iterator[_Told]:
        yield "", tell(shown.kept[0]), tell(shown.kept[1]), []

    return told


def _of_matched(
    tell: Callable[[PersonCompared], str], differ: Callable[[PersonCompared, PersonCompared], bool]
) -> Callable[[Shown], Iterator[_Told]]:
    """A row for each person in whom the two differ."""

    def told(shown: Shown) -> Iterator[_Told]:
        for one in shown.pair.matches:
            if differ(one.first, one.second):
                ids: list[str | None] = [shown.identity(0, one.first), shown.identity(1, one.second)]
                numbers = shown.number(0, one.first), shown.number(1, one.second)
                yield _name(*numbers), tell(one.first), tell(one.second), ids

    return told


def _places(shown: Shown) -> Iterator[_Told]:
    for one in shown.pair.matches:
        if not one.same_place:
            ids: list[str | None] = [shown.identity(0, one.first), shown.identity(1, one.second)]
            numbers = shown.number(0, one.first), shown.number(1, one.second)
            yield _name(*numbers), _place(one.first), _place(one.second), ids


def _people(shown: Shown) -> Iterator[_Told]:
    """A row for each person that only one of the two has."""
    matched = {id(person) for one in shown.pair.matches for person in (one.first, one.second)}
    for side, opinion in enumerate((shown.pair.first, shown.pair.second)):
        for person in opinion.people:
            if id(person) not in matched:
                told, ids = [_("not marked")] * 2, [None, None]
                told[side] = _("marked, {age} years, {place}").format(age=_age(person), place=_place(person))
                yield (
                    "",
                    told[0],
                    told[1],
                    [shown.identity(side, person) if here == side else gone for here, gone in enumerate(ids)],
                )


def _name(first: int, second: int) -> str:
    if first == second:
        return _("person {number}").format(number=first)
    return _("person {first} and {second}").format(first=first, second=second)


def _answer(reading: Reading) -> str:
    if reading.answer == Answer.EXCLUDED:
        return _("Out: {reason}").format(reason=_reason(reading))
    return _("In: {people}").format(people=_count(reading))


def _reason(reading: Reading) -> str:
    reason = str(reading.get_exclusion_display())
    return f"{reason} ({reading.note})" if reading.note else reason


def _count(reading: Reading) -> str:
    return ngettext("{number} person", "{number} people", reading.people_count).format(number=reading.people_count)


def _corners(reading: Reading) -> str:
    kept = round(100 * area_of_corners(reading.corners))
    return _("all of the photo") if kept == 100 else _("{share} % of the photo").format(share=kept)


def _covers(reading: Reading) -> str:
    number = len(reading.covers.all())
    return ngettext("{number} place", "{number} places", number).format(number=number) if number else _("nothing")


def _terms(reading: Reading) -> str:
    return ", ".join(label(term) for term in reading.terms) or _("no words")


def _age(person: PersonCompared) -> str:
    return f"{person.age:g}"


def _age_and_range(person: PersonCompared) -> str:
    ranged = person.low < person.high
    return (
        _("{age}, from {low} to {high}").format(age=_age(person), low=f"{person.low:g}", high=f"{person.high:g}")
        if ranged
        else _age(person)
    )


def _place(person: PersonCompared) -> str:
    return _("{x}\u00a0% across, {y}\u00a0% down").format(x=round(100 * person.x), y=round(100 * person.y))


def _box(person: PersonCompared) -> str:
    box: Box | None = person.box
    if box is None:
        return _("none")
    width, height = round(100 * (box.right - box.left)), round(100 * (box.bottom - box.top))
    return _("{width} % wide, {height} % high").format(width=width, height=height)


_TELLERS: Final[dict[str, Callable[[Shown], Iterator[_Told]]]] = {
    "answer": _of_both(_answer),
    "reason": _of_both(_reason),
    "count": _of_both(_count),
    "people": _people,
    "place": _places,
    "age": _of_matched(_age, lambda one, other: ages_differ(one.age, other.age)),
    "corners": _of_both(_corners),
    "covers": _of_both(_covers),
    "range": _of_matched(_age_and_range, ranges_differ),
    "box": _of_matched(_box, lambda one, other: not same_box(one, other)),
    "terms": _of_both(_terms),
}
