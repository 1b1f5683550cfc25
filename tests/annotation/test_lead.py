"""What a lead sees and does: queue, pace and exposure of the team; reading again, leaving to somebody, excluding."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.fixtures import Settings

from annotation import actions
from annotation.actions import take_next
from annotation.models import Answer, Reading, Task
from annotation.queries import own_readings, settled, team
from annotation.queries.exposure import exposure
from annotation.transitions import Stage, TaskState, TransitionNotAllowed
from audit.models import Event
from contributions.models import Photo
from screening.models import View
from tests import axe, pictures
from tests.browsers import faultless, go_on_as
from tests.builders import Given, given, read
from tests.cast import Casting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
BENCH = "/staff/annotation/"
LEAD, EXCLUDE = f"{BENCH}lead/", f"{BENCH}exclude/"


def several(number: int) -> Given:
    """So many photos that wait for a first reading."""
    return given(*(pictures.png(200 + place, 150) for place in range(number))).agree()


def look(photo: Photo, staff_id: UUID, reason: str, *, days_ago: int = 0) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    View.objects.create(photo=photo, staff_id=staff_id, rendition="rendition", reason=reason, at=at)


def words(client: Client) -> str:
    """The lead's page as text, its spaces made one."""
    return " ".join(client.get(LEAD).content.decode().split())


# -- The page ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("W7")
def test_an_empty_campaign_is_a_page_of_words_not_of_faults(staff: Casting) -> None:
    page = words(staff("lead").client)
    assert "0 of 10,000 photos" in page
    assert "0 % of the goal" in page
    assert "Nobody holds a photo just now" in page
    assert "Nobody asked the collection a question" in page


def test_what_waits_is_told_by_stage_and_by_how_long(staff: Casting) -> None:
    several(3)
    first, second, third = Task.objects.order_by("pk")
    now = timezone.now()
    Task.objects.filter(pk=first.pk).update(stage=Stage.SECOND, waiting_since=now - timedelta(days=8))
    Task.objects.filter(pk=second.pk).update(stage=Stage.SETTLING, waiting_since=now - timedelta(days=40))
    queue = team.queue()
    assert [(waits.number, waits.by_age) for waits in queue.stages] == [(1, {0: 1}), (1, {7: 1}), (1, {30: 1})]
    assert queue.stages[0].since == third.waiting_since
    assert queue.states[TaskState.OPEN] == 3


def test_a_photo_counts_once_on_the_day_of_its_newest_answer(staff: Casting) -> None:
    several(2)
    annotator = staff("annotator").user
    again, out = read(annotator.pk), read(annotator.pk, exclusion="quality")
    Reading.objects.create(task=again.task, by=annotator, key=uuid4(), people_count=2, seconds=1_234_567_890)
    assert team.pace()[-1] == (timezone.now().date(), 1, 1)
    assert team.excluded_by_reason() == [("quality", 1)]
    assert f'<th scope="row">{date_format(timezone.now(), "j M Y")}</th>' in words(staff("lead").client)
    assert list(team.read_last()) == list(settled().order_by("-pk"))
    assert out in team.read_last()
    # How long anybody took is nobody else's business.
    assert "1234567890" not in words(staff("lead").client).replace(",", "")


@pytest.mark.requirement("W7")
def test_usable_is_what_is_settled_not_excluded_and_let_through(staff: Casting) -> None:
    sending = several(3)
    annotator = staff("annotator").user.pk
    withdrawn = read(annotator).task.photo
    read(annotator, exclusion="quality")
    read(annotator)
    sending.withdraw(withdrawn)
    assert team.count_usable().number == 1
    page = words(staff("lead").client)
    assert "1 of 10,000 photos" in page
    assert "Less than 0.1 % of the goal" in page


SHARES = {10: "0.1 %", 1_999: "19.9 %", 5_000: "50 %", 9_999: "99.9 %", 10_000: "100 %", 12_345: "123.4 %"}


