"""An annotator at the workbench, before a photo that machines have looked at, and how things are moved there."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.fixtures import Settings

from annotation import actions, tasks
from annotation.boxes import Box, Seen
from contributions.models import Photo
from tests import pictures
from tests.annotation import printed
from tests.browsers import box_of, faultless, go_on_as
from tests.builders import given
from tests.cast import Casting

Place = tuple[float, float]
# The giver's mark stands at (0.1, 0.5): on the first face, not on the second.
SPOKEN_FOR, OPEN = Seen(Box(0.05, 0.4, 0.15, 0.6), 0.9), Seen(Box(0.6, 0.2, 0.8, 0.5), 0.9)
FOUND = [0.02, 0.02, 0.98, 0.02, 0.98, 0.95, 0.02, 0.95]


@contextmanager
def at_the_bench(context: BrowserContext, live: str, staff: Casting, settings: Settings) -> Iterator[Page]:
    """The page with the photo on it; fails the test when a script of it failed or its policy stopped something."""
    settings.TEXT_READER = printed.NAME
    (photo,) = given(pictures.png(400, 300)).agree().photos
    tasks.find_text()
    actions.keep_faces(photo_id=photo.pk, seen=[SPOKEN_FOR, OPEN], model="drawn")
    Photo.objects.filter(pk=photo.pk).update(found_frame=FOUND)
    go_on_as(context, staff("annotator").client, live)
    with faultless(context) as page:
        page.goto(f"{live}/staff/annotation/")
        page.get_by_role("button", name="Start").press("Enter")
        expect(page.locator("[data-photo-here] img")).to_be_visible()
        yield page


def mark(page: Page, number: int) -> Locator:
    """The mark of the person with this number."""
    return page.get_by_role("button", name=f"Person {number}, ")


def on_picture(page: Page, place: Place) -> Place:
    """Where a place of the picture, in fractions as it stands on the screen, is in the window: CSS pixels."""
    box = box_of(page.locator("[data-plane]"))
    return box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"]


def drag(page: Page, start: Place, end: Place) -> None:
    """Press the mouse at one place of the picture and let go of it at another."""
    page.mouse.move(*on_picture(page, start))
    to = on_picture(page, end)
    page.mouse.down()
    page.mouse.move(*to, steps=4)
    page.mouse.up()


def swipe(page: Page, *ways: tuple[Place, Place]) -> None:
    """Move a finger along each of these ways of the picture, all at once."""
    tracks = [(on_picture(page, start), on_picture(page, end)) for start, end in ways]
    session = page.context.new_cdp_session(page)
    for step in range(5):
        fingers = [
            {"x": x + (to_x - x) * step / 4, "y": y + (to_y - y) * step / 4, "id": number}
            for number, ((x, y), (to_x, to_y)) in enumerate(tracks)
        ]
        kind = "touchMove" if step else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def saved(page: Page) -> None:
    """Save, and wait until the server has the answer."""
    page.get_by_role("button", name="Save, next").click()
    expect(page.locator("#line [data-saved]")).to_contain_text("saved ")
