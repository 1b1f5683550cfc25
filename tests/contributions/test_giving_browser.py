"""Giving in one document: seen and marked before it arrived, offline, over a bad line, by touch, in few steps."""

import base64
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from contributions.models import Contribution, Person, Photo
from tests.axe import violations
from tests.browsers import box_of, faultless
from tests.consent.notices import published
from tests.contributions.dropping import dropping
from tests.contributions.test_marking_browser import at_rest, choose, start, to_list, work
from tests.pictures import phone_jpeg, png

MOST_SCRIPT = 150_000
ONE = ("a.png", "image/png", png())
# Every press, and every field that is written in: `fill` writes it at once.
COUNT_STEPS = """
  const count = () => sessionStorage.setItem("steps", 1 + Number(sessionStorage.getItem("steps")));
  addEventListener("click", (event) => event.isTrusted && count(), true);
  addEventListener("input", ({ target }) => target.type !== "file" && count(), true);
"""


@pytest.fixture
def site(live: str) -> str:
    published()
    return live


@pytest.fixture
def page(phone: BrowserContext, site: str) -> Iterator[Page]:
    with faultless(phone) as page:
        page.goto(f"{site}/give/")
        yield page


def tap(page: Page, x: float, y: float) -> None:
    """Tap the picture at these fractions of it, once it is drawn."""
    expect(page.locator("[data-stage][data-ready]")).to_be_visible()
    box = box_of(page.locator("[data-plane]"))
    page.touchscreen.tap(box["x"] + box["width"] * x, box["y"] + box["height"] * y)


def describe(page: Page, age: str, answer: str) -> None:
    page.get_by_label("How old in this picture?").fill(age)
    page.get_by_role("button", name=answer).click()
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.requirement("C1", "C2", "C3", "W6")
def test_a_photo_is_marked_before_it_arrived_and_offline_and_a_killed_tab_shows_the_same(
    page: Page, phone: BrowserContext
) -> None:
    scripts: dict[str, int] = {}
    page.on("response", lambda r: scripts.update({r.url: len(r.body())}) if r.url.endswith(".js") else None)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/photos/add/", hold)
    start(page)
    choose(page, ONE)
    expect(page.locator("canvas[data-image]")).to_be_visible()
    tap(page, 0.25, 0.5)
    describe(page, "7", "Me, and others")
    expect(page.get_by_role("button", name="Person 1, 7 years, you")).to_be_focused()
    assert len(held) == 1
    assert not Photo.objects.exists()
    held[0].continue_()
    expect(page.locator("li[data-state=received]")).to_have_count(1)
    at_rest(page)
    assert Person.objects.get().age_text == "7"
    assert page.url.endswith(f"/{Photo.objects.get().pk}/mark/")
    phone.set_offline(True)
    tap(page, 0.75, 0.5)
    page.get_by_label("How old in this picture?").fill("3 1/2")
    page.get_by_role("button", name="Someone else").click()
    page.get_by_role("button", name="An adult now, and agreed").click()
    expect(page.locator("[data-offline] p")).to_be_visible()
    expect(page.locator(".mark")).to_have_count(2)
    phone.set_offline(False)
    at_rest(page)
    expect(page.locator("[data-people]")).to_contain_text("3½ years, an adult now, and agreed")
    assert [(person.number, person.basis) for person in Person.objects.order_by("number")] == [
        (1, "self"),
        (2, "affirmed"),
    ]
    address = page.url
    page.close()
    again = phone.new_page()
    again.goto(address)
    expect(again.get_by_role("link", name="Person 1 7 years, you")).to_be_visible()
    expect(again.locator(".mark")).to_have_count(2)
    assert violations(again) == []
    again.get_by_role("link", name="Back to your photos").click()
    assert violations(again) == []
    assert again.locator("h1").count() == 1
    assert sum(scripts.values()) <= MOST_SCRIPT
    at_once = again.locator("link[rel=modulepreload]").evaluate_all("links => links.map(link => link.href)")
    assert sorted(at_once) == sorted(scripts)


