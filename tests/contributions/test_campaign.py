"""Open, paused, closed: giving is off, every way out stays open, and only an administrator moves the campaign."""

import re
import time
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from audit.models import Event
from contributions import actions, queries
from contributions.actions.replaying_campaign import replay_campaign
from contributions.models import CampaignMove, Contribution, PauseReason, Photo
from contributions.queries.campaign_reach import reach
from contributions.transitions import CampaignState
from tests.builders import given
from tests.cast import Casting
from tests.contributions.giver import EVERYTHING, Giver
from tests.contributions.giving import Browser
from tests.contributions.test_person_pages import open_page
from tests.pictures import png

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
DESK = "/staff/campaign/"
BY = f"staff:{uuid4()}"
PAUSE = {"state": "paused", "reason": "safety"}
SENTENCE = "We are looking into a safety question."


def pause() -> None:
    actions.move_campaign(state=CampaignState.PAUSED, reason=PauseReason.SAFETY, by=BY)


def close() -> None:
    actions.move_campaign(state=CampaignState.CLOSED, by=BY)


STOPS = pytest.mark.parametrize("stop", [pause, close])


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


class TestMoving:
    """The action: what it allows, and that it stands in the log."""

    def test_without_a_move_it_is_open(self) -> None:
        assert queries.campaign() == queries.Campaign(CampaignState.OPEN)

    @pytest.mark.requirement("C11")
    def test_each_move_is_a_row_and_an_entry(self) -> None:
        pause()
        actions.move_campaign(state=CampaignState.OPEN, by=BY)
        close()
        rows = list(CampaignMove.objects.order_by("pk").values_list("state", "reason", "by"))
        assert rows == [("paused", "safety", BY), ("open", "", BY), ("closed", "", BY)]
        told = [entry.data for entry in Event.objects.filter(action="campaign:moved").order_by("index")]
        assert [(data["state"], data["reason"]) for data in told] == [
            ("paused", "safety"),
            ("open", "none"),
            ("closed", "none"),
        ]

    @STOPS
    def test_it_never_moves_to_where_it_stands(self, stop: Any) -> None:
        stop()
        with pytest.raises(actions.TransitionNotAllowed):
            stop()
        assert CampaignMove.objects.count() == 1

    @pytest.mark.parametrize(
        ("state", "reason"), [(CampaignState.PAUSED, None), (CampaignState.CLOSED, PauseReason.ETHICS)]
    )
    def test_a_pause_and_nothing_else_has_a_reason(self, state: CampaignState, reason: PauseReason | None) -> None:
        with pytest.raises(actions.NotAReason):
            actions.move_campaign(state=state, reason=reason, by=BY)

    @pytest.mark.requirement("L10")
    def test_nothing_moves_when_the_log_cannot_record_it(self) -> None:
        with patch("contributions.actions.campaigning.record", side_effect=DatabaseError), pytest.raises(DatabaseError):
            close()
        assert queries.campaign().is_open

    def test_a_restored_backup_learns_from_the_log_where_it_stands(self) -> None:
        pause()
        close()
        CampaignMove.objects.all().delete()
        size = Event.objects.count()
        assert [line.split()[0] for line in queries.missing_by_log()] == ["campaign_not_moved"] * 2
        assert (replay_campaign(first=0, size=size), replay_campaign(first=0, size=size)) == (2, 0)
        assert queries.campaign().is_closed
        assert list(queries.missing_by_log()) == []


@pytest.mark.requirement("C11")
class TestGivingIsOff:
    """What is refused while the campaign is paused or closed, and what was begun."""

    @STOPS
    def test_no_sending_begins(self, stop: Any) -> None:
        stop()
        browser = Browser().start()
        assert "sending" not in browser.session
        with pytest.raises(actions.CampaignNotOpen):
            actions.start(language="en", client="127.0.0.1")
        assert not Contribution.objects.exists()

    @STOPS
    def test_no_photo_is_added_and_what_is_here_is_marked_and_sent(self, stop: Any) -> None:
        browser = Browser().start()
        photo = browser.chosen()
        stop()
        refusal = browser.choose(png(80, 60))
        assert refusal.status_code >= 400
        assert "not taking new photos" in refusal.json()["error"]
        browser.go("person_edit", browser.mark(photo).pk, fields={"age": "7", "who": "me"})
        browser.send()
        assert browser.sending.state == "sent"
        assert Photo.objects.count() == 1

    def test_the_pages_say_why(self) -> None:
        pause()
        for path in ("/", "/give/"):
            page = Client().get(path)
            assert SENTENCE in text(page)
            assert "I am 18 or over" not in text(page)
        html = Client().get("/").content.decode()
        assert html.count('href="/give/"') == 1

    def test_opened_again_it_takes_photos(self) -> None:
        close()
        actions.move_campaign(state=CampaignState.OPEN, by=BY)
        assert Browser().start().choose().status_code == 201


