"""The datasheet and the change list: small groups are not told apart, and nothing in a text becomes a tag."""

import re

from hypothesis import given
from hypothesis import strategies as st

from releases.papers.cells import FEW, FEWEST, NOT_TOLD, cells
from releases.papers.cells import told as in_words
from releases.papers.changes import change_list
from releases.papers.charts import chart
from releases.papers.composition import Composition
from releases.papers.datasheet import datasheet
from releases.papers.history import Difference
from releases.papers.pages import Paper, as_markdown, as_page
from releases.papers.terms import terms
from tests.releases.telling import release, told


def test_a_group_under_five_is_told_as_that_and_none_is_told_as_none() -> None:
    assert [in_words(count) for count in (0, 1, 4, 5, 1234)] == ["0", FEW, FEW, "5", "1,234"]


def test_a_small_group_cannot_be_worked_out_from_the_sum() -> None:
    found = {cell.label: cell.text for cell in cells({"a": 900, "b": 37, "c": 3})}
    assert found == {"a": "900", "b": "36 to 39", "c": FEW}
    assert [cell.text for cell in cells({"a": 5, "b": 1, "c": 0})] == [NOT_TOLD, NOT_TOLD, "0"]
    # Words for scenes overlap, so that nothing can be subtracted from anything.
    assert [cell.text for cell in cells({"a": 37, "b": 3}, whole=False)] == ["37", FEW]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_no_small_count_is_the_only_one_that_fits(counts: list[int]) -> None:
    """Whoever knows the sum and every cell still has more than one answer for each small group."""
    found = cells({str(place): count for place, count in enumerate(counts)})
    small = [place for place, count in enumerate(counts) if 0 < count < FEWEST]
    if not small or not any(count >= FEWEST for count in counts):
        return
    ranges = [_range(cell.text) for cell in found]
    total = sum(counts)
    for place in small:
        rest = [one for other, one in enumerate(ranges) if other != place]
        low, high = sum(one[0] for one in rest), sum(one[1] for one in rest)
        assert sum(low <= total - guess <= high for guess in range(1, FEWEST)) > 1


def _range(text: str) -> tuple[int, int]:
    if text in {FEW, NOT_TOLD}:
        return 1, FEWEST - 1 if text == FEW else 2 * FEWEST
    low, _, high = text.replace(",", "").partition(" to ")
    return int(low), int(high or low)


def test_the_page_draws_a_bar_for_each_group_that_may_be_told() -> None:
    page = chart("Ages", "people", "How old.", {"under 1": 2, "1 to 2": 40, "3 to 5": 80}, whole=False).as_html()
    assert page.count("<svg ") == 3
    assert re.findall(r'<rect width="([\d.]+)"', page) == ["50", "100"]
    assert f"<td>{FEW}</td>" in page


def test_what_looks_like_a_tag_is_shown_as_text() -> None:
    paper = Paper("<b>", ["<script>alert(1)</script>", chart("<i>", "<u>", "<s>", {"<em>": 9})])
    page = as_page(paper).decode()
    assert not re.search(r"<(script|b|i|u|s|em)>", page.partition("<h1>")[2])
    assert as_markdown(paper).startswith(b"# <b>\n")


def test_the_sheet_answers_from_what_it_was_given() -> None:
    made = Composition(photos=20, people=31, boxes=3, described=11)
    made.ages["6 to 8"], made.ages["18 or older"], made.terms["place.garden"] = 27, 4, 11
    found = told(made_of=made)
    sheet = as_markdown(datasheet(found, terms(found))).decode()
    for sentence in (
        "| photographs | 20 |",
        f"| people with a box around the head | {FEW} |",
        "| 6 to 8 | 27 to 30 |",
        f"| 18 or older | {FEW} |",
        "| garden | 11 |",
        "sent from January 2030 to March 2030",
        "differ by 0.75 years on average (9 people), and the two counted as many people in 87 of 100 photos",
        "ends by itself on 2031-04-14",
        "> Read *this*.",
        "It is forbidden to recognise faces",
    ):
        assert sentence in sheet, sentence
    assert not re.search(r"\[\[|\]\]|\$\w", sheet)


def test_the_change_list_counts_against_the_release_before_and_says_what_to_do() -> None:
    found = told(difference=Difference(release(1), new=12, left=10, read_anew=2, same=300))
    page = as_markdown(change_list(found)).decode()
    assert "Compared with release 1, frozen on 2030-03-15" in page
    assert "| left: withdrawn, or no longer fit for a release | 10 |" in page
    assert "/versions/own/1/" in page
    assert "first release" in as_markdown(change_list(told())).decode()
