"""Ages as people write them, in three languages. The table's second half was written before the reader existed."""

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils.translation import override

from contributions.ages import Age, in_words, read, year_taken

TABLE = Path(__file__).with_name("ages.csv")
ENOUGH = 0.99


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_right(row: dict[str, str]) -> bool:
    age = read(row["text"], row["language"])
    if not row["years"]:
        return age is None
    return age is not None and (age.years, age.low, age.high) == tuple(
        Decimal(row[c]) for c in ("years", "low", "high")
    )


@pytest.mark.requirement("C4")
def test_both_halves_of_the_table_are_read_right() -> None:
    halves = defaultdict(list)
    for row in rows():
        halves[row["half"]].append(row)
    for half, lines in halves.items():
        wrong = [(row["text"], row["language"]) for row in lines if not is_right(row)]
        assert 1 - len(wrong) / len(lines) >= ENOUGH, (half, wrong)


@pytest.mark.requirement("C4")
def test_the_table_is_long_enough_and_has_all_languages_in_both_halves() -> None:
    lines = rows()
    assert len(lines) >= 150
    assert {(row["half"], row["language"]) for row in lines} == {
        (half, language) for half in ("with the parser", "before the parser") for language in ("en", "nl", "sv")
    }
    assert len({(row["text"], row["language"]) for row in lines}) == len(lines)


@pytest.mark.requirement("C4")
@pytest.mark.parametrize(
    "text", ["", " ", "?", "7 8", "5 or", "-4", "1984", "three or", "grade", "7" * 40, "²", "½½", "a"]
)
@pytest.mark.parametrize("language", ["en", "nl", "sv", "xx"])
def test_what_is_not_clear_is_not_guessed(text: str, language: str) -> None:
    assert read(text, language) is None


def test_a_language_is_found_by_its_first_part() -> None:
    assert read("anderhalf", "nl-be") == read("anderhalf", "nl")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3 1/2", "3½ years"),
        ("18 months", "1½ years"),
        ("7", "7 years"),
        ("9 months", "9 months"),
        ("2 years 3 months", "2 years and 3 months"),
        ("3 weeks", "3 weeks"),
        ("about 5", "about 5 years (4 to 6)"),
        ("3-4", "3 to 4 years"),
        ("Grade 2", "7 to 8 years"),
        ("newborn", "newborn, up to a month old"),
        ("baby", "a baby, under 1 year"),
    ],
)
def test_an_age_is_read_back_in_words(text: str, words: str) -> None:
    age = read(text, "en")
    assert age is not None
    with override("en"):
        assert in_words(age) == words


def test_the_rule_that_read_an_age_is_kept() -> None:
    assert read("about 5", "en") == Age(Decimal("5.00"), Decimal("4.00"), Decimal("6.00"), "about")


@pytest.mark.requirement("C4")
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("1984 - 1979", "en"),
        ("1984\u20131979", "sv"),
        ("taken in 1984, born in 1979", "en"),
        ("Born 1979, taken 1984.", "en"),
        ("genomen in 1984, geboren in 1979", "nl"),
        ("tagen 1984, född 1979", "sv"),
    ],
)
def test_the_years_of_the_photo_and_of_birth_are_an_age_give_or_take_one(text: str, language: str) -> None:
    assert read(text, language) == Age(Decimal(5), Decimal(4), Decimal(6), "taken-and-born")
    assert year_taken(text) == 1984


@pytest.mark.parametrize(
    "text", ["1979 - 1984", "1984 - 84", "taken in 1984", "born in 1979, born in 1984", "2099 - 1850"]
)
def test_years_that_make_no_age_are_not_guessed(text: str) -> None:
    assert read(text, "en") is None


def test_the_year_of_birth_itself_is_no_age_below_nothing() -> None:
    assert read("1984 - 1984", "en") == Age(Decimal(0), Decimal(0), Decimal(1), "taken-and-born")