@pytest.mark.requirement("C11")
@STOPS
def test_every_way_out_stays_open(stop: Any) -> None:
    giver = Giver().drafts(2).sends()
    stop()
    code = giver.answers(*EVERYTHING).decided.code
    open_page(giver)
    page = giver.client.get("/your-photos/")
    assert page.status_code == 200
    receipt = re.search(r'href="(/your-photos/receipts/[^"]+)"', page.content.decode())
    assert receipt
    for path in (receipt[1], "/your-photos/copy/", "/your-photos/withdraw/?what=all"):
        assert giver.client.get(path).status_code == 200, path
    paths = ("/change-or-withdraw/", "/withdraw/", "/am-i-pictured/", "/log/", "/notice/", "/questions/", "/updates/")
    assert [Client().get(path).status_code for path in paths] == [200] * len(paths)
    assert queries.in_use().count() == 2
    pressed = Client().post("/withdraw/", {"code": code})
    assert pressed.status_code in {200, 302}
    actions.withdraw(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
    assert not queries.in_use().exists()


@pytest.mark.requirement("C11")
class TestTheClosedPage:
    """It says from the data what happens now."""

    def test_it_counts_what_is_in_use_and_being_checked_and_says_until_when(self) -> None:
        given(png(320, 240), png(330, 240)).agree()
        waiting = given(png(340, 240))
        close()
        sent_at = Contribution.objects.get(pk=waiting.sending.pk).sent_at
        assert sent_at
        page = text(Client().get("/"))
        assert "The campaign is over" in page
        assert "2. Only photos whose owners agreed" in page
        assert "look at 2 photos" in page
        assert f"until {date_format(sent_at + timedelta(days=14), 'DATE_FORMAT')}" in page
        assert "The first agreements end on" in page
        assert "No version of the collection has been given to researchers yet." in page

    def test_it_offers_every_way_out_and_none_in(self) -> None:
        close()
        html = Client().get("/").content.decode()
        main = html[html.index("<main") : html.index("</main")]
        for path in ("/change-or-withdraw/", "/withdraw/", "/am-i-pictured/", "/log/", "/updates/"):
            assert f'href="{path}"' in main
        assert "/give/" not in main


class TestTheDesk:
    """The administrator's page."""

    @pytest.mark.requirement("C11", "W1")
    def test_an_administrator_moves_it_on_the_second_press(self, staff: Casting) -> None:
        administrator = staff("administrator")
        asked = administrator.client.post(DESK, PAUSE)
        assert SENTENCE in text(asked)
        assert queries.campaign().is_open
        assert administrator.client.post(DESK, PAUSE | {"confirm": "1"})["Location"] == DESK
        standing = queries.campaign()
        assert (standing.state, standing.reason) == (CampaignState.PAUSED, PauseReason.SAFETY)
        assert CampaignMove.objects.get().by == administrator.actor
        assert SENTENCE in text(administrator.client.get(DESK))

    @pytest.mark.requirement("W1")
    @pytest.mark.parametrize("role", ["annotator", "officer", "lead", "curator", "auditor"])
    def test_nobody_else_may(self, staff: Casting, role: str) -> None:
        member = staff(role)
        assert member.client.get(DESK).status_code == 403
        assert member.client.post(DESK, PAUSE | {"confirm": "1"}).status_code == 403
        assert queries.campaign().is_open

    def test_it_asks_for_a_fresh_second_factor(self, staff: Casting) -> None:
        administrator = staff("administrator")
        administrator.change_session(
            account_authentication_methods=[{"method": "mfa", "at": time.time() - 301, "type": "totp"}]
        )
        assert administrator.client.post(DESK, PAUSE | {"confirm": "1"})["Location"].startswith("/staff/confirm/")
        assert queries.campaign().is_open

    @pytest.mark.parametrize("fields", [{}, {"state": "open"}, {"state": "paused"}, {"state": "paused", "reason": "x"}])
    def test_what_cannot_be_asked_changes_nothing(self, staff: Casting, fields: dict[str, str]) -> None:
        answer = staff("administrator").client.post(DESK, fields | {"confirm": "1"})
        assert answer.status_code == 422
        assert "Error:" in answer.content.decode()
        assert not CampaignMove.objects.exists()

    @pytest.mark.requirement("W7")
    def test_it_shows_how_far_people_get_and_hides_cells_under_five(self, staff: Casting) -> None:
        for _number in range(4):
            actions.start(language="en", client=uuid4().hex)
        given().agree()
        page = text(staff("administrator").client.get(DESK))
        assert "How far people get" in page
        assert [stage.count for stage in reach()] == [5, None, None, None, None]
        assert page.count("under 5") == 2 * 4 + 1


@pytest.mark.requirement("W7")
def test_each_stage_counts_the_sendings_of_the_last_month_that_came_that_far() -> None:
    with patch("contributions.queries.campaign_reach.FEWEST", 0):
        given().agree()
        given()
        Giver().drafts()
        bare = Giver().drafts(rebuilt=False)
        removed = Giver().drafts()
        actions.remove_photo(photo=removed.adds(png(99, 40), number=2, rebuilt=False))
        actions.start(language="en", client=uuid4().hex)
        assert [stage.count for stage in reach()] == [6, 5, 4, 2, 1]
        actions.stop(sending=bare.sending)
        assert [stage.count for stage in reach()] == [6, 5, 4, 2, 1]
        Contribution.objects.update(created_at=timezone.now() - timedelta(days=31))
        assert [stage.count for stage in reach()] == [0, 0, 0, 0, 0]
