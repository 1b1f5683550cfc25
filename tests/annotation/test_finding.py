"""Asking the collection: what is found, as rows of text, and what each look costs."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from annotation import actions, queries
from annotation.models import Answer, Reading, ReadingPerson, Search, Suggestion, Task, TextSearch
from annotation.queries import search_rows, searching
from annotation.searching.criteria import Criteria
from annotation.transitions import Stage, TaskState
from audit.models import Event
from contributions.models import Photo
from screening.models import Verdict, View
from tests import pictures
from tests.builders import given
from tests.cast import Casting, Member

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
FIND = "/staff/annotation/find/"


def settle(photo: Photo, by: Member, *ages: float, **changes: object) -> Reading:
    """Read a photo with people of these ages in a row from the left."""
    task = Task.objects.get(photo=photo)
    values = {"people_count": len(ages), "stage": Stage.FIRST, **changes}
    reading = Reading.objects.create(task=task, by=by.user, key=uuid4(), **values)
    for number, age in enumerate(ages, start=1):
        ReadingPerson.objects.create(
            reading=reading, number=number, x=number / 10, y=0.5, age_years=age, age_low=age, age_high=age
        )
    Task.objects.filter(pk=task.pk).update(state=TaskState.READ, stage=Stage.DONE)
    return reading


def see(photo: Photo, kind: str, left: float, right: float) -> None:
    Suggestion.objects.create(photo=photo, kind=kind, left=left, top=0.4, right=right, bottom=0.6, score=1, model="m")


@pytest.fixture
def three(staff: Casting) -> list[Photo]:
    """Three photos, of somebody of 7 as the giver said: one read otherwise, one excluded, one waiting."""
    one, two, three = given(*(pictures.png(200 + n, 150) for n in range(3))).agree().photos
    reader = staff("annotator", signed_in=False)
    settle(one, reader, 3.5, 9.75, people_count=4, terms=["place.garden", "season.summer"])
    settle(two, reader, answer=Answer.EXCLUDED, exclusion="quality")
    Photo.objects.filter(pk=one.pk).update(taken_decade=1980)
    # The one at 0.15 stands where nobody is marked; text was looked for on two photos and seen on one.
    for left, right in ((0.08, 0.12), (0.14, 0.16)):
        see(one, Suggestion.Kind.FACE, left, right)
    TextSearch.objects.filter(photo__in=[two, three]).delete()
    for photo in (two, three):
        TextSearch.objects.create(photo=photo, done_at=timezone.now())
    Suggestion.objects.filter(photo__in=[two, three]).delete()
    see(two, Suggestion.Kind.TEXT, 0.1, 0.9)
    return [one, two, three]


@pytest.fixture
def lead(staff: Casting) -> Member:
    return staff("lead")


TODAY = timezone.now().date()
QUESTIONS: list[tuple[Criteria, set[int]]] = [
    (Criteria(), {0, 1, 2}),
    (Criteria(terms=("place.garden",)), {0}),
    (Criteria(terms=("place.garden", "season.summer")), {0}),
    (Criteria(terms=("place.garden", "season.winter")), set()),
    (Criteria(age_from=9, age_to=9), {0}),
    (Criteria(age_to=3), {0}),
    (Criteria(age_from=10), set()),
    (Criteria(age_from=7, age_to=7), {1, 2}),
    (Criteria(people_from=4, people_to=4), {0}),
    (Criteria(people_to=1), {1, 2}),
    (Criteria(people_to=0), set()),
    (Criteria(people_from=1, people_to=1), {1, 2}),
    (Criteria(decade=1980), {0}),
    (Criteria(standing="waiting"), {2}),
    (Criteria(standing="second"), set()),
    (Criteria(standing="read"), {0}),
    (Criteria(standing="excluded"), {1}),
    (Criteria(exclusion="quality"), {1}),
    (Criteria(exclusion="duplicate"), set()),
    (Criteria(read_from=TODAY - timedelta(days=1), read_to=TODAY + timedelta(days=1)), {0, 1}),
    (Criteria(read_to=TODAY - timedelta(days=2)), set()),
    (Criteria(text="found"), {1}),
    (Criteria(text="none"), {2}),
    (Criteria(untouched=True), {0}),
    (Criteria(terms=("place.garden",), age_from=3, age_to=4, people_from=2, decade=1980, untouched=True), {0}),
    (Criteria(terms=("place.garden",), age_from=3, age_to=4, people_from=5), set()),
]


def numbers(criteria: Criteria, photos: list[Photo]) -> set[int]:
    places = {photo.pk: place for place, photo in enumerate(photos)}
    tasks = [task for part in queries.matching(criteria) for task in part]
    assert len(tasks) == len({task.pk for task in tasks}) == searching.count(criteria)
    assert Criteria.of(criteria.codes()) == criteria
    return {places[task.photo_id] for task in tasks}


@pytest.mark.requirement("A9")
def test_the_reading_that_counts_is_asked_and_else_what_the_giver_said(three: list[Photo]) -> None:
    assert [numbers(criteria, three) for criteria, _expected in QUESTIONS] == [found for _c, found in QUESTIONS]


def test_a_newer_reading_is_asked_and_an_unsettled_one_is_not(three: list[Photo], staff: Casting) -> None:
    settle(three[0], staff("annotator", signed_in=False), 12)
    assert numbers(Criteria(terms=("place.garden",)), three) == set()
    assert numbers(Criteria(age_from=12), three) == {0}
    Task.objects.filter(photo=three[0]).update(state=TaskState.OPEN, stage=Stage.SECOND)
    assert numbers(Criteria(age_from=12), three) == set()
    assert numbers(Criteria(standing="second", age_from=7, age_to=7), three) == {0}


@pytest.mark.requirement("C9")
def test_a_withdrawn_photo_is_not_found() -> None:
    made = given().agree()
    assert searching.count(Criteria()) == 1
    made.withdraw()
    assert searching.count(Criteria()) == 0


@pytest.mark.requirement("L10")
def test_a_question_is_kept_with_its_event_and_a_get_changes_nothing(three: list[Photo], lead: Member) -> None:
    lead.client.get(FIND)
    assert not Search.objects.exists()
    answer = lead.client.post(FIND, {"terms": ["place.garden"], "age_from": 0, "week": ""})
    asked = Search.objects.get()
    assert answer.headers["Location"] == reverse("annotation:found", args=[asked.pk])
    assert (asked.criteria, asked.found, asked.by) == ({"terms": ["place.garden"], "age_from": 0}, 1, lead.user)
    event = Event.objects.get(action="search:asked")
    assert event.data == {"criteria": ["terms:place.garden", "age_from:0"], "found": 1}
    page = lead.client.get(answer.headers["Location"]).content.decode()
    assert "garden, summer" in page
    assert (Search.objects.count(), View.objects.count()) == (1, 0)


@pytest.mark.requirement("A10")
def test_rows_say_whose_word_they_are_and_hold_no_picture(three: list[Photo], lead: Member) -> None:
    page = lead.client.post(FIND, {}, follow=True).content.decode()
    words = " ".join(page.split())
    assert "4 people, aged 3.5, 9.75 <span" in words
    assert words.count('1 person, aged 7 <span class="find-who"> as the contributor said') == 2
    assert "the 1980s" in words
    assert "<img" not in page
    assert "quality" in page
    assert "No photo is like this" in lead.client.post(FIND, {"age_from": 90}, follow=True).content.decode()


WRONG: list[dict[str, object]] = [
    {"age_from": 7, "age_to": 3},
    {"people_from": -1},
    {"read_from": "2026-02-02", "read_to": "2026-02-01"},
    {"terms": ["place.nowhere"]},
    {"exclusion": "quality", "standing": "read"},
    {"week": str(TODAY - timedelta(days=TODAY.weekday())), "read_from": "2026-02-02"},
]


def test_what_cannot_be_asked_is_said_and_not_kept(lead: Member) -> None:
    for wrong in WRONG:
        answer = lead.client.post(FIND, wrong)
        assert (answer.status_code, Search.objects.exists()) == (422, False), wrong
        assert "Something is missing or wrong" in answer.content.decode(), wrong


@pytest.fixture
def asked(three: list[Photo], lead: Member) -> Search:
    """The lead's own question, which finds the waiting photo."""
    return actions.ask(criteria=Criteria(standing="waiting"), staff_id=lead.user.pk)


