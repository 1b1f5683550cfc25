"""The charts of the datasheet: each a table, and on the page a bar in each of its rows, drawn as inline SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from releases.papers.cells import Cell, cells
from releases.papers.composition import Composition

MOST_WORDS = 20


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one kind: `of` is what is counted, such as "photos"; `text` says in a sentence what one sees."""

    title: str
    of: str
    text: str
    cells: Sequence[Cell]

    def as_markdown(self) -> str:
        """The chart as a table."""
        rows = [f"| {cell.label} | {cell.text} |" for cell in self.cells]
        return "\n".join([f"### {self.title}", "", self.text, "", f"| group | {self.of} |", "|---|---:|", *rows])

    def as_html(self) -> str:
        """The same table with a drawn bar in each row: labels wrap on a narrow screen, and nothing is told twice."""
        longest = max([cell.bar for cell in self.cells], default=0)
        rows = "".join(
            f'<tr><th scope="row">{escape(cell.label)}</th><td>{_bar(cell, longest)}</td>'
            f"<td>{escape(cell.text)}</td></tr>"
            for cell in self.cells
        )
        return (
            f"<h3>{escape(self.title)}</h3><p>{escape(self.text)}</p>"
            f'<table class="chart"><thead><tr><th scope="col">group</th><td></td><th scope="col">{escape(self.of)}</th>'
            f"</tr></thead><tbody>{rows}</tbody></table>"
        )


def chart(title: str, of: str, text: str, counts: Mapping[str, int], *, whole: bool = True) -> Chart:
    """A chart of these counts, small groups told as such; `whole` as in cells."""
    return Chart(title, of, text, cells(counts, whole=whole))


def made_of(made: Composition) -> list[Chart]:
    """Ages, people in a photo, decades, bases, splits, and a chart for each group of words that was used."""
    return [
        chart("Ages", "people", "How old the people were when the photo was taken, in years.", made.ages),
        chart("People in a photo", "photos", "How many people are in a photo.", made.per_photo),
        chart("Decades", "photos", "When photos were taken, as their contributors remember it.", made.decades),
        chart("Whose word", "people", "On what the agreement of the people shown rests.", made.bases),
        chart("Suggested splits", "photos", _SPLITS, made.splits),
        *(_scene(group, words) for group, words in made.scenes if words),
    ]


def flags(made: Composition) -> list[Chart]:
    """How many photos and people carry each flag; they can carry several."""
    text = "README.md says what each means."
    return [
        chart("Flags of photos", "photos", text, made.flags, whole=False),
        chart("Flags of people", "people", text, made.person_flags, whole=False),
    ]


def _scene(group: str, words: Mapping[str, int]) -> Chart:
    shown = dict(list(words.items())[:MOST_WORDS])
    text = "In how many photos staff saw it; a photo can have several words, or none."
    if more := len(words) - len(shown):
        text += f" Words left out here that are rarer: {more}."
    return chart(f"Scenes: {group}", "photos", text, shown, whole=False)


def _bar(cell: Cell, longest: int) -> str:
    """A bar as long as its share of the longest one; the number beside it says the same."""
    length = round(100 * cell.bar / longest, 1) if longest else 0
    drawn = f'<rect width="{length:g}" height="10"/>' if length else ""
    return f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'


_SPLITS = "Photos of one contributor, of one person, and of one picture are on one side. Sides are kept over releases."
