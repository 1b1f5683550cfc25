"""When two readings of one photo differ: every rule of annotation.agreement.rules, at both sides of its edge."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from annotation.agreement.matching import PersonCompared, match
from annotation.agreement.overlap import of_boxes, of_corners, uncovered
from annotation.agreement.rules import RULES, Opinion, Pair, ages_differ, differences, figures, needs_adjudication
from annotation.boxes import Box

MARK, OTHER = UUID(int=1), UUID(int=2)
WHOLE = (0, 0, 1, 0, 1, 1, 0, 1)


def person(mark: UUID | None = None, x: float = 0.5, y: float = 0.5, age: float = 7, **more: object) -> PersonCompared:
    seen = PersonCompared(mark, x, y, None, age, age, age)
    return replace(seen, **more)  # type: ignore[arg-type]


def people(*seen: PersonCompared, count: int | None = None, **more: object) -> Opinion:
    opinion = Opinion("people", count=len(seen) if count is None else count, people=seen)
    return replace(opinion, **more)  # type: ignore[arg-type]


def out(reason: str) -> Opinion:
    return Opinion("excluded", exclusion=reason)


BOXED = person(MARK, box=Box(0.4, 0.4, 0.6, 0.6))
PLACE = "place.garden"


@pytest.mark.requirement("A8")
@pytest.mark.parametrize(
    ("first", "second", "codes"),
    [
        (people(person(MARK)), people(person(MARK)), []),
        (people(), people(), []),
        (people(person(MARK)), out("quality"), ["answer"]),
        (out("quality"), out("quality"), []),
        (out("quality"), out("unsafe"), ["reason"]),
        (people(person(MARK)), people(person(MARK), count=2), ["count"]),
        (people(person(MARK)), people(), ["count", "people"]),
        (people(person(MARK)), people(person(OTHER)), ["people"]),
        (people(person(MARK)), people(person(MARK, x=0.64)), []),
        (people(person(MARK)), people(person(MARK, x=0.66)), ["place"]),
        (people(person(MARK, age=10)), people(person(MARK, age=12)), []),
        (people(person(MARK, age=10)), people(person(MARK, age=13)), ["age"]),
        (people(person(MARK, age=0)), people(person(MARK, age=1)), ["age"]),
        (people(person(MARK, low=6, high=8)), people(person(MARK, age=8)), []),
        (people(person(MARK, low=6, high=7)), people(person(MARK, age=8)), ["range"]),
        (people(corners=WHOLE), people(corners=(0, 0, 0.85, 0, 0.85, 1, 0, 1)), []),
        (people(corners=WHOLE), people(corners=(0, 0, 0.75, 0, 0.75, 1, 0, 1)), ["corners"]),
        (people(covers=[Box(0, 0, 0.4, 0.1)]), people(covers=[Box(0, 0, 0.2, 0.1), Box(0.2, 0, 0.5, 0.1)]), []),
        (people(covers=[Box(0, 0, 0.4, 0.1)]), people(), ["covers"]),
        (people(), people(covers=[Box(0, 0, 0.4, 0.1)]), ["covers"]),
        (people(BOXED), people(person(MARK)), []),
        (people(BOXED), people(person(MARK, box=Box(0.4, 0.4, 0.6, 0.55))), []),
        (people(BOXED), people(person(MARK, box=Box(0.45, 0.45, 0.55, 0.55))), ["box"]),
        (people(terms=frozenset([PLACE])), people(), ["terms"]),
    ],
)
def test_two_readings_differ_in_what_the_rules_say(first: Opinion, second: Opinion, codes: list[str]) -> None:
    assert differences(Pair(first, second)) == codes
    assert differences(Pair(second, first)) == codes


@pytest.mark.requirement("A8")
def test_count_marks_age_and_exclusion_go_to_adjudication_and_a_description_does_not() -> None:
    assert {rule.code for rule in RULES if rule.goes_to_adjudication} >= {
        *("answer", "reason", "count", "people", "place", "age"),
    }
    assert needs_adjudication(["terms", "age"])
    assert not needs_adjudication(["terms", "box", "range"])


def test_ages_may_lie_further_apart_the_older_somebody_is() -> None:
    assert [ages_differ(age, age + 2) for age in (0, 5, 9, 10, 40)] == [True, True, False, False, False]


def test_a_mark_is_one_person_wherever_it_stands_and_the_rest_goes_by_place() -> None:
    first = [person(MARK, 0.2), person(None, 0.8)]
    second = [person(None, 0.2), person(MARK, 0.5), person(None, 0.82)]
    found = match(first, second, 1)
    assert [(one.first.x, one.second.x, one.same_place) for one in found] == [(0.2, 0.5, False), (0.8, 0.82, True)]


def test_a_removed_mark_and_an_added_one_at_its_place_are_one_person_and_two_marks_never() -> None:
    assert len(match([person(MARK)], [person(None)], 1)) == 1
    assert match([person(MARK)], [person(OTHER)], 1) == []


def test_people_who_stand_close_are_told_apart() -> None:
    row = [person(None, place / 10) for place in range(3, 7)]
    shifted = [replace(one, x=one.x + 0.04) for one in row]
    assert [(one.first.x, round(one.second.x - one.first.x, 6)) for one in match(row, shifted[::-1], 1)] == [
        (one.x, 0.04) for one in row
    ]
    assert match(row, [person(None, 0.36, 0.55)], 1) == []


def test_a_place_inside_the_others_box_is_the_same_place() -> None:
    far = person(MARK, 0.5, 0.8)
    assert not match([person(MARK)], [far], 1)[0].same_place
    assert match([person(MARK, box=Box(0.2, 0.2, 0.8, 0.9))], [far], 1)[0].same_place


@pytest.mark.parametrize(("wide", "same"), [(3, True), (1 / 3, False)])
def test_distances_are_those_of_the_picture_not_of_its_fractions(wide: float, same: bool) -> None:
    assert match([person(MARK)], [person(MARK, y=0.8)], wide)[0].same_place is same


def test_overlaps_are_shares_of_what_two_shapes_cover_together() -> None:
    assert of_boxes(Box(0, 0, 0.4, 0.4), Box(0.2, 0, 0.6, 0.4)) == pytest.approx(1 / 3)
    assert of_boxes(Box(0, 0, 0.1, 0.1), Box(0.5, 0.5, 0.6, 0.6)) == 0
    diamond = (0.5, 0, 1, 0.5, 0.5, 1, 0, 0.5)
    assert of_corners(WHOLE, diamond) == of_corners(diamond, WHOLE) == pytest.approx(0.5)
    assert of_corners(diamond, diamond) == pytest.approx(1)
    assert of_corners((0, 0, 0.1, 0, 0.1, 0.1, 0, 0.1), (0.5, 0.5, 1, 0.5, 1, 1, 0.5, 1)) == 0
    assert uncovered(Box(0, 0, 1, 1), [Box(0, 0, 0.5, 1), Box(0.25, 0, 0.75, 1)]) == pytest.approx(0.25)


def test_figures_hold_what_agreement_is_computed_from() -> None:
    stranger = person(None, 0.1, 0.1)
    first = people(person(MARK, age=7), stranger, terms=frozenset([PLACE]))
    second = people(person(MARK, age=8), terms=frozenset([PLACE, "season.summer"]))
    assert figures(Pair(first, second)) == {
        "answers": ["people", "people"],
        "counts": [2, 1],
        "people": [2, 1, 1],
        "ages": [[7, 8]],
        "corners": 1.0,
        "boxes": [],
        "terms": [1, 2],
    }
    assert figures(Pair(out("quality"), out("other"))) == {
        "answers": ["excluded", "excluded"],
        "reasons": ["quality", "other"],
    }
    assert figures(Pair(first, out("other"))) == {"answers": ["people", "excluded"]}


def test_a_crowd_is_compared_at_once() -> None:
    crowd = [person(uuid4() if place % 2 else None, place / 60, place / 60) for place in range(60)]
    assert len(match(crowd, crowd[::-1], 1)) == 60
