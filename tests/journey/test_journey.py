"""The main job, end to end, on the running site: given, agreed, read, released, fetched, withdrawn, released anew."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.client import GONE
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from releases.standalone import mpm_release
from tests import pictures
from tests.browsers import PATIENCE
from tests.journey import places
from tests.journey.conftest import Stack

ADDRESS = "a.journey@example.org"
RECIPIENT = "robin@institute.example"
CAMPAIGN_NAME = "My Pictures Matter"  # stands in the published notice
SHARD = "data/shards/000000.tar"
FILES: list[tuple[str, str, Callable[[], bytes]]] = [
    ("IMG_0001.jpg", "image/jpeg", pictures.phone_jpeg),
    ("scan.png", "image/png", pictures.png),
    ("IMG_0002.heic", "image/heic", partial(pictures.heic, 800, 600)),
]


class Visitor:
    """One browser of one person: their own cookies, at a phone's or a desk's size."""

    def __init__(self, browser: Browser, stack: Stack, width: int, height: int, **options: Any) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", accept_downloads=True, **options
        )
        self.stack = stack
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def go(self, path: str) -> Page:
        self.page.goto(self.stack.site + path)
        return self.page

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def demo(self, slug: str) -> "Visitor":
        """Sign in as one of the demonstration's staff."""
        self.go("/demo/")
        self.page.locator(f"button[value='{slug}']").click()
        return self

    def link_from_mail(self, seen: set[str], *, start: str = "/l/", to: str = ADDRESS) -> str:
        """The newest link in the inbox, in a mail to this address, that was not followed yet."""
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            self.page.goto(self.stack.inbox)
            for mail in self.page.locator("main a").all()[:5]:
                address = mail.get_attribute("href") or ""
                body = self.context.request.get(f"{self.stack.inbox}{address}").text()
                for found in re.finditer(rf"{self.stack.site}{start}[\w-]+/", body):
                    if found[0] not in seen and to in body:
                        seen.add(found[0])
                        return str(found[0])
            time.sleep(0.5)
        raise AssertionError("no mail with a new link came")


@pytest.fixture
def visitor(browser: Browser, stack: Stack) -> Iterator[Callable[..., Visitor]]:
    made: list[Visitor] = []

    def make(*, phone: bool = False) -> Visitor:
        made.append(Visitor(browser, stack, 390, 844) if phone else Visitor(browser, stack, 1280, 800))
        return made[-1]

    yield make
    for each in made:
        each.context.close()
        assert each.faults == []


def eventually(check: Callable[[], Any], what: str) -> Any:
    """Wait for something that workers do; what it returned once it was true."""
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        if found := check():
            return found
        time.sleep(0.5)
    raise AssertionError(f"waited in vain: {what}")


def give_three(giver: Visitor) -> None:
    """Choose three photos on a phone, mark two people on one and one on each other, say ages and who, send."""
    page = giver.go("/")
    giver.follow("Give photos")
    giver.press("I am 18 or over: choose photos")
    page.locator("#photos").set_input_files(
        [FilePayload(name=name, mimeType=kind, buffer=make()) for name, kind, make in FILES]
    )
    expect(page.locator("li[data-state=ready]")).to_have_count(3)
    for ages in (["3 1/2", "18 months"], ["7"], ["about 5"]):
        mark(page, ages)
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    page.locator("input[type=email]").fill(ADDRESS)
    giver.press("Send and get my link")
    expect(page.get_by_role("heading", name="Not finished yet")).to_be_visible()


def mark(page: Page, ages: list[str]) -> None:
    """Tap the people of one photo, and answer the sheet for each; the last is the giver."""
    page.locator("[data-image]").wait_for()
    photo = page.locator("[data-plane]")
    for number, age in enumerate(ages):
        photo.click(position={"x": 60 + 120 * number, "y": 70})
        sheet = page.locator("dialog[open]")
        sheet.locator("[name=age]").fill(age)
        last = number == len(ages) - 1
        if last:
            sheet.locator("button[name=who]:visible").filter(has_text=re.compile("^Me")).first.click()
        else:
            sheet.get_by_role("button", name="Someone else").click()
            sheet.get_by_role("button", name=re.compile("adult now", re.IGNORECASE)).click()
        expect(sheet).to_have_count(0)
    # "Me, nobody else here" leads on by itself.
    if len(ages) > 1:
        page.get_by_role("link", name="Next", exact=True).click()


