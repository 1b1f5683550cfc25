"""Check and send, what stands after sending, and stopping."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent.models import ConsentRecord
from contributions import actions
from contributions.models import ConsentSubject, Contribution, Photo
from identity.models import Identity, Keep, Link, Mail
from tests.contributions.giver import Giver
from tests.contributions.giving import ADDRESS, Browser
from tests.pictures import png
from vault.models import DataKey

pytestmark = pytest.mark.django_db(databases=["default", "identity"])


@pytest.fixture
def giver() -> Browser:
    return Browser().start()


def test_the_review_shows_ages_as_written_and_as_understood(giver: Browser) -> None:
    giver.marked(age="3 1/2")
    page = giver.go("sending_review").content.decode()
    assert "“3 1/2”" in page
    assert "which we read as 3½ years" in page
    assert "you" in page


@pytest.mark.requirement("C1")
def test_a_complete_sending_is_sent_and_waits_for_its_link(giver: Browser) -> None:
    photo = giver.marked()
    assert giver.send().url == reverse("contributions:sending_sent")
    sending = giver.sending
    assert (sending.state, sending.participant) == ("sent", Identity.objects.get().participant)
    record = ConsentRecord.objects.get()
    assert (record.subject, record.state) == (ConsentSubject.objects.get(photo=photo).pk, "requested")
    assert Mail.objects.get().ready_at is not None


def test_after_sending_nothing_reads_as_done(giver: Browser) -> None:
    giver.marked()
    giver.send()
    page = giver.go("sending_sent").content.decode()
    assert "Not finished yet" in page
    assert "s…@example.org" in page
    assert ADDRESS not in page
    assert (timezone.now() + timedelta(days=14)).strftime("%Y") in page
    assert not any(word in page.lower() for word in ("✓", "thank you", "complete", "notice-success"))


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("unmarked", "Photo 2: mark each person, or choose Nobody is in this picture."),
        ("no age", "Photo 2: write the age of person 1."),
        ("no basis", "Photo 2: say who person 1 is."),
        ("unchecked", "Photo 2 is still being checked. Wait a moment, or remove it."),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_sent(giver: Browser, state: str, sentence: str) -> None:
    giver.marked()
    if state == "unchecked":
        giver.choose(png(70, 50))
    else:
        photo = giver.chosen(png(70, 50))
        if state != "unmarked":
            person = giver.mark(photo)
            if state == "no basis":
                giver.go("person_edit", person.pk, fields={"age": "7", "who": "other"})
    answer = giver.send()
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "<title>Error:" in page
    assert "autofocus" in page
    assert giver.sending.state == "draft"
    assert not Identity.objects.exists()


def test_an_empty_sending_is_not_sent(giver: Browser) -> None:
    assert giver.send().status_code == 422
    assert giver.sending.state == "draft"


@pytest.mark.parametrize("address", ["", "name", "name@", "name@example", "a b@example.org"])
def test_an_address_with_a_mistake_is_asked_for_again(giver: Browser, address: str) -> None:
    giver.marked()
    assert "Write an address like name@example.org." in giver.send(address).content.decode()
    assert giver.sending.state == "draft"


def test_a_bad_address_and_a_missing_mark_are_told_together(giver: Browser) -> None:
    giver.chosen()
    page = giver.send("no").content.decode()
    assert "Write an address like name@example.org." in page
    assert "Photo 1: mark each person, or choose Nobody is in this picture." in page


def test_a_likely_typo_is_pointed_out_and_not_refused(giver: Browser) -> None:
    giver.marked()
    assert giver.send("somebody@gmial.com").status_code == 302
    assert giver.sending.state == "sent"


def test_the_pointed_out_address_is_taken_by_a_button_that_sends_nothing(giver: Browser) -> None:
    giver.chosen()
    page = giver.send("somebody@gmial.com").content.decode()
    assert "Did you mean somebody@gmail.com?" in page
    assert re.search(r'<button[^>]*form="typo"[^>]*name="take"[^>]*value="somebody@gmail.com"', page)
    taken = giver.go("sending_review", fields={"take": "somebody@gmail.com"})
    assert taken.status_code == 200
    assert 'value="somebody@gmail.com"' in taken.content.decode()
    assert "<title>Error:" not in taken.content.decode()
    assert giver.sending.state == "draft"
    assert not Identity.objects.exists()


def test_a_good_address_brings_no_button_to_take_another(giver: Browser) -> None:
    giver.chosen()
    page = giver.send("somebody@gmail.com").content.decode()
    assert "Did you mean somebody" not in page
    assert re.search(r'<button[^>]*name="take"[^>]*value=""[^>]*hidden', page)


def test_on_the_page_of_another_address_a_button_takes_it_too(giver: Browser) -> None:
    giver.marked()
    giver.send()
    page = giver.go("address_change", fields={"take": "somebody@gmail.com"})
    assert page.status_code == 200
    assert 'value="somebody@gmail.com"' in page.content.decode()
    assert giver.go("sending_sent").content.decode().count("s…@example.org") == 1


def test_each_thing_missing_leads_to_the_place_where_it_is_said(giver: Browser) -> None:
    person = giver.mark(giver.chosen())
    unmarked = giver.chosen(png(70, 50))
    page = giver.send().content.decode()
    assert page.count(f'<a href="#person-{person.pk}">') == 2
    assert page.count(f'<a href="#photo-{unmarked.pk}">') == 1
    for place in (f'id="person-{person.pk}"', f'id="photo-{unmarked.pk}"'):
        assert page.count(place) == 1
    assert page.count("data-problem=") == 3


def test_everything_can_be_changed_from_the_review_without_script(giver: Browser) -> None:
    person = giver.mark(giver.chosen())
    photo = giver.chosen(png(70, 50))
    page = giver.go("sending_review").content.decode()
    for name, key in (("person_edit", person.pk), ("photo_mark", photo.pk), ("photo_nobody", photo.pk)):
        assert f'"{reverse(f"contributions:{name}", args=[key])}"' in page
    for name in ("photo_date", "photo_remove"):
        assert f'action="{reverse(f"contributions:{name}", args=[photo.pk])}"' in page
    giver.go("photo_date", photo.pk, fields={"decade": "1980"})
    assert '<option value="1980" selected>' in giver.go("sending_review").content.decode()


def test_a_photo_with_nobody_on_it_can_be_sent(giver: Browser) -> None:
    photo = giver.chosen()
    giver.go("photo_nobody", photo.pk, fields={"nobody": "yes"})
    assert giver.send().status_code == 302


def test_a_refused_file_is_left_behind_and_does_not_stop_the_rest(giver: Browser) -> None:
    giver.marked()
    bad = giver.chosen(b"not a picture")
    assert giver.send().status_code == 302
    bad.refresh_from_db()
    assert bad.state == "lapsed"
    assert ConsentSubject.objects.count() == 1


def test_sending_twice_is_sending_once(giver: Browser) -> None:
    giver.marked()
    assert [giver.send().url for _ in range(2)] == [reverse("contributions:sending_sent")] * 2
    assert (Mail.objects.count(), Link.objects.count(), ConsentRecord.objects.count()) == (1, 1, 1)


def test_a_preview_is_destroyed_by_sending(giver: Browser) -> None:
    photo = giver.marked()
    key = photo.preview_key_id
    giver.send()
    assert key is not None
    assert DataKey.objects.get(pk=key).destroyed_at is not None
    assert giver.go("photo_preview", photo.pk).status_code == 404


def test_nothing_is_changed_after_sending(giver: Browser) -> None:
    photo = giver.marked()
    giver.send()
    for name in ("photo_list", "sending_review", "give_start"):
        page = giver.go(name)
        assert page.status_code == (200 if name == "give_start" else 302)
    assert giver.go("photo_remove", photo.pk, fields={}).url == reverse("contributions:sending_sent")
    assert giver.choose().json()["next"] == reverse("contributions:sending_sent")
    photo.refresh_from_db()
    assert photo.state == "ready"


def test_a_sending_whose_event_fails_stays_a_draft_and_its_mail_waits(giver: Browser) -> None:
    giver.marked()
    with patch("contributions.actions.sending.record", side_effect=DatabaseError), pytest.raises(DatabaseError):
        actions.send(sending=giver.sending.pk, address=ADDRESS, language="en")
    assert giver.sending.state == "draft"
    assert not ConsentSubject.objects.exists()
    assert Mail.objects.get().ready_at is None
    assert giver.send().status_code == 302
    assert Mail.objects.get().ready_at is not None


def test_the_mail_is_sent_again_and_the_first_link_dies(giver: Browser) -> None:
    giver.marked()
    giver.send()
    first = Link.objects.get().pk
    giver.go("link_again", fields={})
    assert Link.objects.get().pk != first


def test_how_long_a_mail_may_be_under_way_is_counted_from_the_newest(giver: Browser) -> None:
    giver.marked()
    giver.send()
    for age, left in ((0, range(28, 31)), (20, range(8, 11)), (31, range(1))):
        Mail.objects.update(created_at=timezone.now() - timedelta(seconds=age))
        found = re.search(r'data-countdown="(\d+)"', giver.go("sending_sent").content.decode())
        assert found is not None
        assert int(found[1]) in left


def test_too_many_links_are_refused_with_a_time(giver: Browser) -> None:
    giver.marked()
    giver.send()
    for _ in range(3):
        giver.go("link_again", fields={})
    assert "try again in 6 hours" in giver.go("sending_sent").content.decode()


def test_another_address_takes_the_place_of_the_first(giver: Browser) -> None:
    giver.marked()
    giver.send()
    before = giver.sending.participant
    assert giver.go("address_change", fields={"email": "another@example.org"}).status_code == 302
    sending = giver.sending
    assert sending.participant not in {before, None}
    assert ConsentSubject.objects.get().participant == sending.participant == Keep.objects.get().identity_id
    assert "a…@example.org" in giver.go("sending_sent").content.decode()
    assert Mail.objects.get().ready_at is not None


def test_a_mistaken_new_address_changes_nothing(giver: Browser) -> None:
    giver.marked()
    giver.send()
    before = giver.sending.participant
    assert giver.go("address_change", fields={"email": "no"}).status_code == 422
    assert giver.sending.participant == before


def test_stopping_asks_first_and_then_deletes_everything(giver: Browser) -> None:
    giver.marked()
    assert "cannot be undone" in giver.go("sending_stop").content.decode()
    assert giver.sending.state == "draft"
    giver.go("sending_stop", fields={})
    assert giver.sending.state == "stopped"
    assert Photo.objects.get().state == "lapsed"
    assert giver.go("photo_list").url == reverse("contributions:give_start")


def test_stopping_after_sending_ends_what_was_asked(giver: Browser) -> None:
    giver.marked()
    giver.send()
    giver.go("sending_stop", fields={})
    assert giver.sending.state == "stopped"
    assert [record.state for record in ConsentRecord.objects.order_by("id")] == ["requested", "refused"]
    actions.stop(sending=giver.sending.pk)
    assert giver.sending.state == "stopped"


def test_an_answered_sending_is_not_stopped_here(giver: Browser) -> None:
    giver.marked()
    giver.send()
    Contribution.objects.update(state="answered")
    with pytest.raises(actions.TransitionNotAllowed):
        actions.stop(sending=giver.sending.pk)
    assert "Your link was used" in giver.go("sending_sent").content.decode()


@pytest.mark.django_db(databases=["default", "identity"], transaction=True)
def test_eight_requests_at_once_send_once() -> None:
    giver = Browser().start()
    giver.marked()
    sending = giver.sending.pk

    def send(_number: int) -> None:
        try:
            actions.send(sending=sending, address=ADDRESS, language="en")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    assert (Mail.objects.count(), Link.objects.count(), ConsentRecord.objects.count()) == (1, 1, 1)


@pytest.mark.requirement("I7")
def test_one_sending_does_not_write_to_many_addresses(giver: Browser) -> None:
    giver.marked()
    giver.send()
    written = [giver.go("address_change", fields={"email": f"other{n}@example.org"}).status_code for n in range(11)]
    assert written == [302] * 10 + [422]


@pytest.mark.requirement("I5")
def test_readdressing_asks_the_research_database_as_often_for_a_known_address_as_for_another() -> None:
    asked = []
    Giver(address="known@example.org").agrees()
    for address in ("known@example.org", "unknown@example.org"):
        waiting = Giver(address=f"before-{address}").drafts().sends()
        with CaptureQueriesContext(connection) as queries:
            actions.readdress(sending=waiting.sending, address=address, language="en", client=address)
        asked.append(
            [re.sub("'[^']*'", "?", query["sql"])[:60] for query in queries if "SAVEPOINT" not in query["sql"]]
        )
    assert asked[0] == asked[1]
