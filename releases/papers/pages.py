"""A paper of several parts, as Markdown and as a page that needs nothing else: no script, no other file.

Its sentences lie beside it, as Markdown files with names to be filled in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from markdown_it import MarkdownIt

from releases.papers.charts import Chart

TEXTS: Final = Path(__file__).resolve().parent / "texts"
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")

STYLE: Final = """
:root { color-scheme: light dark; --text: #1d2433; --soft: #556074; --line: #d5dae3; --paper: #fff; --bar: #2f6f8f;
  --link: #1b5e80; }
@media (prefers-color-scheme: dark) { :root { --text: #e8ebf1; --soft: #a8b1c2; --line: #3a4356; --paper: #151a24;
  --bar: #6fb3d2; --link: #8cc8e4; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--text); font: 1rem/1.6 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.3rem; margin: 2.75rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .25rem; }
p, ul, ol { margin: .6rem 0; }
a { color: var(--link); overflow-wrap: anywhere; }
code { font-size: .9em; overflow-wrap: anywhere; }
blockquote { margin: 1rem 0; padding: .25rem 1.25rem; border-left: 3px solid var(--line); color: var(--soft); }
blockquote h2 { border: 0; padding: 0; margin: 1.5rem 0 .25rem; font-size: 1.05rem; }
table { border-collapse: collapse; margin: .75rem 0; max-width: 100%; }
th, td { padding: .3rem .75rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line);
  font-weight: normal; overflow-wrap: anywhere; }
thead th { font-weight: 600; white-space: nowrap; }
.chart { width: 100%; table-layout: fixed; }
.chart th, .chart td { padding: .15rem 0; border: 0; vertical-align: middle; line-height: 1.3; }
.chart th:first-child { width: 34%; padding-right: .75rem; text-align: right; }
.chart :is(th, td):last-child { width: 7.5rem; padding-left: .6rem; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.chart td + td { overflow-wrap: normal; }
.chart thead { color: var(--soft); font-size: .85rem; }
.chart tbody td:nth-child(2) { border-left: 1px solid var(--line); }
.key { color: var(--soft); font-size: .85rem; }
svg { display: block; width: 100%; height: .95rem; fill: var(--bar); }
@media print { h2, h3 { break-after: avoid; } tr { break-inside: avoid; } }
"""


@dataclass(frozen=True, slots=True)
class Paper:
    """A title and its parts in order: Markdown without the title, or charts."""

    title: str
    parts: Sequence[str | Chart]


def as_markdown(paper: Paper) -> bytes:
    """The paper as Markdown, charts as tables."""
    parts = [part.as_markdown() if isinstance(part, Chart) else part.strip() for part in paper.parts]
    return ("\n\n".join([f"# {paper.title}", *parts]) + "\n").encode()


def as_page(paper: Paper) -> bytes:
    """The paper as one HTML page. Markdown in it cannot hold HTML: what looks like a tag is shown as text."""
    parts = "\n".join(
        part.as_html() if isinstance(part, Chart) else str(_markdown.render(part)) for part in paper.parts
    )
    title = escape(paper.title)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{parts}\n</main>\n</body>\n</html>\n"
    ).encode()


def text(name: str, **values: object) -> str:
    """The text with each $name replaced. Raises KeyError for a name without a value."""
    return Template((TEXTS / f"{name}.md").read_text(encoding="utf-8")).substitute(values)


def listed(sentences: list[str]) -> str:
    """Sentences as a list."""
    return "\n".join(f"- {sentence}" for sentence in sentences)


def table(rows: Sequence[tuple[str, object]], heads: tuple[str, str] = ("", "")) -> str:
    """A table of two columns in Markdown."""
    lines = [f"| {name} | {value} |" for name, value in rows]
    return "\n".join([f"| {heads[0]} | {heads[1]} |", "|---|---|", *lines])


def quoted(markdown: str) -> str:
    """Markdown as a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in markdown.strip().splitlines())