def agree(giver: Visitor, seen: set[str]) -> None:
    """Open the mailed link, read, find that nothing is chosen, agree to research."""
    giver.page.goto(giver.link_from_mail(seen))
    page = giver.page
    assert page.locator("input:checked").count() == 0
    giver.press("I agree")
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("label[for=id_research]").click()
    giver.press("I agree")
    expect(page.locator(".receipt-code")).to_be_visible()


def read_all(annotator: Visitor) -> None:
    """Confirm one photo, move a mark and cut the border of the next, exclude the third with a reason."""
    page = annotator.go("/staff/annotation/")
    name = page.locator("#photo-name")

    def take() -> bool:
        begin = page.locator("[data-begin]:visible")
        if not name.inner_text() and begin.count():
            begin.click()
        return bool(name.inner_text())

    for _number in FILES:
        eventually(take, "a photo to read")
        shown, picture = name.inner_text(), page.locator("[data-photo-here] img")
        expect(picture).to_be_visible()
        for field in page.locator(".person-age").all():
            field.fill("5")
        width = picture.evaluate("image => image.naturalWidth")
        if width == 900:
            crop_and_move(page)
        # Photos come in a drawn order; the third one chosen is known by its size.
        if width == 800:
            annotator.press("Exclude")
            page.locator("#exclude-dialog").get_by_role("button", name="quality").click()
        else:
            annotator.press("Save, next")
        expect(name).not_to_have_text(shown)
    expect(page.locator("#line [data-saved]")).to_have_text(re.compile("^saved "))
    expect(page.get_by_role("button", name="Look again")).to_be_visible()