def test_the_share_of_the_goal_is_never_told_as_more_than_it_is(
    staff: Casting, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = staff("lead").client
    for number, told in SHARES.items():
        monkeypatch.setattr(team, "usable", lambda number=number: team.Usable(number, timezone.now()))
        assert f"> {told} of the goal" in words(lead), number


@pytest.mark.requirement("L11")
def test_everybodys_views_are_counted_by_person_and_reason_in_the_order_of_names(staff: Casting) -> None:
    (photo,) = several(1).photos
    officer, annotator = staff("officer").user, staff("annotator").user
    for days_ago in (0, 3, 20, 31):
        look(photo, annotator.pk, "task", days_ago=days_ago)
    look(photo, annotator.pk, "search")
    look(photo, officer.pk, "reveal")
    found = {person.name: person.views for person in exposure()}
    assert list(found) == [annotator.name, officer.name]
    seen = found[annotator.name]
    assert (seen.today, seen.week, seen.month, seen.by_reason) == (2, 3, 4, {"task": 3, "search": 1})
    assert found[officer.name].by_reason == {"reveal": 1}


def test_who_is_at_the_limit_or_on_a_break_is_said_by_name(staff: Casting, settings: Settings) -> None:
    several(2)
    settings.READINGS_A_DAY = 1
    capped, other, lead = staff("annotator").user, staff("annotator").user, staff("lead").client
    read(capped.pk)
    assert [person.name for person in exposure() if person.is_capped] == [capped.name]
    assert f"At the limit of the day</span> {capped.name}" in words(lead)
    settings.READINGS_A_DAY = 400
    settings.READING_BREAK_AFTER_MINUTES = 0
    read(other.pk)
    resting = [person.name for person in exposure() if person.break_until]
    assert resting == [capped.name, other.name]


def test_what_was_put_off_counts_before_anything_is_read_and_nobody_learns_how_long_another_took(
    staff: Casting,
) -> None:
    several(2)
    reader, quick = staff("annotator").user.pk, staff("annotator").user.pk
    task = take_next(staff_id=reader)
    assert task is not None
    assert task.lease is not None
    actions.put_back(task_id=task.pk, lease=task.lease, staff_id=reader, not_now=True)
    read(quick)
    found = [person.reading for person in exposure() if person.reading]
    assert [(own.today, own.put_off, own.median) for own in found] == [(0, 1, None), (1, 0, None)]
    for person, told in zip((reader, quick), found, strict=True):
        own = own_readings(person)
        assert (own.today, own.put_off, own.break_at) == (told.today, told.put_off, told.break_at)


# -- Reading again ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A9")
def test_a_settled_photo_is_read_again_after_a_second_press(staff: Casting) -> None:
    several(1)
    reading = read(staff("annotator").user.pk, exclusion="quality")
    address = f"{BENCH}tasks/{reading.task_id}/reopen/"
    lead = staff("lead").client
    asked = lead.post(address).content.decode()
    assert "Have this photo read again?" in asked
    assert Task.objects.get().state == TaskState.READ
    lead.post(address, {"confirm": "1"})
    task = Task.objects.get()
    assert (task.state, task.stage, task.first_by) == (TaskState.OPEN, Stage.FIRST, None)
    assert (Reading.objects.count(), Event.objects.filter(action="task:reopened").count()) == (1, 1)


def test_what_is_not_settled_is_not_opened_again_and_what_is_settled_is_left_to_nobody(staff: Casting) -> None:
    several(1)
    annotator, lead = staff("annotator").user.pk, staff("lead").user.pk
    task = Task.objects.get()
    for state in (TaskState.OPEN, TaskState.GIVEN_BACK):
        Task.objects.update(state=state)
        with pytest.raises(TransitionNotAllowed):
            actions.reopen(task_id=task.pk, staff_id=lead)
        assert Task.objects.get().state == state
    Task.objects.update(state=TaskState.READ, stage=Stage.DONE)
    with pytest.raises(TransitionNotAllowed):
        actions.reassign(task_id=task.pk, to=annotator, staff_id=lead)


# -- Taking away and leaving to somebody ------------------------------------------------------------------------------


def test_a_photo_is_taken_from_its_holder_who_does_not_get_it_back_at_once(staff: Casting) -> None:
    several(1)
    holder, other, lead = staff("annotator").user.pk, staff("annotator").user.pk, staff("lead").client
    task = take_next(staff_id=holder)
    assert task is not None
    assert str(task.photo_id)[:8] in words(lead)
    lead.post(f"{BENCH}tasks/{task.pk}/reassign/", {"to": "everybody"})
    assert take_next(staff_id=holder) is None
    assert take_next(staff_id=other) == task


def test_a_photo_left_to_one_person_is_handed_to_nobody_else(staff: Casting) -> None:
    several(1)
    holder, chosen, other = (staff("annotator").user.pk for _number in range(3))
    task = take_next(staff_id=holder)
    assert task is not None
    lead = staff("lead").client
    address = f"{BENCH}tasks/{task.pk}/reassign/"
    assert "Who is to read it?" in lead.post(address).content.decode()
    assert lead.post(address, {"leave": "1"}).status_code == 422
    assert lead.post(address, {"to": str(uuid4())}).status_code == 422
    assert Task.objects.get().leased_to_id == holder
    lead.post(address, {"to": str(chosen), "leave": "1"})
    assert take_next(staff_id=other) is None
    assert "left to them, not taken" in words(lead)
    assert take_next(staff_id=chosen) == task
    assert Event.objects.get(action="task:left").data["to"] == f"staff:{chosen}"


def test_a_second_opinion_is_not_left_to_whoever_gave_the_first(staff: Casting, settings: Settings) -> None:
    settings.SECOND_OPINION_SHARE = 1
    several(1)
    first, lead = staff("annotator").user.pk, staff("lead")
    task = read(first).task
    with pytest.raises(actions.NotForThisPerson):
        actions.reassign(task_id=task.pk, to=first, staff_id=lead.user.pk)
    answer = lead.client.post(f"{BENCH}tasks/{task.pk}/reassign/", {"to": str(first)})
    assert (answer.status_code, Task.objects.get().meant_for) == (422, None)


# -- Excluding many ---------------------------------------------------------------------------------------------------


def excluded_of(photos: list[Photo]) -> list[str]:
    found = {reading.task.photo_id: reading.exclusion for reading in settled()}
    return [found.get(photo.pk, "") for photo in photos]


@pytest.mark.requirement("A4")
@pytest.mark.requirement("A9")
def test_many_photos_are_excluded_for_one_reason_and_the_rest_is_said(staff: Casting) -> None:
    photos = several(5).photos
    annotator, lead = staff("annotator").user.pk, staff("lead")
    before = read(annotator)
    out = read(annotator, exclusion="quality")
    held = take_next(staff_id=annotator)
    assert held is not None
    stranger = uuid4()
    asked = lead.client.post(
        EXCLUDE, {"photos": "\n".join([*(str(photo.pk) for photo in photos), str(stranger), "3fg4b1c2"])}
    )
    page = " ".join(asked.content.decode().split())
    assert "Exclude 3 photos?" in page
    for told in ("1 entry is no id", "1 photo stays as it is: excluded already", "being read by", "not known here"):
        assert told in page
    assert Reading.objects.count() == 2
    ticked = [str(photo.pk) for photo in photos]
    done = lead.client.post(EXCLUDE, {"photo": ticked, "reason": "duplicate", "confirm": "1"}, follow=True)
    assert "3 photos are excluded." in done.content.decode()
    assert str(held.photo_id)[:8] in done.content.decode()
    reasons = dict(zip((photo.pk for photo in photos), excluded_of(photos), strict=True))
    assert reasons.pop(held.photo_id) == ""
    assert reasons.pop(out.task.photo_id) == "quality"
    assert set(reasons.values()) == {"duplicate"}
    assert reasons.keys() >= {before.task.photo_id}
    own = Reading.objects.filter(by=lead.user.pk)
    assert {(reading.stage, reading.answer) for reading in own} == {(Stage.DONE, Answer.EXCLUDED)}
    assert Event.objects.filter(action="photo:excluded", actor=lead.actor).count() == 3


def test_ids_are_read_from_whatever_was_pasted_and_a_short_one_that_is_of_two_photos_is_none(staff: Casting) -> None:
    photos = [photo.pk for photo in several(2).photos]
    one, two = (str(photo) for photo in photos)
    lead = staff("lead").client
    for text in (
        f"{one};{two}",
        f"“{one.upper()}” / {two.replace('-', '')}",
        f"{one[:8]}\n1 person, aged 7 as read\nexcluded 3 Nov 2026, 14:02 UTC\nPhoto {two[:8]} 2 people",
    ):
        page = lead.post(EXCLUDE, {"photos": text})
        assert [str(task.photo_id) for task in page.context["found"].tasks] == [one, two], text
        assert (page.context["unreadable"], page.context["ambiguous"]) == ([], []), text
    twin = Photo.objects.get(pk=two)
    twin.pk, twin.number, twin.client_key = UUID(f"{two[:8]}{str(uuid4())[8:]}"), 9, uuid4()
    twin.save(force_insert=True)
    Task.objects.create(photo=twin, order=0.5)
    told = lead.post(EXCLUDE, {"photos": f"{two[:8]} 0123abcd {twin.pk}"}).context
    assert [task.photo_id for task in told["found"].tasks] == [twin.pk]
    assert (told["ambiguous"], told["unreadable"]) == ([two[:8]], ["0123abcd"])


def test_photos_are_not_excluded_without_a_reason_that_says_something(staff: Casting) -> None:
    (photo,) = several(1).photos
    lead = staff("lead").client
    for sent, told in (
        ({}, "Choose a reason."),
        ({"reason": "other"}, "Say in words why."),
        ({"reason": "no_such_reason"}, "Select a valid choice"),
    ):
        answer = lead.post(EXCLUDE, {"photo": str(photo.pk), "confirm": "1", **sent})
        assert (answer.status_code, told in answer.content.decode()) == (422, True), sent
    assert not Reading.objects.exists()


def test_no_ids_and_too_many_are_refused(staff: Casting) -> None:
    lead = staff("lead")
    answer = lead.client.post(EXCLUDE, {"photos": "  "})
    assert (answer.status_code, "Tick photos" in answer.content.decode()) == (422, True)
    many = [str(uuid4()) for _number in range(501)]
    answer = lead.client.post(EXCLUDE, {"photo": many})
    assert (answer.status_code, "501 photos" in answer.content.decode()) == (422, True)
    with pytest.raises(actions.TooMany):
        actions.exclude_many(photo_ids=[uuid4() for _id in many], reason="quality", note="", staff_id=lead.user.pk)


# -- In a browser -----------------------------------------------------------------------------------------------------


def drawn(page: Page, chart: str, colour: str) -> int:
    """How many pixels of a chart, names beside it left out, have this colour of the stylesheet."""
    found: int = page.get_by_role("slider", name=chart).evaluate(
        """(plot, name) => {
            const canvas = plot.querySelector("canvas"), inside = plot.querySelector(".u-over").getBoundingClientRect();
            const whole = canvas.getBoundingClientRect(), times = canvas.width / whole.width;
            const edges = [inside.left - whole.left, inside.top - whole.top, inside.width, inside.height];
            const pixels = canvas.getContext("2d").getImageData(...edges.map((edge) => edge * times)).data;
            const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
            const wanted = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
            const starts = Array.from({ length: pixels.length / 4 }, (_pixel, at) => 4 * at);
            return starts.filter((start) => wanted.every((part, at) => pixels[start + at] === part)).length;
        }""",
        colour,
    )
    return found


@pytest.mark.requirement("W5")
def test_the_page_is_read_and_used_on_a_phone_and_at_a_desk(live: str, desktop: BrowserContext, staff: Casting) -> None:
    several(4)
    annotator, lead = staff("annotator").user.pk, staff("lead")
    for exclusion in ("", "quality"):
        look(read(annotator, exclusion=exclusion).task.photo, annotator, "task")
    take_next(staff_id=annotator)
    go_on_as(desktop, lead.client, live)
    with faultless(desktop) as page:
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            page.goto(live + LEAD)
            expect(page.get_by_role("slider", name="Photos a day")).to_be_visible()
            # One photo was read and one excluded on the same day: both are drawn.
            assert min(drawn(page, "Photos a day", colour) for colour in ("--chart-1", "--chart-2")) > 20
            assert axe.violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name="Leave it to …").click()
        expect(page.get_by_role("radio", name="Annotator-1")).to_be_visible()
        assert axe.violations(page) == []
        page.get_by_text("Everybody who reads", exact=True).click()
        page.get_by_role("button", name="Leave it to them").click()
        expect(page.get_by_text("Nobody holds a photo just now.")).to_be_visible()
        waiting = Task.objects.filter(state=TaskState.OPEN).values_list("photo", flat=True)
        page.get_by_label("Ids of photos").fill(" ".join(str(photo) for photo in waiting))
        page.get_by_role("button", name="Go on").click()
        page.get_by_text("duplicate", exact=True).click()
        assert axe.violations(page) == []
        page.get_by_role("button", name="Exclude 2 photos").click()
        expect(page.get_by_text("2 photos are excluded.")).to_be_visible()
