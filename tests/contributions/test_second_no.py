"""Somebody says no to a photo that goes out for another's no already: it is recorded, and keeps it out alone."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from contributions import actions, queries
from contributions.actions.invited import answer_invitation
from contributions.models import Person, Withdrawal
from contributions.queries.person import cards_of
from identity.models import Mail
from tests.consent.notices import published
from tests.contributions.giver import EVERYTHING, Giver
from tests.contributions.invited import invitation_of, link_of
from tests.identity.mails import last_link

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"], transaction=True),
    pytest.mark.requirement("K3"),
]
SHOWN = "shown@example.org"
MANAGE, CODE, OPEN = "/your-photos/", "/withdraw/", "/your-photos/open/"
NOTHING = "There is nothing here to withdraw."
ALREADY = "It is out of use already. You can withdraw it, too; then it stays out."


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


class Both:
    """A photo that its giver and somebody shown in it agreed to, with the giver's code."""

    def __init__(self) -> None:
        self.giver = Giver().drafts()
        self.person: Person = self.giver.invites(SHOWN)
        self.code = self.giver.sends().answers(*EVERYTHING).decided.code
        replied = answer_invitation(link=link_of(self.person).pk, agreed=True, scopes=("research",), notice=published())
        self.code_of_shown = replied.decided.code
        self.giver.works()
        assert in_use()

    @property
    def shown(self) -> UUID:
        return invitation_of(self.person).participant

    def says_no(self, who: UUID) -> None:
        actions.withdraw(participant=who, photos=self.giver.ids, decision=uuid4(), method="page")

    def takes_back(self, who: UUID) -> Any:
        return actions.cancel(participant=who, photos=self.giver.ids, decision=uuid4(), method="page")


def in_use() -> bool:
    return queries.in_use().exists()


def at_the_door(address: str) -> Client:
    client = Client()
    client.post("/change-or-withdraw/", {"email": address})
    client.get(last_link())
    return client


def at_home(address: str) -> Client:
    client = at_the_door(address)
    client.post(OPEN, {"what": "see"})
    return client


@pytest.fixture(name="both")
def _both() -> Both:
    return Both()


@pytest.mark.parametrize("path", ["/your-photos/withdraw/?all=1", "/your-photos/withdraw/?photo={}"])
def test_the_givers_no_on_their_page_outlives_the_first_one(both: Both, path: str) -> None:
    both.says_no(both.shown)
    client = at_home(both.giver.address)
    assert ALREADY in text(client.get(MANAGE))
    assert "Use has stopped" in text(client.post(path.format(both.giver.ids[0]), follow=True))
    assert ALREADY not in text(client.get(MANAGE))
    assert both.takes_back(both.shown).still_out == tuple(both.giver.ids)
    assert not in_use()


def test_the_no_chosen_behind_the_link_outlives_the_first_one(both: Both) -> None:
    both.says_no(both.shown)
    client = at_the_door(both.giver.address)
    assert "Use has stopped" in text(client.post(OPEN, {"what": "all"}, follow=True))
    both.takes_back(both.shown)
    assert not in_use()


def test_the_no_of_somebody_shown_outlives_the_givers(both: Both) -> None:
    both.says_no(both.giver.participant)
    client = at_home(SHOWN)
    assert ALREADY in text(client.get(MANAGE))
    client.post(f"/your-photos/withdraw/?photo={both.giver.ids[0]}")
    both.takes_back(both.giver.participant)
    assert not in_use()


@pytest.mark.requirement("K4")
@pytest.mark.parametrize("second", ["giver", "shown"])
def test_a_no_by_code_outlives_the_first_one(both: Both, second: str) -> None:
    people = {"giver": both.giver.participant, "shown": both.shown}
    first = people["shown" if second == "giver" else "giver"]
    both.says_no(first)
    client = Client()
    client.post(CODE, {"code": both.code if second == "giver" else both.code_of_shown})
    assert "Use has stopped" in text(client.post(CODE, {"confirm": "1"}))
    both.takes_back(first)
    assert not in_use()


def test_when_both_take_it_back_the_photo_is_in_use_again(both: Both) -> None:
    for who in (both.shown, both.giver.participant):
        both.says_no(who)
    for who in (both.shown, both.giver.participant):
        both.takes_back(who)
    assert in_use()


def test_a_second_no_of_the_same_person_is_not_offered_and_nothing_is_claimed(both: Both) -> None:
    both.says_no(both.giver.participant)
    mails = Mail.objects.count()
    client = at_home(both.giver.address)
    words = text(client.post("/your-photos/withdraw/?all=1", follow=True))
    assert NOTHING in words
    assert "We sent a receipt" not in words
    assert Mail.objects.filter(kind=Mail.Kind.RECEIPT).count() <= mails
    (card,) = cards_of(both.giver.participant)
    assert not card.can_withdraw


@pytest.mark.requirement("K4")
def test_a_code_with_nothing_left_says_so_also_on_the_second_press(both: Both) -> None:
    client = Client()
    client.post(CODE, {"code": both.code})
    both.says_no(both.giver.participant)
    words = text(client.post(CODE, {"confirm": "1"}))
    assert "There is nothing left to withdraw: use of all your photos has stopped." in words


def test_what_was_sent_and_not_agreed_to_yet_is_stopped_with_everything_and_no_receipt_is_promised(both: Both) -> None:
    both.says_no(both.giver.participant)
    Giver(address=both.giver.address).drafts().sends()
    client = at_home(both.giver.address)
    words = text(client.post("/your-photos/withdraw/?all=1", follow=True))
    assert "Use has stopped" in words
    assert "We sent a receipt" not in words


@pytest.mark.requirement("K10")
def test_once_the_time_has_come_nobody_is_offered_a_no(both: Both) -> None:
    both.says_no(both.shown)
    Withdrawal.objects.update(erase_from=timezone.now())
    (card,) = cards_of(both.giver.participant)
    assert not card.can_withdraw
    assert ALREADY not in text(at_home(both.giver.address).get(MANAGE))
