"""The page on which leads and adjudicators see how far readers agree."""

import random
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from accounts.models import User
from annotation.agreement.reliability import Estimate
from annotation.models import Comparison, Reading, Task
from annotation.transitions import Stage
from annotation.views.intervals import SHARES, chart
from tests.browsers import faultless, go_on_as
from tests.builders import given
from tests.cast import Casting
from tests.looks import IN_TURN_OR_ALL, Looks

PAGE = "/staff/annotation/agreement/"


def compared(readers: list[User], judge: User, number: int) -> None:
    """So many comparisons of six weeks, between two of these people each; one in four was settled. All of one photo."""
    drawn = random.Random(4)  # noqa: S311 - no secret
    given().agree()
    task = Task.objects.get()
    for _one in range(number):
        first, second = (Reading(task=task, by=by, key=uuid4()) for by in drawn.sample(readers, 2))
        at = timezone.now() - timedelta(weeks=drawn.randrange(6))
        first.at = second.at = at
        first.save()
        second.save()
        ages = [[age, max(0, age + drawn.choice((0, 0, 0, 1, -1, 4)))] for age in drawn.choices(range(16), k=2)]
        answers = ["people", drawn.choice(["people"] * 9 + ["excluded"])]
        figures: dict[str, object] = {"answers": answers}
        if answers[1] == "people":
            figures |= {
                "counts": [2, 2],
                "people": [2, 2, 2],
                "ages": ages,
                "corners": 1.0,
                "boxes": [],
                "terms": [1, 2],
            }
        Comparison.objects.create(first=first, second=second, differences=["terms"], figures=figures, at=at)
        if drawn.random() < 0.25:
            Reading.objects.create(task=task, by=judge, key=uuid4(), stage=Stage.SETTLING, adopts=first, at=at)


@pytest.mark.requirement("A8")
@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
@pytest.mark.parametrize("role", ["lead", "adjudicator"])
def test_until_a_photo_is_read_twice_the_page_says_what_it_waits_for(staff: Casting, role: str) -> None:
    page = staff(role).client.get(PAGE).content.decode()
    assert "No photo was read by two people yet" in page
    assert "<figure" not in page


def test_a_dot_without_an_interval_says_why_there_is_none() -> None:
    alone, known = Estimate(0.0, None, None, 2), Estimate(0.5, 0.2, 0.7, 9)
    drawn = chart("Age", "Alpha.", "Reader", [("Ann", alone), ("Bo", known), ("Cy", None)], SHARES)
    assert drawn["text"] == "Alpha. Of some, too few photos were compared to tell an interval."
    assert [dot.get("note") for dot in drawn["dots"]] == ["too few photos for an interval", None, None]
    assert chart("Age", "Alpha.", "Reader", [("Bo", known), ("Cy", None)], SHARES)["text"] == "Alpha."


@pytest.mark.requirement("A8", "W7", "W5")
@IN_TURN_OR_ALL
def test_agreement_is_drawn_with_its_intervals_and_told_in_tables(
    desktop: BrowserContext, live: str, staff: Casting, *, every: bool
) -> None:
    readers = [staff("annotator").user for _reader in range(3)]
    readers[0].name = "Ånna-Lena van der Wetering-Sjöström"
    readers[0].save()
    lead = staff("lead")
    compared(readers, staff("adjudicator").user, 40)
    go_on_as(desktop, lead.client, live)
    with faultless(desktop) as page:
        page.goto(f"{live}{PAGE}")
        chart = page.locator("figure", has=page.get_by_text("Found right by an adjudicator"))
        names = sorted(reader.name for reader in readers)
        expect(chart.locator(".intervals li:not(.interval-axis) > span:first-child")).to_have_text(names)
        reach = chart.locator("li").first.locator(".interval-reach").first
        dot = chart.locator("li").first.locator("circle")
        ends = [float((reach.get_attribute(end) or "").rstrip("%")) for end in ("x1", "x2")]
        assert ends[0] < float((dot.get_attribute("cx") or "").rstrip("%")) < ends[1]
        chart.get_by_text("The numbers as a table").click()
        expect(chart.get_by_role("row", name=names[0])).to_contain_text("%")
        assert readers[0].email not in page.content()
        expect(page.get_by_text("Description (not settled)").first).to_be_visible()
        page.get_by_text("What kappa and alpha are").click()
        expect(page.get_by_text("Landis and Koch 1977")).to_be_visible()
        looks = Looks(page, every, start="agreement")
        looks.visit(live, PAGE)
        assert looks.wrong == {}
