"""The adjudicator's page in a real browser: two readings side by side, one taken by a key, or one's own answer."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotation.actions import PersonRead
from annotation.models import Answer, Reading, Task
from annotation.transitions import Stage
from tests import pictures
from tests.browsers import faultless, go_on_as
from tests.builders import answer, given
from tests.cast import Casting
from tests.looks import IN_TURN_OR_ALL, Looks

PATH = "/staff/annotation/settle/"
pytestmark = pytest.mark.usefixtures("every_photo_is_read_twice")


@pytest.fixture
def page(desktop: BrowserContext, live: str, staff: Casting) -> Iterator[Page]:
    """An adjudicator's empty page, its address opened."""
    go_on_as(desktop, staff("adjudicator").client, live)
    with faultless(desktop) as opened:
        opened.goto(live + PATH)
        yield opened


def start(page: Page) -> None:
    page.get_by_role("button", name="Start").press("Enter")
    expect(page.locator("[data-photo-here] img")).to_be_visible()
    expect(page.locator(".settle")).to_be_visible()


@pytest.mark.requirement("A8", "A5", "W5")
@IN_TURN_OR_ALL
def test_two_who_differ_are_settled_by_one_key_and_enter(page: Page, live: str, staff: Casting, *, every: bool) -> None:
    given(pictures.png(400, 300)).agree()
    one, other = staff("annotator"), staff("annotator")
    first = answer(one.user.pk)
    mark = first.task.photo.persons.get()
    moved = PersonRead(mark.pk, 0.8, 0.3, Decimal(12))
    added = PersonRead(None, 0.3, 0.7, Decimal(4))
    second = answer(other.user.pk, people=[moved, added])
    start(page)
    table = page.get_by_role("table", name="What each reading says")
    assert one.user.name not in page.content()
    assert other.user.name not in page.content()
    expect(table.locator("tbody th")).to_have_text(
        ["Number of people", "Who is marked", "Where a person is: person 1", "Age: person 1"]
    )
    expect(page.locator(".settle-place")).to_have_text(["Reading 2", "Reading 1", "Reading 2"])
    # Nothing was chosen: nothing is saved, and it is said what to do, where it can be done.
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Take reading 1 or 2, or change something, first.")
    expect(page.get_by_role("button", name="Take reading 1")).to_be_focused()
    expect(page.locator("#line [data-saved]")).not_to_contain_text("saved ")
    page.keyboard.press("1")
    expect(page.get_by_role("button", name="Take reading 1")).to_have_attribute("aria-pressed", "true")
    # From here on Enter saves, and takes no other reading.
    expect(page.locator("#canvas")).to_be_focused()
    expect(page.locator("#problem")).to_be_hidden()
    page.keyboard.press("2")
    expect(page.get_by_role("button", name="Take reading 1")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".settle [data-said]")).to_contain_text("Reading 2 is taken")
    expect(page.locator(".mark")).to_have_count(2)
    # On a corner, as on a mark, a digit is an age and no reading.
    page.keyboard.press("b")
    expect(page.get_by_role("button", name="Top left corner")).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator(".settle [data-said]")).to_contain_text("Your own answer")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    expect(page.locator(".settle [data-said]")).to_contain_text("Reading 2 is taken")
    # Whoever settles decides.
    page.keyboard.press("q")
    expect(page.get_by_text("Cannot decide")).to_have_count(0)
    looks = Looks(page, every, start="settling")
    looks.see("two readings")
    assert looks.wrong == {}
    page.keyboard.press("Enter")
    expect(page.locator("#line [data-saved]")).to_contain_text("saved ")
    settled = Reading.objects.get(stage=Stage.SETTLING)
    assert (settled.adopts, settled.persons.count(), settled.people_count) == (second, 2, 2)


@pytest.mark.requirement("A8", "A7")
def test_a_question_is_shown_and_answered_in_ones_own_words(page: Page, staff: Casting) -> None:
    given(pictures.png(400, 300)).agree()
    answer(staff("annotator").user.pk, kind=Answer.UNDECIDED, note="Is this a doll?")
    start(page)
    expect(page.locator(".settle")).to_contain_text("Is this a doll?")
    expect(page.locator(".settle table")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.locator(".mark").first).to_be_focused()
    # On a mark a digit is an age.
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.locator("#line [data-saved]")).to_contain_text("saved ")
    settled = Reading.objects.get(stage=Stage.SETTLING)
    assert (settled.adopts, [person.age_years for person in settled.persons.all()]) == (None, [Decimal(2)])


@pytest.mark.requirement("A8", "A10")
def test_what_is_changed_after_taking_is_an_answer_of_ones_own_and_then_nothing_waits(
    page: Page, staff: Casting
) -> None:
    given(pictures.png(400, 300)).agree()
    answer(staff("annotator").user.pk)
    answer(staff("annotator").user.pk, kind=Answer.EXCLUDED, exclusion="quality", note="Too dark")
    start(page)
    expect(page.locator(".settle td")).to_have_text(["In: 1 person", "Out: quality (Too dark)"])
    page.keyboard.press("2")
    expect(page.locator(".settle [data-said]")).to_contain_text("Reading 2 is taken")
    page.get_by_role("button", name="Take reading 1").click()
    page.keyboard.press("Tab")
    page.keyboard.press("9")
    expect(page.locator(".settle [data-said]")).to_contain_text("Your own answer")
    page.keyboard.press("Enter")
    expect(page.locator("#waiting [data-text]")).not_to_be_empty()
    expect(page.locator("#line [data-saved]")).to_contain_text("saved ")
    settled = Reading.objects.get(stage=Stage.SETTLING)
    assert (settled.adopts, settled.persons.get().age_years) == (None, Decimal(9))
    assert Task.objects.get().stage == Stage.DONE
