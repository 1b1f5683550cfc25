"""docs/security.md answers every requirement of OWASP ASVS 5.0.0, levels 1 and 2, and names only tests that exist."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.structure.test_imports import ROOT

PAGE = ROOT / "docs" / "security.md"
LEVELS = Path(__file__).with_name("asvs_levels.txt")
# Of the whole standard, by level: what keeps the list beside this file from losing a line.
IN_ALL = {1: 70, 2: 183, 3: 92}
ROW = re.compile(r"^\| (V\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)::((?:\w+::)?\w+)`")
LINK = re.compile(r"\[[^\]]+\]\(([^)#]*)(?:#([^)]+))?\)")
KINDS = ("Written: ", "Why: ", "Not applicable: ", "**Open**: ")
SHORTEST_REASON = 8


def required() -> dict[str, int]:
    """Every requirement of the standard with its level."""
    sections = re.findall(r"^(V[\d.]+): ([\d ]+)$", LEVELS.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        f"{section}.{place}": int(level)
        for section, levels in sections
        for place, level in enumerate(levels.split(), start=1)
    }


@cache
def names_in(file: str) -> frozenset[str]:
    """The tests of a file below tests/, those of a class behind its name."""
    body = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8")).body
    grouped = [
        f"{group.name}::{inner.name}"
        for group in body
        if isinstance(group, ast.ClassDef)
        for inner in group.body
        if isinstance(inner, ast.FunctionDef)
    ]
    return frozenset([*grouped, *(one.name for one in body if isinstance(one, ast.FunctionDef))])


def faults(answer: str) -> list[str]:
    """What is wrong with one answer."""
    wrong = [
        f"no test {file}::{name}"
        for file, name in TEST.findall(answer)
        if not (ROOT / "tests" / file).is_file() or name not in names_in(file)
    ]
    wrong += [f"no place {path}#{anchor}" for path, anchor in LINK.findall(answer) if not leads(path, anchor)]
    kind = next((kind for kind in KINDS if answer.startswith(kind)), "")
    if not kind and not TEST.fullmatch(answer.split(", ", maxsplit=1)[0]):
        wrong.append("neither a test nor a reason")
    if kind == "Written: " and not LINK.search(answer):
        wrong.append("it does not say where")
    if kind and len(answer) - len(kind) < SHORTEST_REASON:
        wrong.append("no reason is given")
    return wrong


def leads(path: str, anchor: str) -> bool:
    """Whether a link of the page leads to a file, and to a heading of it."""
    target = PAGE.parent / path if path else PAGE
    if not target.is_file():
        return False
    headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
    return not anchor or anchor in {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


def test_the_list_is_the_whole_standard() -> None:
    assert Counter(required().values()) == IN_ALL


@pytest.mark.requirement("W8")
def test_every_requirement_of_levels_1_and_2_is_answered_once_in_order() -> None:
    rows = [(number, int(level)) for number, level, _words, _answer in ROW.findall(PAGE.read_text(encoding="utf-8"))]
    assert rows == [(number, level) for number, level in required().items() if level <= 2]


@pytest.mark.requirement("W8")
def test_every_answer_is_a_test_that_exists_or_a_reason() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert rows
    wrong = {number: found for number, _level, _words, answer in rows if (found := faults(answer))}
    assert wrong == {}


@pytest.mark.requirement("W8")
def test_what_is_open_is_counted_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    answers = [answer for _number, _level, _words, answer in ROW.findall(text)]
    written, why, absent, is_open = (sum(one.startswith(kind) for one in answers) for kind in KINDS)
    by_tests = len(answers) - written - why - absent - is_open
    assert (
        f"{len(answers)} lines: {by_tests} by tests, {written} written, {why} with a reason, {absent} not applicable, "
        f"{is_open} open."
    ) in text


@pytest.mark.requirement("W9")
def test_every_test_that_is_named_anywhere_on_the_page_exists() -> None:
    named = TEST.findall(PAGE.read_text(encoding="utf-8"))
    assert [f"{file}::{name}" for file, name in named if name not in names_in(file)] == []


@pytest.mark.parametrize(
    "answer",
    ["", "Why: ", "Written: somewhere", "we do that", "`site/test_headers.py::test_that_is_not_there`", "**Open**: no"],
)
def test_an_answer_that_is_none_is_seen(answer: str) -> None:
    assert faults(answer)
