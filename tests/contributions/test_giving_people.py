"""Who is in a photo: marks, ages and who each person is, by the pages and their script."""

from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import DatabaseError
from django.urls import reverse

from contributions import actions
from contributions.models import Basis, Person, Photo
from tests.contributions.giving import Browser
from tests.pictures import png

pytestmark = pytest.mark.django_db(databases=["default", "identity"])


@pytest.fixture
def giver() -> Browser:
    return Browser().start()


@pytest.fixture
def photo(giver: Browser) -> Photo:
    return giver.chosen()


@pytest.mark.requirement("C3")
def test_a_tap_marks_a_person_where_it_was(giver: Browser, photo: Photo) -> None:
    answer = giver.go("person_add", photo.pk, fields={"x": 0.25, "y": 0.75}, json=True).json()
    person = Person.objects.get()
    assert (person.x, person.y, person.number) == (0.25, 0.75, 1)
    assert answer["name"] == "Person 1, age missing, not said who"


@pytest.mark.parametrize("place", [{"x": 1.1, "y": 0}, {"x": -1, "y": 0}, {"x": "nan", "y": 0}, {"x": 0.1}, {}])
def test_a_place_outside_of_the_picture_is_no_mark(giver: Browser, photo: Photo, place: dict[str, object]) -> None:
    assert giver.go("person_add", photo.pk, fields=place, json=True).status_code == 422
    assert not Person.objects.exists()


def test_a_mark_is_moved_and_removed_and_its_number_is_free_again(giver: Browser, photo: Photo) -> None:
    first, second = giver.mark(photo), giver.mark(photo)
    giver.go("person_move", second.pk, fields={"x": 0.1, "y": 0.2}, json=True)
    second.refresh_from_db()
    assert (second.x, second.y) == (0.1, 0.2)
    giver.go("person_remove", first.pk, fields={})
    assert giver.mark(photo).number == 1


def test_another_browser_cannot_touch_a_mark(giver: Browser, photo: Photo) -> None:
    person, stranger = giver.mark(photo), Browser().start()
    for name in ("person_move", "person_edit", "person_remove"):
        assert stranger.go(name, person.pk, fields={"x": 0, "y": 0, "age": "7", "who": "me"}).status_code == 404
    assert stranger.go("person_edit", person.pk).status_code == 404
    person.refresh_from_db()
    assert (person.x, person.age_text) == (0.5, "")


@pytest.mark.requirement("C4")
def test_an_age_is_kept_as_written_and_as_understood(giver: Browser, photo: Photo) -> None:
    person = giver.mark(photo)
    answer = giver.go("person_edit", person.pk, fields={"age": "3 1/2", "who": "me"}, json=True).json()
    person.refresh_from_db()
    assert (person.age_text, person.age_years, person.age_rule) == ("3 1/2", Decimal("3.50"), "fraction")
    assert person.basis == Basis.SELF
    assert answer["person"]["words"] == "3½ years, you"


@pytest.mark.requirement("C4")
@pytest.mark.parametrize("age", ["", "little", "7 8", "x" * 100])
def test_an_age_that_cannot_be_read_is_asked_about(giver: Browser, photo: Photo, age: str) -> None:
    person = giver.mark(photo)
    answer = giver.go("person_edit", person.pk, fields={"age": age, "who": "me"}, json=True)
    assert answer.status_code == 422
    assert answer.json() == {"error": "Write an age, such as 7, 3½ or 18 months.", "field": "age"}
    page = giver.go("person_edit", person.pk, fields={"age": age, "who": "me"}).content.decode()
    assert "<title>Error:" in page
    person.refresh_from_db()
    assert (person.age_years, person.basis) == (None, "")


@pytest.mark.requirement("C4")
def test_a_grown_up_is_asked_about_and_kept_when_confirmed(giver: Browser, photo: Photo) -> None:
    person = giver.mark(photo)
    fields = {"age": "21", "who": "other"}
    answer = giver.go("person_edit", person.pk, fields=fields, json=True)
    assert answer.json() == {"error": "This says 21 years. Was this person grown up?", "field": "adult"}
    page = giver.go("person_edit", person.pk, fields=fields).content.decode()
    assert "Yes, an adult" in page
    assert giver.go("person_edit", person.pk, fields=fields | {"adult": "on"}, json=True).status_code == 200
    person.refresh_from_db()
    assert (person.age_years, person.adult_confirmed) == (Decimal("21.00"), True)


def test_seventeen_is_not_asked_about(giver: Browser, photo: Photo) -> None:
    fields = {"age": "17", "who": "me"}
    assert giver.go("person_edit", giver.mark(photo).pk, fields=fields, json=True).status_code == 200


@pytest.mark.requirement("C5")
@pytest.mark.parametrize("basis", [Basis.AFFIRMED, Basis.UNDER_18, Basis.HAS_DIED, Basis.CANNOT_ASK])
def test_somebody_else_is_asked_about_in_a_second_step(giver: Browser, photo: Photo, basis: Basis) -> None:
    person = giver.mark(photo)
    answer = giver.go("person_edit", person.pk, fields={"age": "7", "who": "other"})
    assert answer.url.endswith("?who=other")
    person.refresh_from_db()
    assert (person.age_text, person.basis) == ("7", "")
    page = giver.get(answer.url).content.decode()
    assert page.count("most research will leave it out") == 3
    assert "checked" not in page
    giver.go("person_edit", person.pk, fields={"who": basis.value})
    person.refresh_from_db()
    assert (person.age_text, person.basis) == ("7", basis)


