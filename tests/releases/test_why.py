"""The curators' page of one photo: each thing that is asked of it, in words, and where it is."""

from uuid import uuid4

import pytest
from django.test import Client

from contributions.models import Basis, Grounds, Photo
from releases import tasks
from releases.models import PublicId
from tests.builders import given, read
from tests.cast import Casting
from tests.releases.curators import Curators

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
URL = "/staff/releases/why/"


@pytest.fixture
def client(staff: Casting) -> Client:
    return staff("curator").client


def answers(client: Client, name: object, audience: str = "own") -> tuple[str, list[str], str]:
    """The reason, the answer to each question, and the page."""
    page = client.get(URL, {"photo": str(name), "audience": audience})
    assert page.status_code == 200
    why = page.context["why"]
    return why.reason, [one.answer.value for one in why.asked], page.content.decode()


@pytest.mark.requirement("D3")
def test_the_page_says_of_any_photo_why_it_is_in_or_out(curators: Curators, client: Client) -> None:
    made = given(others=[Basis.UNDER_18])
    name = made.photos[0].pk
    assert answers(client, name)[:2] == ("consent", ["out", *["not_asked"] * 5])
    made.agree()
    assert answers(client, name)[:2] == ("unread", ["in", "in", "out", "in", "not_asked", "not_asked"])
    read(curators.annotator)
    reason, asked, page = answers(client, name)
    assert (reason, asked) == ("basis", ["in", "in", "in", "in", "out", "out"])
    assert "Out: somebody shown has not agreed, or not as this release asks" in page
    assert "still under 18:\n" in page
    assert "No release has had it so far" in page
    curators.drafted(bases=frozenset({Grounds.UNDER_18}))
    tasks.cut_now()
    reason, asked, page = answers(client, name)
    assert (reason, asked) == ("", ["in"] * 6)
    assert "In: nothing keeps it out" in page
    assert "not accepted" not in page
    assert answers(client, name, "partners")[0] == "scope"


@pytest.mark.requirement("D3")
def test_a_public_id_leads_to_the_photo_and_what_left_says_so(curators: Curators, client: Client) -> None:
    made = given().agree()
    read(curators.annotator)
    release = curators.published()
    public = PublicId.objects.get()
    assert "It is in it." in answers(client, public.pk)[2]
    made.withdraw()
    reason, asked, page = answers(client, public.pk)
    assert (reason, asked) == ("consent", ["out", *["not_asked"] * 5])
    assert "Taken out of it on" in page
    Photo.objects.update(state="lapsed")
    assert "Not here any more: not kept" in answers(client, public.pk)[2]
    assert release.items.exclude(dropped_at=None).count() == 1


def test_an_excluded_photo_is_told_with_the_reason_and_no_person(curators: Curators, client: Client) -> None:
    made = given().agree()
    read(curators.annotator, exclusion="quality")
    reason, asked, page = answers(client, made.photos[0].pk)
    assert (reason, asked) == ("excluded", ["in", "in", "out", "in", "not_asked", "not_asked"])
    assert "excluded by an annotator: quality" in page


def test_what_names_no_photo_is_refused_beside_its_field(client: Client) -> None:
    for name in ("", "photo 2", str(uuid4())):
        page = client.get(URL, {"photo": name, "audience": "own"})
        assert page.status_code == 422, name
        assert page.context["form"].errors.keys() == {"photo"}, name


def test_the_page_begins_with_what_is_asked_for(curators: Curators, client: Client) -> None:
    assert "There is no release for" in client.get(URL).content.decode()
    curators.drafted()
    page = client.get(f"{URL}?audience=own").content.decode()
    assert "As the newest one asks" in page
    assert "There is no release for" in client.get(f"{URL}?audience=partners").content.decode()
