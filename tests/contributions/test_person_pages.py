"""The person's own pages: notice and choice, thank you, manage, withdraw. Without script, and without an image."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from audit.models import Event
from consent.models import ConsentRecord
from contributions import queries, tasks
from contributions.models import Basis, Contribution, Photo, Withdrawal
from contributions.queries.papers import receipts_of
from contributions.transitions import SendingState
from contributions.views.by_code import TRIES
from identity.models import Link
from screening.models import Verdict
from tests.consent.notices import published
from tests.contributions.giver import EVERYTHING, Giver
from tests.identity.mails import last_link
from tests.pictures import png

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)

CHOOSE, THANKS, OPEN, MANAGE = "/consent/", "/consent/thanks/", "/your-photos/open/", "/your-photos/"
SCOPES, WITHDRAW, UNDO = "/your-photos/scopes/", "/your-photos/withdraw/", "/your-photos/undo/"
NOW, COPY, CLOSE, CODE = "/your-photos/erase-now/", "/your-photos/copy/", "/your-photos/close/", "/withdraw/"
STALE = "/link/stale/"
FOR_THE_OWNER = (MANAGE, SCOPES, WITHDRAW, UNDO, NOW, COPY)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def preselected(page: Any) -> list[str]:
    return re.findall(r"<input[^>]* checked[^>]*>", page.content.decode())


def notice_id() -> str:
    return str(published().pk)


@pytest.fixture
def at_the_choice() -> Giver:
    """Somebody who opened the link of a sending of two photos; the second shows somebody else."""
    giver = Giver().drafts()
    giver.adds(png(90, 50), number=2, basis=Basis.AFFIRMED)
    giver.sends().opens_link()
    return giver


@pytest.fixture
def at_home() -> Giver:
    """Somebody who agreed to everything for two photos and opened their own page."""
    giver = Giver().agrees(2)
    open_page(giver)
    return giver


def open_page(giver: Giver) -> None:
    giver.client.post("/change-or-withdraw/", {"email": giver.address})
    giver.client.get(last_link())
    assert giver.client.post(OPEN, {"what": "see"})["Location"] == MANAGE


# -- Notice and choice -----------------------------------------------------------------------------


@pytest.mark.requirement("K2")
def test_the_choice_shows_photos_in_words_the_notice_and_empty_boxes(at_the_choice: Giver) -> None:
    page = at_the_choice.client.get(CHOOSE)
    words = text(page)
    notice = published()
    assert "Photo 1" in words
    assert "“7”, this is me" in words
    assert notice.title in words
    assert f"Version {notice.version}" in words
    html = page.content.decode()
    assert html.count('type="checkbox"') == 5
    assert not preselected(page)
    assert "<img" not in html.partition("<main")[2]


def test_agree_and_do_not_agree_are_of_the_same_size_and_weight(at_the_choice: Giver) -> None:
    html = at_the_choice.client.get(CHOOSE).content.decode()
    buttons = re.findall(r'class="([^"]*)"\s+name="answer"', html)
    assert len(buttons) == 2
    assert len(set(buttons)) == 1


def test_sharing_is_offered_only_for_photos_where_nobody_else_is_shown(at_the_choice: Giver) -> None:
    assert "Only for photo 1: in the others somebody else is shown." in text(at_the_choice.client.get(CHOOSE))


@pytest.mark.requirement("I4", "K2")
@pytest.mark.parametrize(("button", "words"), [("agree", "Tick research"), ("disagree", "Tick Delete"), ("", "Tick")])
def test_pressing_with_nothing_chosen_changes_nothing_and_says_what_to_do(
    at_the_choice: Giver, button: str, words: str
) -> None:
    answer = at_the_choice.client.post(CHOOSE, {"answer": button, "notice": notice_id()})
    assert answer.status_code == 400
    assert words in text(answer)
    assert "<title>Error:" in answer.content.decode()
    assert at_the_choice.contribution.state == SendingState.SENT
    assert not ConsentRecord.objects.exclude(state="requested").exists()
    assert Link.objects.get().claim is None


def test_a_get_changes_nothing_however_often(at_the_choice: Giver) -> None:
    before = Event.objects.count()
    for _ in range(10):
        at_the_choice.client.get(CHOOSE)
        at_the_choice.client.head(CHOOSE)
    assert Event.objects.count() == before
    assert Link.objects.get().claim is None


def test_agreeing_leads_to_thanks_with_a_receipt_and_a_code_shown_once(at_the_choice: Giver) -> None:
    client = at_the_choice.client
    answer = client.post(CHOOSE, {"answer": "agree", "research": "on", "sharing": "on", "notice": notice_id()})
    assert answer["Location"] == THANKS
    assert re.search(r"([0-9A-Z]{5}-){5}", str(dict(client.session))) is None
    first = client.get(THANKS)
    groups = re.findall(r"<span>([0-9A-Z]{5})</span>", first.content.decode())
    assert len(groups) == 6
    assert queries.in_use().count() == 2
    assert "".join(groups) not in str(dict(client.session))
    second = text(client.get(THANKS))
    assert groups[0] not in second
    assert "stands in the receipt in your mail" in second
    assert "<img" not in first.content.decode().partition("<main")[2]


def test_not_agreeing_takes_a_tick_too_and_deletes(at_the_choice: Giver) -> None:
    client = at_the_choice.client
    assert client.post(CHOOSE, {"answer": "disagree", "delete": "on", "notice": notice_id()})["Location"] == THANKS
    assert "being deleted now" in text(client.get(THANKS))
    tasks.erase()
    assert set(Photo.objects.values_list("state", flat=True)) == {"erased"}


def test_agreeing_and_deleting_at_once_is_asked_about(at_the_choice: Giver) -> None:
    ticked = {"answer": "agree", "research": "on", "delete": "on", "notice": notice_id()}
    assert at_the_choice.client.post(CHOOSE, ticked).status_code == 400
    assert at_the_choice.contribution.state == SendingState.SENT


def test_a_notice_that_changed_meanwhile_is_read_again_first(at_the_choice: Giver) -> None:
    answer = at_the_choice.client.post(CHOOSE, {"answer": "agree", "research": "on", "notice": str(uuid4())})
    assert "The notice has changed" in text(answer)
    assert at_the_choice.contribution.state == SendingState.SENT


def test_a_link_that_was_used_leads_to_a_page_that_says_so(at_the_choice: Giver) -> None:
    ticked = {"answer": "agree", "research": "on", "notice": notice_id()}
    at_the_choice.client.post(CHOOSE, ticked)
    assert at_the_choice.client.get(CHOOSE)["Location"] == STALE
    assert at_the_choice.client.post(CHOOSE, ticked)["Location"] == STALE
    assert Client().get(CHOOSE)["Location"] == STALE


# -- The person's page -----------------------------------------------------------------------------


def test_the_page_opens_by_a_choice_that_is_posted_and_nothing_chosen_keeps_the_link() -> None:
    giver = Giver().agrees()
    giver.client.post("/change-or-withdraw/", {"email": giver.address})
    giver.client.get(last_link())
    assert not preselected(giver.client.get(OPEN))
    assert giver.client.post(OPEN, {}).status_code == 400
    assert Link.objects.get(action="manage").claim is None
    assert giver.client.post(OPEN, {"what": "see"})["Location"] == MANAGE
    assert giver.client.get(OPEN)["Location"] == STALE


@pytest.mark.requirement("K5")
def test_withdrawing_from_a_link_takes_three_steps_open_choose_confirm() -> None:
    giver = Giver().agrees(2)
    giver.client.post("/change-or-withdraw/", {"email": giver.address})
    giver.client.get(last_link())
    words = text(giver.client.get(OPEN))
    assert "Use stops at once. Our copies are destroyed by" in words
    giver.client.post(OPEN, {"what": str(giver.ids[0])})
    assert list(queries.in_use().values_list("pk", flat=True)) == giver.ids[1:]


@pytest.mark.requirement("K3")
def test_the_page_shows_each_sending_in_words_and_no_image(at_home: Giver) -> None:
    page = at_home.client.get(MANAGE)
    words = text(page)
    assert "Photo 1" in words
    assert "Person 1: “7”, this is me" in words
    assert "research to protect children" in words
    assert "with us" in words
    assert "<img" not in page.content.decode().partition("<main")[2]
    assert "no-store" in page["Cache-Control"]


def test_a_held_photo_reads_as_every_other_does(at_home: Giver) -> None:
    before = at_home.client.get(MANAGE).content
    photo = at_home.photos[0]
    Verdict.objects.create(photo=photo, content=str(photo.full_id), policy="2026-1", state="held", by="system")
    again = at_home.client.get(MANAGE).content
    hide: Callable[[bytes], bytes] = lambda html: re.sub(rb'(csrfmiddlewaretoken" value=|nonce=)"[^"]*"', b"", html)  # noqa: E731
    assert hide(again) == hide(before)


def test_pages_stay_closed_to_everybody_else_and_close_after_half_an_hour(at_home: Giver) -> None:
    for path in FOR_THE_OWNER:
        assert Client().get(path).status_code in {302, 405}
        assert Client().post(path).status_code in {302, 405}
    with patch("contributions.views.doors.timezone.now", return_value=timezone.now() + timedelta(minutes=31)):
        assert at_home.client.get(MANAGE)["Location"] == STALE
    assert queries.in_use().count() == 2


def test_another_persons_photo_is_not_reached_from_ones_own_page(at_home: Giver) -> None:
    stranger = Giver(address="stranger@example.org").agrees()
    open_page(stranger)
    theirs = f"?photo={at_home.ids[0]}"
    stranger.client.post(WITHDRAW + theirs)
    stranger.client.post(SCOPES + theirs, {"sharing": "no", "notice": notice_id()})
    assert queries.in_use(scopes=EVERYTHING).filter(pk__in=at_home.ids).count() == 2


@pytest.mark.requirement("K3")
def test_one_photo_is_withdrawn_after_a_page_that_says_what_happens(at_home: Giver) -> None:
    path = f"{WITHDRAW}?photo={at_home.ids[0]}"
    words = text(at_home.client.get(path))
    assert "Use stops at once" in words
    assert "unless the law obliges us to keep them" in words
    assert queries.in_use().count() == 2
    assert at_home.client.post(path)["Location"] == MANAGE
    assert queries.in_use().count() == 1
    page = text(at_home.client.get(MANAGE))
    assert "use has stopped" in page
    assert "Our copies are destroyed by" in page
    until = date_format(timezone.localtime(Withdrawal.objects.get().erase_from), "DATETIME_FORMAT")
    assert f"You can take it back until {until} UTC." in page


@pytest.mark.requirement("K3")
def test_everything_is_withdrawn_at_once(at_home: Giver) -> None:
    at_home.client.post(f"{WITHDRAW}?all")
    assert queries.in_use().count() == 0
    assert Withdrawal.objects.count() == 2


def test_withdrawing_several_needs_a_tick(at_home: Giver) -> None:
    assert not preselected(at_home.client.get(WITHDRAW))
    assert at_home.client.post(WITHDRAW, {}).status_code == 400
    assert queries.in_use().count() == 2
    at_home.client.post(WITHDRAW, {"photos": [str(pk) for pk in at_home.ids]})
    assert queries.in_use().count() == 0


@pytest.mark.requirement("K5")
def test_a_withdrawal_is_taken_back_by_one_press(at_home: Giver) -> None:
    at_home.client.post(f"{WITHDRAW}?photo={at_home.ids[0]}")
    at_home.client.post(UNDO, {"photo": str(at_home.ids[0])})
    assert queries.in_use(scopes=EVERYTHING).count() == 2
    assert at_home.client.get(UNDO).status_code == 405


def test_after_the_wait_it_is_too_late_and_the_page_says_so(at_home: Giver) -> None:
    at_home.client.post(f"{WITHDRAW}?photo={at_home.ids[0]}")
    Withdrawal.objects.update(erase_from=timezone.now())
    answer = at_home.client.post(UNDO, {"photo": str(at_home.ids[0])}, follow=True)
    assert "The wait is over" in text(answer)
    assert queries.in_use().count() == 1


@pytest.mark.requirement("K5")
def test_not_to_wait_is_asked_once_and_then_erases(at_home: Giver) -> None:
    at_home.client.post(f"{WITHDRAW}?photo={at_home.ids[0]}")
    path = f"{NOW}?photo={at_home.ids[0]}"
    assert "You cannot take this back" in text(at_home.client.get(path))
    assert Photo.objects.filter(state="erased").count() == 0
    at_home.client.post(path)
    tasks.erase()
    assert Photo.objects.get(state="erased").pk == at_home.ids[0]
    words = text(at_home.client.get(MANAGE))
    assert "deleted" not in words
    assert "Our copies are destroyed by" in words


@pytest.mark.parametrize("path", [UNDO, NOW])
def test_nothing_named_is_nothing_chosen(at_home: Giver, path: str) -> None:
    at_home.client.post(f"{WITHDRAW}?all")
    before = list(Withdrawal.objects.values_list("erase_from", "cancelled_at"))
    assert at_home.client.post(path)["Location"] == MANAGE
    assert list(Withdrawal.objects.values_list("erase_from", "cancelled_at")) == before


@pytest.mark.requirement("K5")
def test_all_withdrawals_are_taken_back_by_the_button_that_says_so(at_home: Giver) -> None:
    at_home.client.post(f"{WITHDRAW}?all")
    assert '<input type="hidden" name="all" value="1">' in at_home.client.get(MANAGE).content.decode()
    at_home.client.post(UNDO, {"all": "1"})
    assert queries.in_use().count() == 2


@pytest.mark.requirement("K3")
def test_uses_are_changed_for_one_photo_and_updates_for_the_person(at_home: Giver) -> None:
    path = f"{SCOPES}?photo={at_home.ids[0]}"
    page = at_home.client.get(path)
    assert "Now: yes." in text(page)
    assert not preselected(page)
    assert at_home.client.post(path, {"notice": notice_id()}).status_code == 400
    at_home.client.post(path, {"sharing": "no", "notice": notice_id()})
    assert list(queries.in_use(scopes=["sharing"]).values_list("pk", flat=True)) == at_home.ids[1:]
    at_home.client.post(SCOPES, {"updates": "yes", "notice": notice_id()})
    assert "You asked to hear" in text(at_home.client.get(MANAGE))


@pytest.mark.requirement("K6")
def test_a_change_is_told_as_one_and_what_was_not_different_as_nothing(at_home: Giver) -> None:
    for _time, told in (("first", "Your change stands from now on."), ("again", "Nothing was different")):
        page = at_home.client.post(SCOPES, {"sharing": "no", "notice": notice_id()}, follow=True)
        assert told in text(page)
    assert {paper.what for paper in receipts_of(at_home.participant)} == {"changed", "agreed"}


@pytest.mark.requirement("K3")
def test_a_copy_holds_what_is_recorded_and_no_address(at_home: Giver) -> None:
    response = at_home.client.get(COPY)
    assert "attachment" in response["Content-Disposition"]
    copy = response.json()
    photo = copy["sendings"][0]["photos"][0]
    assert photo["people"][0]["age_as_written"] == "7"
    assert photo["agreed_to"] == list(EVERYTHING)
    assert {answer["state"] for answer in copy["answers"]} == {"requested", "given"}
    assert at_home.address not in response.content.decode()


def test_closing_the_page_closes_it(at_home: Giver) -> None:
    at_home.client.post(CLOSE)
    assert at_home.client.get(MANAGE)["Location"] == STALE


# -- By the code on the receipt --------------------------------------------------------------------


@pytest.mark.requirement("K4")
def test_the_code_withdraws_everything_without_a_mailbox() -> None:
    giver = Giver().drafts(2).sends()
    code = giver.answers("research").decided.code
    stranger = Client()
    shown = text(stranger.post(CODE, {"code": code.lower().replace("-", " ")}))
    assert "photo 1, sent on" in shown
    assert queries.in_use().count() == 2
    done = text(stranger.post(CODE, {"confirm": "1"}))
    assert "Use has stopped" in done
    assert queries.in_use().count() == 0
    assert set(ConsentRecord.objects.filter(state="withdrawn").values_list("method", flat=True)) == {"code"}
    assert stranger.post(CODE, {"confirm": "1"}).status_code == 302


def test_an_unknown_code_says_so_and_confirming_without_a_code_does_nothing() -> None:
    Giver().agrees()
    answer = Client().post(CODE, {"code": "AAAAA-AAAAA"})
    assert answer.status_code == 400
    assert "We do not know this code. Check it against your receipt." in text(answer)
    assert Client().post(CODE, {"confirm": "1"})["Location"] == CODE
    assert queries.in_use().count() == 1


@pytest.mark.requirement("K4")
def test_codes_cannot_be_tried_without_end() -> None:
    client = Client()
    statuses = [client.post(CODE, {"code": f"wrong {number}"}).status_code for number in range(TRIES + 1)]
    assert statuses == [400] * TRIES + [429]


# -- The same words for everybody ------------------------------------------------------------------


@pytest.mark.requirement("K10")
def test_erasure_is_spoken_of_in_the_same_words_everywhere(at_home: Giver) -> None:
    words = "Our copies are destroyed by"
    code_page = Giver(address="c@example.org").drafts().sends()
    code = code_page.answers("research").decided.code
    pages = [
        at_home.client.get(f"{WITHDRAW}?all"),
        at_home.client.get(f"{WITHDRAW}?photo={at_home.ids[0]}"),
        Client().post(CODE, {"code": code}),
    ]
    for page in pages:
        assert words in text(page)
        assert "unless the law obliges us to keep them" in text(page)


def test_a_sending_that_lapsed_cannot_be_answered_any_more(at_the_choice: Giver) -> None:
    Contribution.objects.update(sent_at=timezone.now() - timedelta(days=15))
    tasks.sweep()
    assert at_the_choice.client.get(CHOOSE)["Location"] == STALE