def test_the_giver_is_in_a_photo_once(giver: Browser, photo: Photo) -> None:
    one, two = giver.mark(photo), giver.mark(photo)
    giver.go("person_edit", one.pk, fields={"age": "7", "who": "me"}, json=True)
    answer = giver.go("person_edit", two.pk, fields={"age": "8", "who": "me"}, json=True)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("You are person 1 already.")


def test_me_and_nobody_else_leads_to_the_next_photo_and_at_last_to_the_review(giver: Browser, photo: Photo) -> None:
    other = giver.chosen(png(70, 50))
    fields = {"age": "7", "who": "alone"}
    first = giver.go("person_edit", giver.mark(photo).pk, fields=fields)
    assert first.url == reverse("contributions:photo_mark", args=[other.pk])
    last = giver.go("person_edit", giver.mark(other).pk, fields=fields, json=True)
    assert last.json()["next"] == reverse("contributions:sending_review")


def reading(giver: Browser, **asked: str) -> tuple[str, bool]:
    answer = giver.get(reverse("contributions:age_read"), asked).json()
    assert bool(answer["error"]) == (answer["adult"] or not answer["understood"])
    return answer["understood"], answer["adult"]


@pytest.mark.requirement("C4")
def test_an_age_or_two_years_are_read_back_before_anything_is_kept(giver: Browser) -> None:
    assert reading(giver, age="3 1/2") == ("3½ years", False)
    assert reading(giver, age="no") == ("", False)
    assert reading(giver, age="21") == ("21 years", True)
    assert reading(giver, taken="1984", born="1979") == ("about 5 years (4 to 6)", False)
    assert reading(giver, taken="84", born="1979") == ("", False)


@pytest.mark.requirement("C4", "C9")
def test_two_years_are_an_age_and_say_when_the_photo_was_taken(giver: Browser, photo: Photo) -> None:
    person = giver.mark(photo)
    giver.go("person_edit", person.pk, fields={"age": "", "taken": "1984", "born": "1979", "who": "me"})
    person.refresh_from_db()
    photo.refresh_from_db()
    assert (person.age_text, person.age_rule, photo.taken_decade) == ("1984 - 1979", "taken-and-born", 1980)
    assert [person.age_low, person.age_years, person.age_high] == [4, 5, 6]
    giver.go("photo_date", photo.pk, fields={"decade": "1990"})
    giver.go("person_edit", person.pk, fields={"age": "1985 - 1979"}, json=True)
    photo.refresh_from_db()
    assert photo.taken_decade == 1990


@pytest.mark.parametrize("decade", ["1850", "1985", "x"])
def test_only_a_decade_of_the_list_is_taken_and_it_can_be_taken_back(giver: Browser, photo: Photo, decade: str) -> None:
    giver.go("photo_date", photo.pk, fields={"decade": "1920"})
    assert giver.go("photo_date", photo.pk, fields={"decade": decade}, json=True).status_code == 422
    photo.refresh_from_db()
    assert photo.taken_decade == 1920
    assert giver.go("photo_date", photo.pk, fields={"decade": ""}, json=True).json() == {"decade": None}


@pytest.mark.requirement("C2")
def test_a_mark_sent_twice_is_one_and_an_id_of_another_photo_is_refused(giver: Browser, photo: Photo) -> None:
    fields = {"x": 0.2, "y": 0.3, "id": "6f8b2f62-53a1-4a3e-9d6a-2f6c0c3d5a11"}
    first, again = (giver.go("person_add", photo.pk, fields=fields, json=True).json() for _ in range(2))
    assert first == again
    other = giver.chosen(png(70, 50))
    assert giver.go("person_add", other.pk, fields=fields, json=True).status_code == 422
    assert str(Person.objects.get().pk) == fields["id"]


def test_nobody_is_in_the_picture_until_somebody_is_marked(giver: Browser, photo: Photo) -> None:
    giver.go("photo_nobody", photo.pk, fields={"nobody": "yes"})
    assert Photo.objects.filter(nobody=True).exists()
    giver.mark(photo)
    assert not Photo.objects.filter(nobody=True).exists()
    giver.go("photo_nobody", photo.pk, fields={"nobody": "yes"})
    assert not Photo.objects.filter(nobody=True).exists()


def test_a_mark_whose_event_fails_is_not_there(giver: Browser, photo: Photo) -> None:
    with patch("contributions.actions.marking.record", side_effect=DatabaseError), pytest.raises(DatabaseError):
        actions.add_person(photo=photo, x=0.5, y=0.5)
    assert not Person.objects.exists()


def test_nothing_is_chosen_for_anybody_on_the_marking_page(giver: Browser, photo: Photo) -> None:
    giver.mark(photo)
    page = giver.go("photo_mark", photo.pk).content.decode()
    assert "checked" not in page.replace("being checked", "")
    assert 'type="radio"' not in page
