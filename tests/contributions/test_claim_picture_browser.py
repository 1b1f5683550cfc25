"""The claim page's picture in a real browser: hashed there as the site hashes, and never sent."""

import json

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Locator, Page, expect

from contributions.models import Claim
from contributions.queries import Pixels
from screening.hashing import hashed
from tests import pictures
from tests.axe import violations
from tests.browsers import faultless
from tests.screening.hashes import distance
from vault import actions as vault

READ = "Your device has read the picture"


def drawn() -> Image.Image:
    """Coloured shapes on a sky, of an odd size."""
    image = Image.new("RGB", (1237, 811), "#bcd6e4")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 560, 1237, 811), fill="#5d8a4a")
    pen.ellipse((140, 90, 420, 370), fill="#f4c542")
    pen.polygon([(610, 580), (840, 170), (1090, 600)], fill="#a03c32")
    for number in range(9):
        pen.line((130 * number, 811, 70 * number + 200, 560), fill="#2c4a2a", width=11)
    return image


def of_the_site(image: Image.Image) -> bytes:
    """The hash that the site makes of the picture's own rendition."""
    small = image.copy()
    small.thumbnail((2048, 2048), Image.Resampling.LANCZOS)
    squashed = small.resize((512, 512), Image.Resampling.BOX)
    return hashed(Pixels(512, 512, squashed.tobytes())).turns[0]


def choose(page: Page, data: bytes, kind: str) -> Locator:
    page.locator("#claim-picture").set_input_files({"name": "mine", "mimeType": kind, "buffer": data})
    said = page.locator("#claim-picture-said")
    expect(said).not_to_have_text("Reading the picture on your device…")
    expect(said).not_to_be_empty()
    return said


def fingerprint(page: Page) -> str:
    return page.locator("input[name=picture]").input_value()


@pytest.mark.requirement("C12", "S3")
def test_a_picture_is_hashed_in_the_browser_as_on_the_site_and_alone_its_hash_is_sent(
    phone: BrowserContext, live: str
) -> None:
    with faultless(phone) as page:
        page.goto(f"{live}/am-i-pictured/")
        for image, most in (
            (drawn(), 2),
            (pictures.picture("astronaut", 512, 512), 2),
            (pictures.picture("coffee", 601, 399), 2),
            (pictures.picture("cat", 300, 451), 2),
            (pictures.picture("rocket", 2400, 1800), 10),
        ):
            expect(choose(page, pictures.encoded(image, "PNG"), "image/png")).to_contain_text(READ)
            assert distance(bytes.fromhex(fingerprint(page)), of_the_site(image)) <= most
        data = pictures.encoded(drawn(), "PNG")
        choose(page, data, "image/png")
        assert violations(page) == []
        chosen, bodies = fingerprint(page), []
        page.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
        page.get_by_text("For myself").click()
        page.get_by_label("Your e-mail address").fill("pictured@example.org")
        page.get_by_role("button", name="Send me a link").click()
        expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    body = b"".join(bodies)
    assert f"picture={chosen}".encode() in body
    assert len(body) < 1000
    assert b"PNG" not in body
    written = json.loads(vault.read(Claim.objects.select_related("words__key").get().words))
    assert (written["picture"], written["words"]) == (chosen, "")


def test_what_cannot_be_read_or_shows_nothing_is_said_plainly_and_nothing_is_kept(
    phone: BrowserContext, live: str
) -> None:
    empty = pictures.encoded(Image.fromarray(np.full((300, 400, 3), 120, np.uint8)), "PNG")
    with faultless(phone) as page:
        page.goto(f"{live}/am-i-pictured/")
        for data, kind, words in (
            (pictures.heic(), "image/heic", "HEIC, the format of many phones"),
            (b"not a picture", "image/png", "cannot read this picture"),
            (empty, "image/png", "too little to see"),
        ):
            choose(page, pictures.encoded(drawn(), "PNG"), "image/png")
            assert fingerprint(page)
            expect(choose(page, data, kind)).to_contain_text(words)
            assert fingerprint(page) == ""
        choose(page, pictures.encoded(drawn(), "PNG"), "image/png")
        page.get_by_role("button", name="Leave the picture out").click()
        assert fingerprint(page) == ""
        assert page.evaluate("document.activeElement.id") == "claim-picture"
        choose(page, pictures.encoded(drawn(), "PNG"), "image/png")
        page.get_by_role("button", name="Send me a link").click()
        expect(page.locator(".summary")).to_contain_text("Choose for whom you write.")
        expect(page.locator("#claim-picture-said")).to_contain_text("goes with what you write")
        assert fingerprint(page)
