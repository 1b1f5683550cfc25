"""The datasheet and the change list: small groups are not told apart, and nothing in a text becomes a tag."""

import re
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from releases.few import FEWEST
from releases.papers.cells import FEW, NOT_TOLD, Span, cells, span
from releases.papers.cells import told as in_words
from releases.papers.changes import change_list
from releases.papers.charts import Chart, made_of
from releases.papers.composition import BY_GIVER, Composition
from releases.papers.datasheet import datasheet
from releases.papers.history import Difference
from releases.papers.pages import Paper, as_markdown, as_page
from releases.papers.readme import readme
from releases.papers.terms import terms
from releases.papers.totals import Totals
from tests.releases.telling import release, told


def test_a_group_under_five_is_told_as_that_and_none_is_told_as_none() -> None:
    assert [in_words(count) for count in (0, 1, 4, 5, 1234)] == ["0", FEW, FEW, "5", "1,234"]


def covered(*counts: int) -> list[str]:
    """These counts as a chart tells them whose sum is told beside it."""
    return [cell.text for cell in cells({str(place): count for place, count in enumerate(counts)}, span(sum(counts)))]


def test_a_small_group_cannot_be_worked_out_from_the_sum() -> None:
    assert covered(900, 37, 3) == ["900", "36 to 39", FEW]
    assert covered(5, 1, 0) == [NOT_TOLD, NOT_TOLD, "0"]
    assert covered(4, 4, 0) == [NOT_TOLD, NOT_TOLD, "0"]
    assert covered(1, 1, 1, 1, 1, 0) == [NOT_TOLD] * 6
    # Words for scenes overlap, so that nothing can be subtracted from anything.
    assert [cell.text for cell in cells({"a": 37, "b": 3})] == ["37", FEW]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=6))
def test_no_small_count_is_the_only_one_that_fits(counts: list[int]) -> None:
    """Whoever knows the sum and every cell still has more than one answer for each small group."""
    total = span(sum(counts))
    found = cells({str(place): count for place, count in enumerate(counts)}, total)
    for place, count in enumerate(counts):
        assert found[place].span.low <= count <= found[place].span.high
        rest = [cell.span for other, cell in enumerate(found) if other != place]
        low, high = sum(one.low for one in rest), sum(one.high for one in rest)
        if 0 < count < FEWEST:
            assert sum(low + guess <= total.high and high + guess >= total.low for guess in range(1, FEWEST)) > 1


@settings(deadline=None, max_examples=40)
@given(st.tuples(*[st.integers(0, 8)] * 3))
def test_whose_word_does_not_follow_from_how_many_people_and_answers_there_are(
    few: tuple[int, ...],
) -> None:
    """Of 20 photos each has its giver in it, and all who were asked themselves have answered."""
    made = Composition(photos=20, people=20 + sum(few))
    names = [name for name in made.bases if name != BY_GIVER]
    made.bases.update({BY_GIVER: 20, **dict(zip(names, few, strict=True))})
    sums = Totals(made, answers=20 + few[0])
    assert sums.bases is not None
    told_of = {cell.label: cell.span for cell in sums.bases}
    fit = [
        guess
        for guess in product(*(range(told_of[name].low, told_of[name].high + 1) for name in names))
        if sums.people.low <= 20 + sum(guess) <= sums.people.high
        and sums.agreed.low <= 20 + guess[0] <= sums.agreed.high
    ]
    assert few in fit
    for place, count in enumerate(few):
        assert not 0 < count < FEWEST or len({guess[place] for guess in fit}) > 1


def per_photo(**counts: int) -> dict[str, str]:
    """How the chart of people in a photo tells of so many photos with `_1` person, `_2` and so on."""
    made = Composition()
    made.per_photo.update({name[1:]: count for name, count in counts.items()})
    made.photos = sum(counts.values())
    made.people = sum(int(name[1:]) * count for name, count in counts.items())
    chart = {one.title: one for one in made_of(Totals(made, made.photos))}["People in a photo"]
    return {cell.label: cell.text for cell in chart.cells}


def test_a_group_that_follows_from_the_number_of_people_is_told_together_with_larger_ones() -> None:
    assert per_photo(_1=104, _2=12, _3=5)["3"] == "5"
    # With 120 photos and 140 people, four photos with three people would be the only way.
    assert per_photo(_1=104, _2=12, _3=4) == {"0": "0", "1": "104", "2": "12 to 15", "3 or more": FEW}


