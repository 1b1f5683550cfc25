"""Answers that no page of ours sends: refused in words, cheap to refuse, and nothing of them is kept."""

import pytest
from django.test import Client

from annotation.agreement.matching import PersonCompared, match
from annotation.agreement.overlap import of_boxes, uncovered
from annotation.boxes import Box
from annotation.models import Reading, Search
from tests.annotation.asking import BENCH, JSON, submit, take
from tests.builders import given
from tests.cast import Casting

of_the_site = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.fixture
def reader(staff: Casting) -> Client:
    given().agree()
    return staff("annotator").client


@of_the_site
def test_no_answer_is_kept_whose_shapes_or_words_nobody_could_draw_or_write(reader: Client) -> None:
    task = take(reader)
    thin, other = [0.5, 0.5, 0.5005, 0.9], {"answer": "excluded", "people": [], "exclusion": "other"}
    flat = [0, 0, 1, 0, 1, 1, 0.5 - 1e-6, 0.5]
    for field, changes in (
        ("cover", {"covers": [[0, 0, 1e-200, 1e-200]]}),
        ("cover", {"covers": [thin]}),
        ("cover", {"covers": [[0, 0, 0.1, 0.1]] * 21}),
        ("corners", {"corners": flat}),
        ("note", {**other, "note": "a\0b"}),
        ("note", {**other, "note": "\ud800"}),
        ("exclusion", {**other, "exclusion": "oth\0er"}),
    ):
        refused = submit(reader, task, **changes)
        assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert not Reading.objects.exists()
    assert submit(reader, task, covers=[[0, 0, 0.1, 0.1]] * 20).status_code == 200


@of_the_site
def test_json_that_is_too_deep_is_no_json(reader: Client) -> None:
    for body in ("[" * 100_000, '{"have":' * 100_000):
        assert reader.post(f"{BENCH}next/", body, content_type=JSON, headers={"accept": JSON}).status_code == 400


@of_the_site
def test_a_question_up_to_the_end_of_all_days_is_answered_in_words(staff: Casting) -> None:
    client = staff("curator").client
    for field in ("read_from", "read_to"):
        page = client.post(f"{BENCH}find/", {field: "9999-12-31"})
        assert page.status_code == 422
        assert field in page.context["form"].errors
    assert not Search.objects.exists()


def crowd() -> list[PersonCompared]:
    """Two hundred people in rows."""
    return [PersonCompared(None, at % 20 / 20, at // 20 / 10, None, 7, 7, 7) for at in range(200)]


def test_a_box_without_a_size_overlaps_nothing_and_is_covered() -> None:
    nothing = Box(0.0, 0.0, 1e-200, 1e-200)
    assert not nothing.is_inside
    assert (of_boxes(nothing, nothing), uncovered(nothing, [])) == (0, 0)


@pytest.mark.parametrize(
    ("covers", "bare"),
    [
        ([], 1),
        ([Box(0, 0, 1, 0.5)], 0.5),
        ([Box(0, 0, 0.5, 0.5), Box(0.5, 0.5, 1, 1)], 0.5),
        ([Box(0, 0, 0.6, 1), Box(0.4, 0, 1, 0.5), Box(0.4, 0.25, 1, 0.75)], 0.1),
    ],
    ids=["none", "half", "corners", "over each other"],
)
def test_what_covers_leave_bare_is_counted_once(covers: list[Box], bare: float) -> None:
    assert uncovered(Box(0, 0, 1, 1), covers) == pytest.approx(bare)


def test_who_stands_alone_is_found_among_hundreds() -> None:
    people = crowd()
    moved = [PersonCompared(None, one.x + 0.0001, one.y, None, 7, 7, 7) for one in people]
    assert len(match(people, moved, 1.3)) == 200
