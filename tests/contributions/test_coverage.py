"""What is missing: numbers of people by age and time, so told that nobody can be picked out, and what is looked for."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from random import Random
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import Browser, expect
from pytest_django import DjangoAssertNumQueries, Settings

from contributions import queries, tasks
from contributions.actions.counting import count_coverage
from contributions.models import CoverageCount, Person, Photo
from contributions.queries import tallying
from contributions.queries.coverage import AGES, DECADES, FEWEST, Coverage
from contributions.queries.wanted import wanted_ages, wanted_times
from tests.axe import violations
from tests.builders import Given, given
from tests.consent.notices import published
from tests.contributions.alike import copied

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "identity"]),
    pytest.mark.requirement("C9"),
]
PAGE = "/what-is-missing/"


def one(age: str = "7", decade: int | None = 1980) -> Given:
    """One giver's photo in use, with one person in it."""
    made = given(age=age).agree()
    Photo.objects.filter(pk=made.photos[0].pk).update(taken_decade=decade)
    return made


def several(number: int) -> Given:
    """As many givers' photos in use, with one person in each: the first one."""
    made = one()
    copied(made, number - 1)
    return made


def recounted() -> Coverage:
    """What the page shows when everything is counted at once."""
    CoverageCount.objects.all().delete()
    count_coverage()
    return queries.coverage()


Row = tuple[int, int | None, UUID]


class Told:
    """The page's numbers for made-up people, counted by the real code: (age, decade or unknown, giver)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch

    def __call__(self, people: list[Row]) -> dict[str, dict[str, int]]:
        photos = [(decade, giver, 1) for _age, decade, giver in people if decade is not None]
        self.patch.setattr(tallying, "_people", lambda: [(*row, 1) for row in people])
        self.patch.setattr(tallying, "_photos", lambda: photos)
        return tallying.tallied()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


class TestCounting:
    """What is counted, and how it is told."""

    def test_only_people_under_eighteen_in_photos_in_use_are_counted(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        made = several(5)
        given()
        Person.objects.filter(photo=one().photos[0]).update(age_years=18)
        with django_assert_num_queries(2):
            shown = tallying.tallied()
        assert shown == {"ages": {"7": 5}, "cells": {"7 1980": 5}, "decades": {"1980": 5}}
        made.withdraw()
        assert recounted().ages == {}

    def test_an_age_is_whole_years_and_an_unknown_decade_counts_in_the_ages_alone(self) -> None:
        for age, decade in (("3½", 1930), ("3", 1920), ("3", None), ("3 years 11 months", 1940), ("3", None)):
            one(age, decade)
        shown = recounted()
        assert (shown.ages, shown.cells, shown.decades) == ({3: 5}, {}, {})

    def test_five_people_of_fewer_givers_are_not_shown(self, told: Told) -> None:
        family = [uuid4() for _ in range(4)]
        assert told([(7, 1980, family[place % 4]) for place in range(12)])["ages"] == {}
        assert told([(7, 1980, uuid4()) for _ in range(9)])["ages"] == {"7": 5}


class TestNobodyIsPickedOut:
    """Neither a difference between numbers nor one between days is one person's."""

    def test_whatever_else_is_shown_a_hidden_cell_may_hold_anything_under_five(self, told: Told) -> None:
        """For each hidden cell and each number under five there is a collection that makes the very same page."""
        random = Random(9)  # noqa: S311 - the same collections in every run
        tried = 0
        for known in (True, False) * 10:
            decades = (1970, 1980, 1990) if known else (1970, 1980, 1990, None)
            people: list[Row] = [(random.choice((3, 7)), random.choice(decades), uuid4()) for _ in range(36)]
            page = told(people)
            hidden = [
                cell for cell in product((3, 7), (1970, 1980, 1990)) if f"{cell[0]} {cell[1]}" not in page["cells"]
            ]
            for (age, decade), size in product(hidden, range(FEWEST)):
                tried += 1
                assert any(_same(told(other), page) for other in _with_cell(people, page, age, decade, size))
        assert tried > 50

    def test_numbers_stand_for_a_week_whoever_comes_and_goes(self) -> None:
        several(5)
        assert count_coverage()
        several(5)
        assert not count_coverage()
        CoverageCount.objects.update(at=timezone.now() - timedelta(days=8))
        assert count_coverage()
        assert queries.coverage().ages == {7: 10}

    def test_one_persons_change_never_changes_the_page(self, settings: Settings) -> None:
        settings.COVERAGE_DAYS = 0
        first = several(5)
        count_coverage()
        before = queries.coverage()
        later = several(4)
        assert not count_coverage()
        first.withdraw()
        assert queries.coverage() == before
        later.withdraw()
        tasks.count_coverage()
        after = queries.coverage()
        assert after.at != before.at
        assert after.ages == {7: 5}

    def test_what_is_kept_holds_no_exact_number(self) -> None:
        several(7)
        recounted()
        assert CoverageCount.objects.get().shown == {
            "ages": {"7": 5},
            "cells": {"7 1980": 5},
            "decades": {"1980": 5},
        }

    def test_one_participant_who_acts_often_is_still_one(self) -> None:
        begun = timezone.now() - timedelta(seconds=1)
        made = one()
        for _ in range(5):
            made.withdraw().undo()
        assert tallying.acted_since(begun) == 1


