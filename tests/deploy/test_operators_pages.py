"""The operators' pages: every link leads somewhere, each is short, and what the code names is there."""

import re
from pathlib import Path

import pytest

from deploy.backup import restoring
from mpm_site import kinds
from tests.structure.test_imports import ROOT

DOCS = ROOT / "docs"
PAGES = sorted([DOCS / "operate.md", *(DOCS / "operate").glob("*.md")])
LINK = re.compile(r"\]\(((?!https?:|mailto:)[^)\s]+)\)")
CODE = re.compile(r"```.*?```", re.DOTALL)
LONGEST = 300


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as they are linked."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    lost = []
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []
    assert len(page.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_the_first_page_leads_to_each_other_one() -> None:
    text = (DOCS / "operate.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if page.parent.name == "operate" and f"(operate/{page.name})" not in text] == []


def test_the_first_page_lists_every_kind_of_process() -> None:
    text = (DOCS / "operate.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)`(?:, once)? \|", text, re.MULTILINE)
    assert sorted(listed) == sorted(kinds.KINDS)


def test_the_page_of_restoring_has_its_steps_in_order() -> None:
    text = (DOCS / "operate" / "backup.md").read_text(encoding="utf-8")
    places = [text.index(f"`{step}`", text.index("| step |")) for step in restoring.STEPS]
    assert places == sorted(places)