def crop_and_move(page: Page) -> None:
    """Move the first mark, and two corners of the picture, by keyboard."""
    page.locator(".mark").first.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("b")
    expect(page.locator(".frame-corner").first).to_be_focused()
    for key in ("ArrowRight", "ArrowDown", "Tab", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    expect(page.locator("#border-title")).to_contain_text("cut")


def release(first: Visitor, second: Visitor, photos: str) -> str:
    """One curator drafts, another one freezes, the first publishes a release of so many photos; its page."""
    page = first.go("/staff/releases/draft/")
    page.locator("label", has_text="the institution's own research").click()
    first.press("Draft this release")
    expect(page.get_by_text("Another curator freezes it")).to_be_visible()
    path = page.url.removeprefix(first.stack.site)
    eventually(lambda: photos in second.go(path).locator("main").inner_text(), "the pictures to be cut")
    second.press("Freeze and build")
    eventually(lambda: first.go(path).get_by_role("button", name="Publish").count(), "the release to be built")
    # Their page looks after the build by itself, and loads anew once it is over.
    expect(second.page.locator("[data-progress]")).to_have_count(0)
    first.press("Publish")
    expect(page.get_by_text("It is handed out")).to_be_visible()
    return path


def enter_recipient(first: Visitor, second: Visitor) -> str:
    """One curator enters the own institution, the other approves it; its page."""
    page = first.go("/staff/recipients/enter/")
    for label, words in {
        "Institution": "Institute of Photographs",
        "Who answers for the copy there": "Robin Reader",
        "E-mail address of this person": RECIPIENT,
        "Agreement": "DTA-7",
        "Last day of the agreement": "2099-12-31",
    }.items():
        page.get_by_label(label, exact=True).fill(words)
    page.locator("label", has_text="the institution's own research").click()
    first.press("Enter this recipient")
    expect(page.get_by_text("Waiting for a second curator")).to_be_visible()
    path = page.url.removeprefix(first.stack.site)
    approved = second.go(path)
    second.press("Approve this recipient")
    expect(approved.get_by_role("button", name="Make a link")).to_be_visible()
    return path


def deliver(curator: Visitor, recipient: str, seen: set[str]) -> str:
    """A link to the newest release for a recipient, read in the mail: no page shows it."""
    page = curator.go(recipient)
    curator.press("Make a link")
    expect(page.get_by_text("The link is being mailed to")).to_be_visible()
    link = curator.link_from_mail(seen, start="/dataset/link/", to=RECIPIENT)
    assert link not in curator.go(recipient).content()
    return link


def run_program(*said: str, asked: str = "") -> str:
    """What the recipients' program says; it must be content."""
    command = [sys.executable, mpm_release.__file__, *said]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def receive(researcher: Visitor, link: str, folder: Path) -> set[str]:
    """Open a link without an account, fetch by the program and verify; the public ids of the photos."""
    researcher.page.goto(link)
    expect(researcher.page.get_by_role("heading", name="Fetch it")).to_be_visible()
    run_program("fetch", "-", str(folder), asked=link)
    assert run_program("verify", str(folder)).startswith("Good: release own")
    carried = [path for path in folder.rglob("*") if path.is_file() and pictures.CANARY.encode() in path.read_bytes()]
    assert carried == []
    coco = json.loads((folder / "data/annotations.json").read_text())
    return {image["public_id"] for image in coco["images"]}


def fetched(researcher: Visitor, path: str) -> int:
    """How the site answers somebody who asks for a file by the link they opened."""
    return researcher.context.request.get(f"{researcher.stack.site}/dataset/files/{path}").status


def withdraw_first(giver: Visitor, seen: set[str]) -> None:
    """Ask for a fresh link, open it, withdraw one photo."""
    page = giver.go("/change-or-withdraw/")
    page.locator("input[type=email]").fill(ADDRESS)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.goto(giver.link_from_mail(seen))
    page.locator(".choice label").first.click()
    giver.press("Go on")
    giver.follow("Withdraw photo 1")
    giver.press("Withdraw")
    expect(page.locator("main")).to_contain_text("Our copies are destroyed by")


def is_entered(auditor: Visitor, action: str, words: str) -> bool:
    """Whether the log's entries of this kind say so."""
    return words in auditor.go(f"/staff/audit/entries/?action={action}").locator("main").inner_text()


def audit(auditor: Visitor) -> None:
    """Read the story of the withdrawn photo in sentences, and see the log verified."""
    page = auditor.go("/staff/audit/entries/?action=photo:withdrawn")
    page.locator(".log a").first.click()
    # A story goes on over pages of fifty entries, so its end is looked for by what was done.
    for words in ("was received", "looked at the rendition", "read photo", "stopped the use of photo"):
        expect(page.locator(".log")).to_contain_text(words)
    for action, words in (("release:photo_dropped", "was dropped from release 1"), ("photo:out_of_use", "taken back")):
        eventually(partial(is_entered, auditor, action, words), words)

    def is_signed() -> bool:
        first = auditor.go("/staff/audit/").locator("main").inner_text()
        return "Log verified to entry" in first and "checkpoint" in first

    eventually(is_signed, "the log to be verified and signed")


def nothing_written_down(stack: Stack, links: set[str]) -> None:
    """Look for the address, and for what the links carried, in every file and row of the site and its services."""
    assert places.hits(stack, [CAMPAIGN_NAME]), "the search finds what is there"
    assert places.hits(stack, [ADDRESS]) == []
    tokens = [link.strip("/").rpartition("/")[2] for link in sorted(links)]
    assert places.hits(stack, tokens, hashed=False) == []


@pytest.mark.requirement("C1", "K2", "K3", "K5", "L9", "D4", "D7", "D8", "D9", "I1", "I5")
def test_the_whole_way_of_three_photos(visitor: Callable[..., Visitor], stack: Stack, tmp_path: Path) -> None:
    seen: set[str] = set()
    giver = visitor(phone=True)
    give_three(giver)
    agree(giver, seen)

    annotator = visitor().demo("annotator")
    read_all(annotator)

    first, second = visitor().demo("curator"), visitor().demo("second-curator")
    first_release = release(first, second, "2 photos would be in")
    recipient = enter_recipient(first, second)
    researcher, links = visitor(), [deliver(second, recipient, seen)]
    before = receive(researcher, links[0], tmp_path / "first")
    assert len(before) == 2

    withdraw_first(giver, seen)
    eventually(lambda: fetched(researcher, SHARD) == GONE, "the file with the photo to be closed")
    assert fetched(researcher, "README.md") == 200

    release(first, second, "1 photo would be in")
    links.append(deliver(second, recipient, seen))
    after = receive(researcher, links[1], tmp_path / "second")
    assert after < before
    (told,) = researcher.context.request.get(f"{stack.site}/withdrawals.json").json()["notices"]
    assert set(json.loads(told["notice"])["ids"]) == before - after
    expect(first.go(first_release).locator("main")).to_contain_text("superseded")

    audit(visitor().demo("auditor"))
    nothing_written_down(stack, seen)
