"""The charts of the datasheet: each a table, and on the page a bar in each of its rows, drawn as inline SVG."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from releases.few import FEWEST
from releases.papers.cells import Cell, cells, could_be_counted
from releases.papers.composition import Composition
from releases.papers.totals import Totals

MOST_WORDS = 20
# Of a chart's width, in hundredths: a stripe with the gap behind it, and the bar of a group that is not told.
STRIPE, GAP, STUB = 1.2, 1.2, 6.0


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one kind: `of` is what is counted, such as "photos"; `text` says in a sentence what one sees.

    Without cells it is one that may not be drawn.
    """

    title: str
    of: str
    text: str
    cells: Sequence[Cell]

    @property
    def is_empty(self) -> bool:
        """Whether every group is told, and there is nothing in any."""
        return bool(self.cells) and all(cell.span.high == 0 for cell in self.cells)

    @property
    def is_told(self) -> bool:
        """Whether there is a bar to draw: one group at least that may be told."""
        return any(cell.span.low >= FEWEST for cell in self.cells)

    def as_markdown(self) -> str:
        """The chart as a table."""
        rows = [f"| {cell.label} | {cell.text} |" for cell in self.cells]
        return "\n".join([f"### {self.title}", "", self.text, "", f"| group | {self.of} |", "|---|---:|", *rows])

    def as_html(self) -> str:
        """The same table with a drawn bar in each row: labels wrap on a narrow screen, and nothing is told twice."""
        longest = max([cell.span.high for cell in self.cells if cell.span.low >= FEWEST], default=0)
        rows = "".join(
            f'<tr><th scope="row">{escape(cell.label)}</th><td>{_bar(cell, longest)}</td>'
            f"<td>{escape(cell.text)}</td></tr>"
            for cell in self.cells
        )
        key = f'<p class="key">{_KEY}</p>' if any(cell.is_covered for cell in self.cells) else ""
        return (
            f"<h3>{escape(self.title)}</h3><p>{escape(self.text)}</p>"
            f'<table class="chart"><thead><tr><th scope="col">group</th><td></td><th scope="col">{escape(self.of)}</th>'
            f"</tr></thead><tbody>{rows}</tbody></table>{key}"
        )


def shown(charts: Sequence[Chart]) -> Iterator[str | Chart]:
    """The charts that have something to draw, and in a sentence those that have not, and why."""
    yield from (one for one in charts if one.is_told)
    covered = [one.title for one in charts if not one.is_told and not one.is_empty]
    empty = [one.title for one in charts if one.is_empty]
    if covered:
        yield (
            f"Not drawn, since fewer than {FEWEST} are in every group, or since a group of fewer than {FEWEST} could "
            f"be worked out: {'; '.join(covered)}."
        )
    if empty:
        yield f"Not drawn, since every group is empty: {'; '.join(empty)}."


def made_of(sums: Totals) -> list[Chart]:
    """Ages, people in a photo, decades, bases, splits, and a chart for each group of words that was used."""
    made = sums.made
    return [
        Chart(
            "Ages",
            "people",
            "How old the people were when the photo was taken, in years.",
            cells(made.ages, sums.people),
        ),
        Chart("People in a photo", "photos", "How many people are in a photo.", _per_photo(sums)),
        Chart(
            "Decades",
            "photos",
            "When photos were taken, as their contributors remember it.",
            cells(made.decades, sums.photos),
        ),
        Chart("Whose word", "people", "On what the agreement of the people shown rests.", sums.bases or []),
        Chart("Suggested splits", "photos", _SPLITS, cells(made.splits, sums.photos)),
        *(_scene(group, words) for group, words in made.scenes if words),
    ]


def flags(made: Composition) -> list[Chart]:
    """How many photos and people carry each flag; they can carry several."""
    text = "README.md says what each means."
    return [
        Chart("Flags of photos", "photos", text, cells(made.flags)),
        Chart("Flags of people", "people", text, cells(made.person_flags)),
    ]


def _per_photo(sums: Totals) -> list[Cell]:
    """Photos by their people, in so many groups that none follows from how many photos and people there are."""
    counts = list(sums.made.per_photo.values())
    for most in range(len(counts) - 1, 1, -1):
        named = {str(people): counts[people] for people in range(most)}
        found = cells({**named, f"{most} or more": sum(counts[most:])}, sums.photos)
        if not could_be_counted(found, sums.photos, sums.people):
            return found
    return []


def _scene(group: str, words: Mapping[str, int]) -> Chart:
    most = dict(list(words.items())[:MOST_WORDS])
    text = "In how many photos staff saw it; a photo can have several words, or none."
    if more := len(words) - len(most):
        text += f" Words left out here that are rarer: {more}."
    return Chart(f"Scenes: {group}", "photos", text, cells(most))


def _bar(cell: Cell, longest: int) -> str:
    """A bar as long as its share of the longest one; stripes for what is not told. The words beside it say the same."""
    low, high = (100 * end / longest if longest else 0 for end in cell.span)
    if cell.span.low < FEWEST:
        # How few they are may not be seen: such a bar is always as long.
        low, high = 0, STUB if cell.is_covered else 0
    solid = f'<rect width="{round(low, 1):g}" height="10"/>' if low else ""
    return f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{solid}{_stripes(low, high)}</svg>'


def _stripes(low: float, high: float) -> str:
    """Stripes from one end to the other, in hundredths of the width."""
    count = round((high - low) / (STRIPE + GAP) + 0.5) if high > low else 0
    starts = (low + GAP / 2 + place * (STRIPE + GAP) for place in range(count))
    return "".join(f'<rect x="{start:.1f}" width="{STRIPE:g}" height="10"/>' for start in starts if start < 100)


_KEY = "Stripes: it is not told how many these are."
_SPLITS = "Photos of one contributor, of one person, and of one picture are on one side. Sides are kept over releases."
