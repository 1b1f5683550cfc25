"""Before you start, and choosing photos: what is taken, what is refused with which sentence, and what stays."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import Settings

from contributions.models import Contribution, Photo, Step
from tests.consent.notices import published
from tests.contributions.giving import Browser
from tests.pictures import heic, png
from vault.incoming import folder
from vault.models import DataKey

pytestmark = pytest.mark.django_db(databases=["default", "identity"])


@pytest.fixture
def browser_() -> Browser:
    return Browser().start()


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    before = set(folder().iterdir())
    yield
    assert set(folder().iterdir()) <= before


@pytest.mark.requirement("C8")
def test_the_page_says_what_happens_to_photos_before_anything_can_be_chosen() -> None:
    published()
    page = Browser().get(reverse("contributions:give_start")).content.decode()
    assert "Photos are sent as you choose them" in page
    assert "Nobody may use them until you agree" in page
    assert "deleted after 14 days" in page
    assert 'type="file"' not in page


@pytest.mark.requirement("C6")
def test_a_sending_begins_with_the_statement_of_being_an_adult() -> None:
    client = Browser()
    assert client.go("photo_list").url == reverse("contributions:give_start")
    client.start()
    assert client.sending.adult_stated_at is not None
    assert client.go("photo_list").status_code == 200


def test_starting_again_goes_on_with_the_same_sending(browser_: Browser) -> None:
    first = browser_.sending
    browser_.start()
    assert browser_.sending == first
    assert Contribution.objects.count() == 1


def test_a_photo_is_received_sealed_and_listed_after_a_reload(browser_: Browser) -> None:
    answer = browser_.choose(png(80, 60))
    photo = Photo.objects.get()
    assert answer.status_code == 201
    assert answer.json()["photo"]["words"] == "received, being checked"
    assert photo.steps.filter(phase=Step.Phase.INTAKE).exists()
    page = browser_.go("photo_list").content.decode()
    assert "Photo 1" in page
    assert "grandmother" not in page


@pytest.mark.requirement("C2")
def test_a_retry_with_the_same_key_is_one_photo(browser_: Browser) -> None:
    key = uuid4()
    first, second = browser_.choose(key=key), browser_.choose(key=key)
    assert first.json()["photo"]["id"] == second.json()["photo"]["id"]
    assert (Photo.objects.count(), DataKey.objects.count()) == (1, 1)


@pytest.mark.requirement("C2")
def test_the_same_file_twice_is_one_photo_and_says_so(browser_: Browser) -> None:
    browser_.choose(png(80, 60), number=1)
    answer = browser_.choose(png(80, 60), number=2)
    assert answer.status_code == 200
    assert answer.json()["notice"] == "Photo 2 is already here, as photo 1."
    assert Photo.objects.count() == 1


def test_the_same_file_in_another_sending_is_another_photo(browser_: Browser) -> None:
    browser_.choose(png(80, 60))
    assert Browser().start().choose(png(80, 60)).status_code == 201


def test_a_number_that_the_browser_showed_is_kept_and_never_given_twice(browser_: Browser) -> None:
    assert browser_.choose(png(50, 50), number=3).json()["photo"]["number"] == 3
    assert browser_.choose(png(51, 50), number=3).json()["photo"]["number"] == 4
    browser_.go("photo_remove", Photo.objects.get(number=4).pk, fields={})
    assert browser_.choose(png(52, 50)).json()["photo"]["number"] == 5


@pytest.mark.requirement("C10")
def test_a_file_over_the_limit_is_refused_with_its_size(browser_: Browser, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1_000_000
    browser_.choose(png(80, 60))
    answer = browser_.choose(b"x" * 1_400_000, number=2)
    assert answer.status_code == 422
    assert answer.json()["error"] == (
        "Photo 2 is 2 MB. The limit is 1 MB. Send a smaller copy. Your other photos are kept."
    )
    assert Photo.objects.count() == 1


@pytest.mark.requirement("C10")
def test_more_files_than_fit_are_refused(browser_: Browser, settings: Settings) -> None:
    settings.SENDING_MAX_FILES = 2
    for width in (50, 51):
        assert browser_.choose(png(width, 50)).status_code == 201
    answer = browser_.choose(png(52, 50), number=3)
    assert answer.json()["error"].startswith("2 photos fit in one sending and are here. Photo 3 was not kept")
    browser_.go("photo_remove", Photo.objects.get(number=1).pk, fields={})
    assert browser_.choose(png(52, 50)).status_code == 201


@pytest.mark.requirement("C10")
def test_more_bytes_than_fit_are_refused(browser_: Browser, settings: Settings) -> None:
    settings.SENDING_MAX_BYTES = 2_000_000
    browser_.choose(b"x" * 1_500_000)
    answer = browser_.choose(b"y" * 1_000_000)
    assert answer.json()["error"].startswith(
        "These photos are 3 MB together. The limit is 2 MB in one sending. The first 1"
    )
    assert Photo.objects.count() == 1


@pytest.mark.requirement("C10")
@pytest.mark.parametrize(("setting", "value"), [("CLIENT_HOURLY_FILES", 2), ("CLIENT_HOURLY_BYTES", 2_000_000)])
def test_one_connection_sends_only_so_much_an_hour(
    browser_: Browser, settings: Settings, setting: str, value: int
) -> None:
    setattr(settings, setting, value)
    other = Browser(REMOTE_ADDR="192.0.2.77").start()
    answers = [browser_.choose(png(50 + width, 50)) for width in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 422]
    assert "in an hour" in answers[2].json()["error"]
    assert other.choose(png(60, 50)).status_code == 201


@pytest.mark.requirement("C10")
@pytest.mark.parametrize(("setting", "value"), [("FREE_DISK_FLOOR_BYTES", 10**18), ("UNVERIFIED_MAX_BYTES", 10)])
def test_giving_pauses_without_room_and_keeps_what_is_here(
    browser_: Browser, settings: Settings, setting: str, value: int
) -> None:
    browser_.choose(png(80, 60))
    setattr(settings, setting, value)
    assert "We have no room for new photos just now." in browser_.choose(png(81, 60)).json()["error"]
    assert Photo.objects.count() == 1
    page = Browser().get(reverse("contributions:give_start")).content.decode()
    assert "We cannot take photos just now" in page
    assert reverse("identity:link_request") in page


def test_a_paused_site_begins_no_sending(settings: Settings) -> None:
    settings.UNVERIFIED_MAX_BYTES = 0
    client = Browser()
    client.start()
    assert "sending" not in client.session


@pytest.mark.requirement("F3")
@pytest.mark.parametrize(
    "data", [b"%PDF-1.4 not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", png(64, 48)[:900]]
)
def test_a_file_that_is_no_picture_is_refused_by_the_worker_with_a_sentence(browser_: Browser, data: bytes) -> None:
    good, bad = browser_.chosen(), browser_.chosen(data)
    photos = {photo["id"]: photo for photo in browser_.go("sending_state", json=True).json()["photos"]}
    assert photos[str(bad.pk)]["error"].startswith("Photo 2 is not")
    assert photos[str(bad.pk)]["error"].endswith("Your other photos are kept.")
    assert photos[str(good.pk)]["state"] == "ready"


def test_nothing_and_an_empty_file_are_refused_in_words(browser_: Browser) -> None:
    nothing = browser_.go("photo_add", fields={"client_key": str(uuid4())}, json=True)
    assert nothing.status_code == 422
    assert nothing.json()["error"].startswith("No photo came with this.")
    assert "not a picture" in browser_.choose(b"").json()["error"] or browser_.choose(b"").status_code == 422
    assert not Photo.objects.exists()


def test_without_a_script_one_file_is_sent_by_the_plain_form(browser_: Browser) -> None:
    answer = browser_.choose(png(80, 60), HTTP_ACCEPT="text/html")
    assert Photo.objects.count() == 1
    assert answer.status_code in {201, 302}


def test_another_browser_neither_sees_nor_removes_a_photo(browser_: Browser) -> None:
    photo, stranger = browser_.chosen(), Browser().start()
    for name in ("photo_preview", "photo_mark"):
        assert stranger.go(name, photo.pk).status_code == 404
    for name in ("photo_remove", "photo_nobody", "person_add"):
        assert stranger.go(name, photo.pk, fields={"x": 0.5, "y": 0.5, "nobody": "yes"}).status_code == 404
    photo.refresh_from_db()
    assert photo.state == "ready"


def test_the_sender_sees_a_preview_that_nobody_keeps(browser_: Browser) -> None:
    photo = browser_.chosen(heic(300, 200))
    answer = browser_.go("photo_preview", photo.pk)
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8\xff")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_preview_ends_after_a_day(browser_: Browser, settings: Settings) -> None:
    photo = browser_.chosen()
    settings.PREVIEW_HOURS = 0
    assert browser_.go("photo_preview", photo.pk).status_code == 404


def test_a_removed_photo_is_gone_for_its_sender_and_on_its_way_out(browser_: Browser) -> None:
    photo = browser_.chosen()
    browser_.go("photo_remove", photo.pk, fields={})
    photo.refresh_from_db()
    assert photo.state == "lapsed"
    assert browser_.go("photo_preview", photo.pk).status_code == 404
    assert browser_.go("photo_remove", photo.pk, fields={}, json=True).status_code == 404
    assert "Photo 1" not in browser_.go("photo_list").content.decode()


def test_a_script_without_a_sending_is_told_where_to_begin() -> None:
    answer = Browser().choose()
    assert answer.status_code == 409
    assert answer.json()["next"] == reverse("contributions:give_start")
