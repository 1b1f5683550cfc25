"""One mail about a month later, for whoever asked for it, and never another."""

import re
import uuid
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from audit.models import Event
from identity import actions
from identity.actions import NotToBeWritten
from identity.actions.limits import LINKS_PER_ADDRESS, count_invitation
from identity.models import Identity, Link, Mail, WaitingEvent
from identity.queries import more_due, more_due_on
from tests.identity.mails import sent, whole
from tests.identity.people import behind
from tests.identity.test_consent_links import released

pytestmark = pytest.mark.django_db(databases=["default", "identity"])
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def person(address: str = "anna@example.org") -> uuid.UUID:
    participant = behind(released(address)).pk
    sent()
    return participant


def wishing(address: str = "anna@example.org") -> uuid.UUID:
    """Somebody whose wish is due."""
    participant = person(address)
    actions.ask_for_more(participant=participant)
    Identity.objects.filter(pk=participant).update(more_due_at=timezone.now())
    return participant


def written() -> int:
    return Mail.objects.filter(kind=Mail.Kind.MORE).count()


def events() -> list[str]:
    found = WaitingEvent.objects.filter(action__startswith="more:").order_by("created_at")
    return list(found.values_list("action", flat=True))


def test_it_is_due_in_a_month_and_the_same_wish_again_changes_nothing() -> None:
    participant = person()
    actions.ask_for_more(participant=participant)
    due = more_due_on(participant)
    assert due is not None
    assert timedelta(days=settings.REMIND_MORE_DAYS - 1) < due - timezone.now() <= timedelta(settings.REMIND_MORE_DAYS)
    actions.ask_for_more(participant=participant)
    assert more_due_on(participant) == due
    assert events() == ["more:asked"]
    assert not actions.send_more(participant=participant)
    assert (more_due(5), written()) == ([], 0)


def test_the_mail_is_written_once_and_not_again_until_it_is_asked_for_again() -> None:
    participant = wishing()
    assert [found for found, _at in more_due(5)] == [participant]
    assert [actions.send_more(participant=participant) for _ in range(3)] == [True, False, False]
    assert (written(), more_due(5), events()) == (1, [], ["more:asked", "more:over"])
    actions.ask_for_more(participant=participant)
    assert more_due_on(participant) is not None


def test_nobody_is_written_to_who_did_not_ask() -> None:
    assert not actions.send_more(participant=person())
    assert not actions.send_more(participant=uuid.uuid4())
    assert written() == 0


@pytest.mark.requirement("I7")
def test_its_subject_says_nothing_and_one_click_stops_it_and_every_reminder() -> None:
    participant = wishing()
    actions.send_more(participant=participant)
    message = sent()[-1]
    assert message.subject == "Your link"
    text = whole(message)
    for words in ("/give/", "/change-or-withdraw/", "/reminders/"):
        assert text.count(words) >= 2, words
    # The campaign's own name stands below, as in every mail.
    assert not re.search(r"photo|picture|child", str(message.body).replace("My Pictures Matter", ""), re.IGNORECASE)
    assert message.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    target = urlsplit(str(message.message()["List-Unsubscribe"]).strip("<>")).path
    actions.ask_for_more(participant=participant)
    assert Client(enforce_csrf_checks=True).post(target, ONE_CLICK).status_code == 200
    assert more_due_on(participant) is None
    assert Identity.objects.get().reminders_stopped_at is not None


def test_stopping_reminders_drops_the_wish_and_the_mail_on_its_way_again_and_again() -> None:
    participant = wishing()
    actions.send_more(participant=participant)
    actions.set_reminders(participant=participant, on=False)
    assert written() == 0
    actions.ask_for_more(participant=participant)
    actions.set_reminders(participant=participant, on=False)
    assert more_due_on(participant) is None


def test_a_wish_after_reminders_were_stopped_is_one_mail_and_starts_no_other_reminder() -> None:
    participant = person()
    actions.set_reminders(participant=participant, on=False)
    actions.ask_for_more(participant=participant)
    Identity.objects.update(more_due_at=timezone.now())
    assert actions.send_more(participant=participant)
    assert not actions.send_reminder(participant=participant, decision=uuid.uuid4(), context={"what": "expires"})


def test_a_wish_that_is_taken_back_writes_nothing() -> None:
    participant = wishing()
    for _ in range(2):
        actions.drop_more(participant=participant, by=f"participant:{participant}")
    assert not actions.send_more(participant=participant)
    assert events() == ["more:asked", "more:over"]


@pytest.mark.parametrize("why", ["unknown", "do not write", "bounced", "quiet"])
def test_who_is_not_to_be_written_to_can_neither_ask_nor_is_written_to(why: str) -> None:
    sending = released()
    participant = behind(sending).pk
    actions.ask_for_more(participant=participant)
    Identity.objects.update(more_due_at=timezone.now())
    match why:
        case "unknown":
            actions.drop_keep(subject=sending)
        case "do not write":
            actions.stop_invitations(participant=participant)
        case "bounced":
            Identity.objects.update(bounced_at=timezone.now())
        case _:
            actions.hush(subject=sending)
    assert not actions.send_more(participant=participant)
    assert (written(), more_due(5)) == (0, [])
    with pytest.raises(NotToBeWritten):
        actions.ask_for_more(participant=participant)


@pytest.mark.requirement("I7")
def test_an_address_written_to_as_often_as_may_be_is_tried_again_later() -> None:
    participant = wishing()
    index = bytes(Identity.objects.get().blind_index)
    for _ in range(LINKS_PER_ADDRESS):
        count_invitation(blind_index=index)
    assert not actions.send_more(participant=participant)
    assert (written(), len(more_due(5))) == (0, 1)


@pytest.mark.requirement("I9")
def test_a_crash_while_it_is_written_leaves_the_wish_and_no_mail() -> None:
    participant = wishing()
    with patch("identity.actions.more.drop_more", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        actions.send_more(participant=participant)
    assert (written(), len(more_due(5))) == (0, 1)
    assert not Link.objects.filter(action=Link.Action.REMINDERS).exists()
    assert actions.send_more(participant=participant)
    assert written() == 1


@pytest.mark.django_db(databases=["default", "identity"], transaction=True)
def test_a_restored_backup_does_not_write_again() -> None:
    participant = wishing()
    actions.send_more(participant=participant)
    actions.record_waiting()
    Identity.objects.update(more_due_at=timezone.now())
    size = Event.objects.count() + 1
    assert actions.replay(first=0, size=size) == 1
    assert more_due(5) == []
    assert actions.replay(first=0, size=size) == 0
