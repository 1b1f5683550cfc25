"""The operators' pages: every link leads somewhere, each is short, and what the code names is there."""

import re
from pathlib import Path

import pytest

from deploy.backup import restoring
from mpm_site import kinds
from tests.structure.test_imports import ROOT

DOCS = ROOT / "docs"
SYSTEMD = ROOT / "deploy" / "systemd"
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


def test_the_page_of_one_machine_makes_every_folder_that_units_and_settings_name() -> None:
    page = (DOCS / "operate" / "systemd.md").read_text(encoding="utf-8")
    made = {path for line in re.findall(r"^ +((?:install -d|cp -r) .+)$", page, re.MULTILINE) for path in line.split()}
    units = "".join(unit.read_text(encoding="utf-8") for unit in SYSTEMD.glob("*.service"))
    lines = re.findall(r"^ReadWritePaths=(.+)$", units, re.MULTILINE)
    written = {path.removeprefix("-") for line in lines for path in line.split()}
    settings = (SYSTEMD / "site.env").read_text(encoding="utf-8")
    named = {path for path in re.findall(r"^MPM_\w+=(/srv/\S+)$", settings, re.MULTILINE) if not Path(path).suffix}
    assert {"/srv/mpm/static", "/srv/mpm/campaign", "/srv/mpm/keyring"} <= written | named
    assert (written | named) - made == set()


def test_processes_are_exchanged_in_one_order_wherever_it_is_said() -> None:
    page = (DOCS / "operate" / "upgrade.md").read_text(encoding="utf-8")
    script = (SYSTEMD / "exchange.sh").read_text(encoding="utf-8")
    [order] = re.findall(r"\|\| set -- (.+)$", script, re.MULTILINE)
    assert page.count(order) == 1
    assert page.count(", ".join(order.split())) == 1


def test_the_page_of_restoring_has_its_steps_in_order() -> None:
    text = (DOCS / "operate" / "backup.md").read_text(encoding="utf-8")
    places = [text.index(f"`{step}`", text.index("| step |")) for step in restoring.STEPS]
    assert places == sorted(places)