def test_few_people_beside_the_givers_make_the_number_of_people_a_range() -> None:
    made = Composition(photos=20, people=22, boxes=21)
    sums = Totals(made, 20)
    assert (sums.photos.text, sums.people, sums.boxes) == ("20", Span(20, 24), Span(20, 24))
    assert Totals(Composition(photos=3, people=7), 3).photos.text == FEW


def test_the_page_draws_what_is_covered_as_covered_and_nothing_as_nothing() -> None:
    counts = {"under 1": 2, "1 to 2": 40, "3 to 5": 80, "6 to 8": 0}
    page = Chart("Ages", "people", "How old.", cells(counts)).as_html()
    bars = dict(re.findall(r"<th scope=\"row\">([^<]*)</th><td><svg [^>]*>(.*?)</svg>", page))
    assert [bars[label].count("<rect") for label in counts] == [3, 1, 1, 0]
    assert re.findall(r'<rect width="([\d.]+)"', page) == ["50", "100"]
    assert f"<td>{FEW}</td>" in page
    assert "Stripes: it is not told" in page
    # How few they are cannot be seen.
    other = Chart("Ages", "people", "How old.", cells(counts | {"under 1": 4})).as_html()
    assert other == page


def test_a_small_release_shows_no_chart_of_nothing_and_says_why() -> None:
    made = Composition(photos=3, people=3)
    for group in (made.ages, made.bases, made.splits):
        group[next(iter(group))] = 3
    found = told(made_of=made)
    sheet = as_page(datasheet(found, terms(found))).decode()
    assert "<svg" not in sheet
    assert "could be worked out: Ages; Whose word; Suggested splits." in sheet
    assert "every group is empty: People in a photo; Decades." in sheet
    assert (
        "This release holds fewer than 5 photographs with fewer than 5 people"
        in as_markdown(readme(found, terms(found))).decode()
    )


def test_what_looks_like_a_tag_is_shown_as_text() -> None:
    paper = Paper("<b>", ["<script>alert(1)</script>", Chart("<i>", "<u>", "<s>", cells({"<em>": 9}))])
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
        "differ by 0.75 years on average (9 people), and the two did not count as many people in fewer than 5 of these",
        "ends by itself on 2031-04-14",
        "> Read *this*.",
        "It is forbidden to recognise faces",
    ):
        assert sentence in sheet, sentence
    assert not re.search(r"\[\[|\]\]|\$\w", sheet)


def changes(new: int, left: int, read_anew: int, same: int) -> list[str]:
    """The figures of the change list, in this order."""
    found = told(difference=Difference(release(1), new=new, left=left, read_anew=read_anew, same=same))
    page = as_markdown(change_list(found)).decode()
    rows = re.compile(r"^\| (?:new|left|in both)[^|]*\| ([^|]*) \|$", re.MULTILINE)
    return [NOT_TOLD] * 4 if "it is not told how many" in page else rows.findall(page)


def test_the_change_list_counts_against_the_release_before_and_says_what_to_do() -> None:
    found = told(difference=Difference(release(1), new=12, left=10, read_anew=2, same=300))
    page = as_markdown(change_list(found)).decode()
    assert "Compared with release 1, frozen on 2030-03-15" in page
    assert "/versions/own/1/" in page
    assert "first release" in as_markdown(change_list(told())).decode()
    assert changes(12, 10, 2, 300) == ["12", "10", FEW, "298 to 301"]
    assert changes(12, 0, 0, 300) == ["12", "0", "0", "300"]
    # With 301 photos now and 300 before, of which all stayed, one is new.
    assert changes(1, 0, 0, 300) == [NOT_TOLD] * 4


@settings(deadline=None, max_examples=40)
@given(st.tuples(*[st.integers(0, 7)] * 4))
def test_no_small_change_follows_from_how_many_photos_both_releases_hold(counts: tuple[int, int, int, int]) -> None:
    new, left, anew, same = counts
    now, before = span(new + anew + same), span(left + anew + same)
    wide = [range(one.low, one.high + 1) for one in map(_span, changes(*counts))]
    fit = [
        guess
        for guess in product(*wide)
        if now.low <= guess[0] + guess[2] + guess[3] <= now.high
        and before.low <= guess[1] + guess[2] + guess[3] <= before.high
    ]
    for place, count in enumerate(counts):
        assert not 0 < count < FEWEST or len({guess[place] for guess in fit}) > 1


def _span(text: str) -> Span:
    if text in {FEW, NOT_TOLD}:
        return span(1) if text == FEW else Span(0, 9)
    low, _, high = text.partition(" to ")
    return Span(int(low), int(high or low))
