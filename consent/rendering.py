"""A notice's Markdown as sections of clean HTML: nothing but text, lists, tables, emphasis and links."""

from dataclasses import dataclass

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {
    "p",
    "ul",
    "ol",
    "li",
    "em",
    "strong",
    "a",
    "h3",
    "br",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
ATTRIBUTES = {"a": {"href"}}
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a notice: its heading (empty for what stands before the first), an anchor, and clean HTML."""

    heading: str
    anchor: str
    html: SafeString


def sections(text: str) -> list[Section]:
    """Split a notice's Markdown at its headings of the second level and render each part."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        if line.startswith("## "):
            parts.append((line.removeprefix("## ").strip(), []))
        else:
            parts[-1][1].append(line)
    return [
        Section(heading, f"part-{number}", clean_html("\n".join(lines)))
        for number, (heading, lines) in enumerate(parts)
        if heading or "".join(lines).strip()
    ]


def clean_html(text: str) -> SafeString:
    """Markdown as HTML of the allowed tags; anything else, raw HTML included, comes out as text or not at all."""
    html = nh3.clean(_markdown.render(text), tags=TAGS, attributes=ATTRIBUTES, url_schemes={"https", "http", "mailto"})
    return mark_safe(html)  # noqa: S308 - just cleaned