@pytest.mark.requirement("C1", "C4")
def test_back_leads_between_photos_and_list_and_years_and_decade_are_kept(page: Page) -> None:
    start(page)
    choose(page, ONE, ("b.png", "image/png", png(640, 480)))
    expect(page.get_by_text("Photo 1 (1 of 2)")).to_be_visible()
    tap(page, 0.5, 0.5)
    page.get_by_text("I know the years instead").click()
    page.get_by_label("Year of the photo").fill("1984")
    page.get_by_label("Year of birth").fill("1979")
    expect(page.locator("dialog [data-understood]")).to_have_text("We read: about 5 years (4 to 6)")
    page.get_by_role("button", name="Me, nobody else here").click()
    expect(page.get_by_text("Photo 2 (2 of 2)")).to_be_visible()
    page.get_by_label("When was it taken? If you know").select_option("1970")
    page.go_back()
    expect(page.get_by_text("Photo 1 (1 of 2)")).to_be_visible()
    expect(page.get_by_label("When was it taken? If you know")).to_have_value("1980")
    page.go_back()
    expect(page.get_by_role("heading", name="Choose photos")).to_be_visible()
    page.go_forward()
    expect(page.locator(".mark")).to_have_count(1)
    at_rest(page)
    assert list(Photo.objects.order_by("number").values_list("taken_decade", flat=True)) == [1980, 1970]
    assert Person.objects.get().age_text == "1984 - 1979"


@pytest.mark.requirement("C1", "C3")
def test_fingers_enlarge_the_picture_and_a_long_press_aims_with_the_loupe(page: Page, phone: BrowserContext) -> None:
    start(page)
    choose(page, ONE)
    expect(page.locator("[data-stage][data-ready]")).to_be_visible()
    box = box_of(page.locator("[data-stage]"))
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    session = phone.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": middle[0] + x, "y": middle[1] + y, "id": at} for at, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    touch("touchStart", (-20, 0))
    touch("touchStart", (-20, 0), (20, 0))
    for reach in (30, 40, 60):
        touch("touchMove", (-reach, 0), (reach, 0))
    touch("touchEnd")
    expect(page.locator("[data-stage][data-zoomed]")).to_be_visible()
    plane = box_of(page.locator("[data-plane]"))
    assert plane["width"] > 2 * box["width"]
    assert page.evaluate("visualViewport.scale") == 1
    page.get_by_role("button", name="Whole picture").click()
    expect(page.locator("[data-stage][data-zoomed]")).to_have_count(0)
    touch("touchStart", (0, 0))
    expect(page.locator("[data-loupe]")).to_be_visible()
    touch("touchMove", (30, -20))
    loupe = box_of(page.locator("[data-loupe]"))
    assert loupe["y"] + loupe["height"] < middle[1] - 20
    touch("touchEnd")
    expect(page.get_by_role("dialog", name="Person 1")).to_be_visible()
    expect(page.locator("[data-loupe]")).to_be_hidden()
    at_rest(page)
    person = Person.objects.get()
    assert person.x == pytest.approx(0.5 + 30 / box["width"], abs=0.01)
    assert person.y == pytest.approx(0.5 - 20 / box["height"], abs=0.01)


@pytest.mark.requirement("C1", "C2")
def test_photos_are_pasted_and_dropped_anywhere_on_a_desk(desktop: BrowserContext, site: str) -> None:
    page = desktop.new_page()
    page.goto(f"{site}/give/")
    start(page)
    hand_over = """([kind, files]) => {
      const data = new DataTransfer();
      for (const text of files) {
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], "x.png", { type: "image/png" }));
      }
      const one = (name) => kind === "paste"
        ? new ClipboardEvent(name, { clipboardData: data, bubbles: true, cancelable: true })
        : new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true });
      const names = kind === "paste" ? ["paste"] : ["dragenter", "dragover"];
      names.forEach((name) => document.body.dispatchEvent(one(name)));
      const isCued = document.body.hasAttribute("data-dropping");
      if (kind === "drop") document.body.dispatchEvent(one("drop"));
      return [isCued, document.body.hasAttribute("data-dropping")];
    }"""
    texts = [base64.b64encode(png(200 + 10 * at, 150)).decode() for at in range(3)]
    assert page.evaluate(hand_over, ["drop", texts[:2]]) == [True, False]
    expect(page.get_by_text("Photo 1 (1 of 2)")).to_be_visible()
    page.evaluate(hand_over, ["paste", texts[2:]])
    expect(page.get_by_text("Photo 1 (1 of 3)")).to_be_visible()
    expect(page.locator("li[data-state=received]")).to_have_count(3)


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(("count", "most"), [(1, 12), (10, 45)])
def test_photos_are_given_in_few_steps(page: Page, count: int, most: int) -> None:
    page.context.add_init_script(COUNT_STEPS)
    start(page)
    choose(page, *((f"{at}.png", "image/png", png(300 + at, 200)) for at in range(count)))
    expect(page.locator("li[data-state=received]")).to_have_count(count)
    work(count)
    for at in range(1, count + 1):
        expect(page.get_by_text(f"Photo {at} ({at} of {count})")).to_be_visible()
        expect(page.locator("[data-stage][data-ready]")).to_be_visible()
        tap(page, 0.5, 0.5)
        describe(page, "7", "Me, nobody else here")
    page.get_by_label("Your e-mail address").fill("somebody@example.org")
    page.get_by_role("button", name="Send and get my link").click()
    expect(page.get_by_role("heading", name="Not finished yet")).to_be_visible()
    assert Contribution.objects.get().state == "sent"
    counted = int(page.evaluate("sessionStorage.getItem('steps')"))
    # Fields and presses on two pages; a page that counted nothing would prove nothing.
    assert counted >= 3 * count + 2
    # Before: Give photos, being an adult, choosing in two. After: the link in the mail, research, I agree.
    assert 4 + counted + 3 <= most