def look_at(photo: Photo, asked: Search) -> str:
    return reverse("annotation:found_look", args=[asked.pk, photo.pk])


@pytest.mark.requirement("L11", "W3")
def test_a_press_opens_one_small_picture_after_the_look_is_in_the_log(three: list[Photo], staff: Casting) -> None:
    for number, role in enumerate(("lead", "adjudicator", "curator"), start=1):
        finder = staff(role)
        asked = actions.ask(criteria=Criteria(standing="waiting"), staff_id=finder.user.pk)
        answer = finder.client.post(look_at(three[2], asked))
        events = Event.objects.filter(action="photo:viewed")
        assert (events.count(), events.latest("index").data["reason"]) == (number, "search")
        view = View.objects.get(staff=finder.user)
        assert (view.task, view.rendition, view.photo) == (asked.pk, "thumbnail", three[2])
        assert (answer.headers["Cache-Control"], answer.headers["Content-Type"]) == ("no-store", "image/jpeg")
        assert b"".join(answer)[:2] == b"\xff\xd8"


@pytest.mark.requirement("S1", "S9")
def test_without_a_press_and_from_what_was_not_found_nothing_is_shown(
    three: list[Photo], asked: Search, lead: Member, staff: Casting
) -> None:
    def refuse(client: Client, ask: Callable[[Client], int], status: int) -> None:
        assert (ask(client), View.objects.count()) == (status, 0)

    refuse(lead.client, lambda client: client.get(look_at(three[2], asked)).status_code, 405)
    refuse(lead.client, lambda client: client.post(look_at(three[0], asked)).status_code, 404)
    # Each look belongs to a question of whoever looks.
    refuse(staff("curator").client, lambda client: client.post(look_at(three[2], asked)).status_code, 404)
    refuse(staff("annotator").client, lambda client: client.post(look_at(three[2], asked)).status_code, 403)
    clear = Verdict.objects.filter(photo=three[2]).latest("id")
    Verdict.objects.create(photo=three[2], content=clear.content, policy=clear.policy, state="held", by="system")
    refuse(lead.client, lambda client: client.post(look_at(three[2], asked)).status_code, 404)
    assert not Event.objects.filter(action="photo:viewed").exists()