def _with_cell(
    people: list[Row], page: dict[str, dict[str, int]], age: int, decade: int, size: int
) -> Iterator[list[Row]]:
    """Collections with `size` people in this cell, no more than shown in the others, and some of an unknown decade."""
    others = [row for row in people if row[0] != age]
    shown = {int(name.split()[1]): count for name, count in page["cells"].items() if name.split()[0] == str(age)}
    row = [(age, when) for when, count in {**shown, decade: size}.items() for _ in range(count)]
    for unknown in range(len(people)):
        yield [*others, *((*cell, uuid4()) for cell in [*row, *[(age, None)] * unknown])]


def _same(one: dict[str, dict[str, int]], other: dict[str, dict[str, int]]) -> bool:
    """The last line counts photos, in which any number of people may be, or none: it says nothing of a cell."""
    return (one["ages"], one["cells"]) == (other["ages"], other["cells"])


class TestWanted:
    """What is looked for most, in plain sentences."""

    @pytest.fixture(autouse=True)
    def goal(self, settings: Settings) -> None:
        settings.CAMPAIGN = {**settings.CAMPAIGN, "goal": 1800}

    def test_the_groups_furthest_behind_an_even_share_are_named_first(self) -> None:
        ages = {**dict.fromkeys(AGES, 50), 0: 0, 1: 5, **dict.fromkeys(range(13, 18), 20)}
        decades = {**dict.fromkeys(DECADES, 150), 1940: 0, 1950: 0, 1960: 5}
        shown = Coverage(ages=ages, decades=decades)
        assert [(group.there, group.hoped) for group in wanted_ages(shown)] == [(5, 200), (100, 500)]
        assert [(group.there, group.hoped) for group in wanted_times(shown)] == [(5, 600)]
        with translation.override("en"):
            assert queries.shortest(shown) == [
                "Most of all we are looking for photos of babies under 2 and teenagers of 13 to 17.",
                "Photos from before 1970 are rare, too.",
            ]

    @pytest.mark.parametrize("each", [0, 50, 500], ids=["none", "even", "reached"])
    def test_without_a_difference_everything_is_welcome(self, each: int) -> None:
        shown = Coverage(ages=dict.fromkeys(AGES, each), decades=dict.fromkeys(DECADES, each))
        with translation.override("en"):
            assert queries.shortest(shown) == ["Photos of every age under 18 and from every time are welcome."]


class TestPage:
    """The public page."""

    def test_it_counts_nothing_itself(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(tallying, "_people")
        monkeypatch.delattr(tallying, "_photos")
        answer = client.get(PAGE).content.decode()
        assert "There are no numbers yet" in answer
        assert not CoverageCount.objects.exists()

    @pytest.mark.requirement("W5")
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_a_narrow_phone_shows_a_table_that_scrolls_by_itself_and_reads_aloud(
        self, browser: Browser, live: str, scheme: str
    ) -> None:
        published()
        cells = {f"{age} {decade}": 5 * age for age in range(2, 12) for decade in (1970, 1980)}
        ages = {str(age): 1200 + 5 * age for age in range(2, 18)}
        CoverageCount.objects.create(at=timezone.now(), shown={"ages": ages, "cells": cells, "decades": {"1980": 995}})
        context = browser.new_context(
            viewport={"width": 320, "height": 700}, color_scheme="dark" if scheme == "dark" else "light", locale="en"
        )
        page = context.new_page()
        page.goto(live + PAGE)
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert violations(page) == []
        region = page.get_by_role("region", name="People by age and time")
        assert region.evaluate("box => box.scrollWidth > box.clientWidth")
        region.focus()
        expect(region).to_be_focused()
        row = region.get_by_role("row").filter(has=page.get_by_role("rowheader", name="7 years", exact=True))
        expect(row.get_by_role("cell").nth(4)).to_have_text("35")
        expect(row.get_by_role("cell").nth(1)).to_contain_text("under 5")
        expect(page.get_by_text("Photos of babies under 2")).to_be_visible()
        context.close()
