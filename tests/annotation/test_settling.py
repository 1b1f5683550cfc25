"""Second opinions: two who differ, an adjudicator who settles it, and how far people agree."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from annotation import actions, queries
from annotation.actions import PersonRead
from annotation.models import Answer, Comparison, Reading, Suggestion, Task
from annotation.queries.settling import sides
from annotation.transitions import Stage, TaskState
from tests import pictures
from tests.builders import answer, given
from tests.cast import Casting

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "identity"]),
    pytest.mark.usefixtures("every_photo_is_read_twice"),
]
Reader = Callable[..., Reading]
PLACE = "place.garden"
SETTLE = "/staff/annotation/settle/next/"


def differ(staff: Casting, **second: Any) -> tuple[Reading, Reading]:
    given().agree()
    return answer(staff("annotator").user.pk), answer(staff("annotator").user.pk, **(second or {"age": "12"}))


@pytest.mark.requirement("A8")
def test_two_who_agree_need_nobody_else_and_the_second_reading_counts(staff: Casting) -> None:
    _first, second = differ(staff, terms=[PLACE])
    comparison = Comparison.objects.get()
    assert comparison.differences == ["terms"]
    assert second.task.state == TaskState.READ
    assert list(queries.settled()) == [second]


@pytest.mark.requirement("A8")
@pytest.mark.parametrize(
    ("second", "codes"),
    [
        ({"age": "12"}, ["age"]),
        ({"kind": Answer.EXCLUDED, "exclusion": "quality"}, ["answer"]),
    ],
    ids=["age", "exclusion"],
)
def test_two_who_differ_wait_for_an_adjudicator_who_finds_one_right(
    staff: Casting, second: dict[str, Any], codes: list[str]
) -> None:
    first, _second = differ(staff, **second)
    assert Comparison.objects.get().differences == codes
    assert not queries.settled().exists()
    settled = answer(staff("adjudicator").user.pk, settling=True, adopts=first.reading_id)
    assert (settled.stage, settled.adopts) == (Stage.SETTLING, first)
    assert list(queries.settled()) == [settled]


@pytest.mark.requirement("A8")
def test_nobody_settles_a_photo_that_they_read(staff: Casting) -> None:
    given().agree()
    both = staff("annotator", "adjudicator").user.pk
    answer(both)
    answer(staff("annotator").user.pk, age="12")
    assert actions.take_next(staff_id=both, settling=True) is None
    assert actions.take_next(staff_id=staff("adjudicator").user.pk, settling=True) is not None


def test_the_sides_are_shown_in_words_and_only_where_they_differ(staff: Casting) -> None:
    given().agree()
    first = answer(staff("annotator").user.pk, terms=[PLACE])
    mark = first.task.photo.persons.get()
    moved = PersonRead(mark.pk, 0.9, 0.9, Decimal(12), Decimal(11), Decimal(14))
    face = Suggestion.objects.create(
        photo=first.task.photo,
        kind=Suggestion.Kind.FACE,
        left=0.2,
        top=0,
        right=0.4,
        bottom=0.2,
        score=0.9,
        model="any",
    )
    added = PersonRead(None, 0.3, 0.1, Decimal(2), suggestion=face.pk)
    second = answer(staff("annotator").user.pk, people=[moved, added])
    shown = sides(first.task)
    assert [(row["label"], *row["sides"]) for row in shown["rows"]] == [
        ("Number of people", "1 person", "2 people"),
        ("Who is marked", "not marked", "marked, 2 years, 30\u00a0% across, 10\u00a0% down"),
        (
            "Where a person is: person 1",
            "10\u00a0% across, 50\u00a0% down",
            "90\u00a0% across, 90\u00a0% down",
        ),
        ("Age: person 1", "7", "12"),
        ("Range of an age: person 1", "7", "12, from 11 to 14"),
        ("Description", "garden", "no words"),
    ]
    assert [side["reading"] for side in shown["readings"]] == [str(first.reading_id), str(second.reading_id)]
    state = shown["readings"][1]["state"]["people"]
    assert [person["suggestion"] for person in state] == [None, face.pk]
    assert shown["rows"][1]["people"] == [None, state[1]["id"]]
    assert (state[0]["mark"], state[0]["age"], state[0]["low"], state[1]["mark"]) == (str(mark.pk), 12, 11, None)
    assert str(first.by_id) not in str(shown)


@pytest.mark.requirement("A8")
def test_the_page_is_given_both_sides_with_their_reasons_and_nobodys_name(staff: Casting) -> None:
    first, second = differ(staff, kind=Answer.EXCLUDED, exclusion="other", note="A drawing")
    given_out = staff("adjudicator").client.post(SETTLE, {"ahead": 2, "have": []}, content_type="application/json")
    (task,) = given_out.json()["tasks"]
    assert (task["stage"], task["question"]) == ("settling", "")
    assert [row["sides"] for row in task["rows"]] == [["In: 1 person", "Out: other (A drawing)"]]
    assert [side["state"]["exclusion"] for side in task["readings"]] == ["", "other"]
    told = given_out.content.decode()
    assert not any(word in told for one in (first, second) for word in (str(one.by_id), one.by.name))


@pytest.mark.requirement("A7")
def test_who_cannot_decide_asks_a_question_and_the_reading_before_it_is_shown(staff: Casting) -> None:
    first, _asked = differ(staff, kind=Answer.UNDECIDED, note="Is this a doll?")
    shown = sides(first.task)
    assert (shown["question"], shown["rows"], len(shown["readings"])) == ("Is this a doll?", [], 1)
    assert not Comparison.objects.exists()
    settled = answer(staff("adjudicator").user.pk, settling=True, people=[])
    assert list(queries.settled()) == [settled]


def test_a_reading_that_was_taken_back_counts_neither_for_agreement_nor_for_settling(staff: Casting) -> None:
    first, second = differ(staff)
    assert len(queries.comparisons()) == 1
    task = actions.take_back(reading_id=second.reading_id, staff_id=second.by_id)
    assert queries.comparisons() == []
    assert [side["reading"] for side in sides(task)["readings"]] == [str(first.reading_id)]
    answer(second.by_id)
    assert [one.differences for one in queries.comparisons()] == [frozenset()]


@pytest.mark.requirement("A8")
def test_agreement_is_told_per_reader_week_and_field(staff: Casting) -> None:
    one, other, judge = staff("annotator").user, staff("annotator").user, staff("adjudicator").user.pk
    given(*(pictures.png(320, 240 + extra) for extra in range(4))).agree()
    first = [answer(one.pk, age=age) for age in ("4", "8", "12", "16")]
    second = [answer(other.pk, age=age) for age in ("4", "8", "12", "9")]
    assert [task.stage for task in Task.objects.order_by("stage")] == [Stage.DONE] * 3 + [Stage.SETTLING]
    answer(judge, settling=True, adopts=second[-1].reading_id)
    compared = queries.comparisons()
    ages = sorted(sorted(pair) for each in compared for pair in each.figures["ages"])
    whole = queries.agreement_of(compared)
    assert (whole.compared, whole.counts and whole.counts.value, whole.in_or_out) == (4, 1, None)
    assert whole.years is not None
    assert whole.years.value == pytest.approx(sum(high - low for low, high in ages) / 4)
    by_name = {reader.name: reader for reader in queries.by_reader(compared, fewest=4)}
    assert queries.by_reader(compared) == []
    mine, theirs = by_name[one.name], by_name[other.name]
    assert (mine.found_right and mine.found_right.value, theirs.found_right and theirs.found_right.value) == (0, 1)
    assert mine.older is not None
    assert theirs.older is not None
    assert mine.older.value == -theirs.older.value
    assert [agreement.compared for _week, agreement in queries.by_week(compared)] == [4]
    fields = {rule.code: estimate.value for rule, estimate in queries.by_field(compared)}
    assert fields["count"] == 1
    assert fields["age"] < 1
    assert "reason" not in fields
    assert len({reading.task_id for reading in first}) == 4


@pytest.mark.requirement("A9")
def test_a_comparison_is_never_changed() -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE annotation_comparison SET differences = '{}'")