def test_somebody_elses_question_is_read_and_asked_again_as_ones_own(asked: Search, staff: Casting) -> None:
    curator = staff("curator")
    address = reverse("annotation:found", args=[asked.pk])
    page = curator.client.get(address).content.decode()
    assert "Somebody else asked this" in page
    assert "data-look" not in page
    answer = curator.client.post(address)
    again = Search.objects.get(by=curator.user)
    assert answer.headers["Location"] == reverse("annotation:found", args=[again.pk])
    assert again.criteria == asked.criteria
    assert "data-look" in curator.client.get(answer.headers["Location"]).content.decode()


def test_a_question_can_be_changed_and_those_asked_before_stand_there(asked: Search, lead: Member) -> None:
    page = lead.client.get(FIND, {"like": str(asked.pk)})
    assert page.context["form"]["standing"].value() == "waiting"
    assert "Ask again" in page.content.decode()
    assert lead.client.get(FIND, {"like": "none"}).context["form"].initial == {}


def test_only_a_lead_can_tick_photos_to_be_excluded(asked: Search, lead: Member, staff: Casting) -> None:
    address = reverse("annotation:found", args=[asked.pk])
    page = lead.client.get(address).content.decode()
    assert f'action="{reverse("annotation:photos_exclude")}"' in page
    assert 'name="photo"' in page
    assert 'name="photo"' not in staff("adjudicator").client.get(address).content.decode()


def test_pages_follow_by_key_to_and_fro_and_skip_nothing(
    three: list[Photo], lead: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_rows, "PAGE", 1)
    # Two at the same time are told apart by their ids; the parts of an answer by ages are put together in order.
    Task.objects.update(created_at=timezone.now())
    parts = queries.matching(Criteria(age_to=20))
    pages = [queries.found_page(parts)]
    while pages[-1].older:
        pages.append(queries.found_page(parts, after=pages[-1].older))
    order = [row.photo for page in pages for row in page.rows]
    assert (len(order), set(order), pages[0].newer) == (3, {photo.pk for photo in three}, None)
    back = [pages[-1]]
    while back[-1].newer:
        back.append(queries.found_page(parts, before=back[-1].newer))
    assert [row.photo for page in back for row in page.rows] == order[::-1]
    asked = actions.ask(criteria=Criteria(), staff_id=lead.user.pk)
    address = reverse("annotation:found", args=[asked.pk])
    assert "Older" in lead.client.get(address).content.decode()
    assert lead.client.get(address, {"after": "none"}).status_code == 404


def test_pictures_opened_per_question_are_counted_by_person_and_week(
    three: list[Photo], asked: Search, lead: Member, staff: Casting
) -> None:
    other = staff("curator", signed_in=False).user
    Search.objects.create(by=other, at=timezone.now() - timedelta(days=8))
    Search.objects.create(by=other, at=timezone.now() - timedelta(days=40))
    for at in (timezone.now(), timezone.now() - timedelta(days=8), timezone.now() - timedelta(days=40)):
        View.objects.create(photo=three[2], staff=other, rendition="thumbnail", reason="search", at=at)
    View.objects.create(photo=three[2], staff=other, rendition="rendition", reason="task")
    list(actions.look(search_id=asked.pk, photo_id=three[2].pk, staff_id=lead.user.pk))
    everybody = queries.exposures_per_question(30)
    assert (everybody.total.questions, everybody.total.looks, everybody.total.ratio) == (2, 3, 1.5)
    assert sorted(week.looks for week in everybody.weeks.values())[-2:] == [1, 2]
    assert queries.exposures_per_question(30, lead.user.pk).total.ratio == 1
    assert queries.exposures_per_question(30, uuid4()).total.ratio is None
    page = " ".join(lead.client.get(FIND).content.decode().split())
    assert '1.50 <span class="find-of"> 3 pictures, 2 questions' in page
    assert f"{date_format(timezone.now(), 'j M Y')}, " in page


def test_before_anybody_asked_the_page_says_so_and_draws_nothing(lead: Member) -> None:
    page = lead.client.get(FIND).content.decode()
    assert "Nobody asked anything in the last 30 days." in page
    assert "<figure" not in page