@pytest.mark.requirement("C2", "C10")
def test_twenty_files_over_a_line_that_drops_every_third_request_all_arrive_once(browser: Browser, site: str) -> None:
    with dropping(site) as line:
        context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="en-GB")
        page = context.new_page()
        page.goto(f"{line.address}/give/")
        start(page)
        line.drops = True
        choose(page, *((f"{at}.png", "image/png", png(40 + at, 30)) for at in range(20)))
        tap(page, 0.4, 0.4)
        describe(page, "7", "Me, and others")
        to_list(page)
        shown = page.locator("[data-all-bar]")
        falls = shown.evaluate(
            """(bar) => new Promise((done) => {
              let [before, falls] = [0, 0];
              const timer = setInterval(() => {
                falls += bar.value < before ? 1 : 0;
                before = bar.value;
                if (document.querySelectorAll("li[data-state=received]").length === 20) {
                  clearInterval(timer);
                  done(falls);
                }
              }, 50);
            })"""
        )
        at_rest(page)
        context.close()
    assert falls == 0
    assert sorted(Photo.objects.values_list("number", flat=True)) == list(range(1, 21))
    assert Person.objects.get().age_text == "7"
    assert {drop.split()[0] for drop in line.dropped} == {"question", "answer"}
    assert sum("photos/add" in drop for drop in line.dropped) >= 5


@pytest.mark.requirement("C1")
def test_a_large_photo_of_a_phone_is_seen_before_it_arrived(page: Page) -> None:
    page.route("**/photos/add/", lambda _route: None)
    start(page)
    choose(page, ("large.jpg", "image/jpeg", phone_jpeg()))
    canvas = page.locator("canvas[data-image]")
    expect(canvas).to_be_visible()
    assert canvas.evaluate("canvas => [canvas.width, canvas.height]") == [1600, 1200]


PRESS_TWICE = """async (answer) => {
  const how = { bubbles: true, cancelable: true, detail: 1, clientX: 90, clientY: 600 };
  const press = (target) => target?.dispatchEvent(new MouseEvent("click", how));
  press(answer);
  // What lies under the finger once the sheet has gone, and then what lies there on the next photo.
  await Promise.resolve().then().then().then().then();
  press(document.querySelector("[data-edit]"));
  await new Promise((resolve) => setTimeout(resolve, 100));
  press(document.querySelector("[data-image]"));
}"""


@pytest.mark.requirement("C3")
def test_a_hasty_second_press_on_an_answer_changes_nothing(page: Page) -> None:
    start(page)
    choose(page, ONE, ("b.png", "image/png", png(640, 480)))
    tap(page, 0.5, 0.5)
    page.get_by_label("How old in this picture?").fill("3 1/2")
    expect(page.locator("dialog [data-understood]")).to_contain_text("We read")
    page.get_by_role("button", name="Me, nobody else here").evaluate(PRESS_TWICE)
    expect(page.get_by_text("Photo 2 (2 of 2)")).to_be_visible()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".mark")).to_have_count(0)
