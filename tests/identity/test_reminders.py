"""Reminders stop with one click, which changes nothing else."""

import re
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from identity import actions
from identity.actions import LinkExpired
from identity.models import Identity, Link, Mail, WaitingEvent
from identity.queries import hears_updates
from tests.identity.mails import sent, whole
from tests.identity.test_consent_links import released

pytestmark = pytest.mark.django_db(databases=["default", "identity"])
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
CONTEXT = {"what": "expires", "date": "1 June 2027", "sentences": ["It is about 2 photos."]}


def person() -> uuid.UUID:
    if not Identity.objects.exists():
        released()
        sent()
    return Identity.objects.get().participant


def remind(what: str = "expires") -> bool:
    return actions.send_reminder(participant=person(), decision=uuid.uuid4(), context=CONTEXT | {"what": what})


def address() -> str:
    """The path in the newest mail's List-Unsubscribe."""
    header = str(sent()[-1].message()["List-Unsubscribe"])
    assert header.startswith(f"<{settings.SITE_URL}/")
    return urlsplit(header.strip("<>")).path


@pytest.mark.parametrize("what", ["expires", "notice_changed"])
def test_a_reminder_says_until_when_and_how_to_stop_them(what: str) -> None:
    remind(what)
    message = sent()[-1]
    assert message.subject == "Please answer again"
    text = whole(message)
    for words in ("1 June 2027", "It is about 2 photos.", "/change-or-withdraw/", "/reminders/"):
        assert text.count(words) >= 2, words


def test_a_decision_is_reminded_of_once() -> None:
    decision = uuid.uuid4()
    for _ in range(2):
        assert actions.send_reminder(participant=person(), decision=decision, context=CONTEXT)
    assert Mail.objects.filter(kind=Mail.Kind.REMINDER).count() == 1


@pytest.mark.requirement("I7")
def test_only_reminders_carry_the_headers_of_one_click() -> None:
    remind()
    first, reminder = sent()
    assert reminder.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https?://\S+/reminders/\S+/>", reminder.message()["List-Unsubscribe"])
    assert first.message()["List-Unsubscribe"] is None
    assert first.message()["List-Unsubscribe-Post"] is None


@pytest.mark.requirement("I7")
def test_one_click_without_cookie_or_secret_stops_reminders_twice_over() -> None:
    remind()
    target = address()
    for _ in range(2):
        answer = Client(enforce_csrf_checks=True).post(target, ONE_CLICK)
        assert answer.status_code == 200
        assert not answer.cookies
    assert Identity.objects.get().reminders_stopped_at is not None
    assert WaitingEvent.objects.filter(action="reminders:stopped").count() == 1
    assert not remind()


@pytest.mark.requirement("I7")
def test_one_click_touches_neither_consent_nor_updates_nor_links() -> None:
    actions.set_updates(participant=person(), on=True)
    remind()
    before = list(Link.objects.order_by("pk").values_list("pk", "claim", "closed_at"))
    Client().post(address(), ONE_CLICK)
    assert hears_updates(person())
    assert list(Link.objects.order_by("pk").values_list("pk", "claim", "closed_at")) == before
    assert set(WaitingEvent.objects.values_list("action", flat=True)) == {
        "link:requested", "updates:chosen", "reminders:stopped",
    }  # fmt: skip


def test_the_choice_on_the_persons_own_page_is_kept_until_it_is_taken_back() -> None:
    participant = person()
    for on in (True, False, False, True, True):
        actions.set_reminders(participant=participant, on=on)
    assert Identity.objects.get().reminders_stopped_at is None
    found = WaitingEvent.objects.filter(action__startswith="reminders:").order_by("created_at")
    assert [event.action for event in found] == ["reminders:stopped", "reminders:allowed"]
    actions.set_reminders(participant=uuid.uuid4(), on=False)


def test_a_reminder_on_its_way_is_dropped() -> None:
    remind()
    link = Link.objects.get(action=Link.Action.REMINDERS).pk
    actions.stop_reminders(link=link)
    assert not Mail.objects.filter(kind=Mail.Kind.REMINDER).exists()


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "Yes"}, {"choice": "stop"}])
def test_a_post_with_another_body_changes_nothing(body: dict[str, str]) -> None:
    remind()
    assert Client().post(address(), body).status_code == 400
    assert Identity.objects.get().reminders_stopped_at is None


def test_a_link_that_is_too_old_stops_nothing_and_is_not_redirected() -> None:
    remind()
    target = address()
    Link.objects.update(expires_at=timezone.now())
    assert Client().post(target, ONE_CLICK).status_code == 404
    with pytest.raises(LinkExpired):
        actions.stop_reminders(link=Link.objects.get(action=Link.Action.REMINDERS).pk)


def test_the_token_of_another_action_stops_nothing() -> None:
    released()
    path = urlsplit(re.findall(r"https?://\S+/l/\S+", str(sent()[0].body))[0]).path
    assert Client().post(path.replace("/l/", "/reminders/"), ONE_CLICK).status_code == 404


def test_the_link_lives_for_its_days() -> None:
    remind()
    left = Link.objects.get(action=Link.Action.REMINDERS).expires_at - timezone.now()
    assert timedelta(days=settings.UNSUBSCRIBE_DAYS - 1) < left <= timedelta(days=settings.UNSUBSCRIBE_DAYS)


@pytest.mark.parametrize("why", ["unknown", "stopped", "do not write", "bounced"])
def test_nobody_is_reminded_who_cannot_or_will_not_be(why: str) -> None:
    participant = person()
    match why:
        case "unknown":
            participant = uuid.uuid4()
        case "stopped":
            Identity.objects.update(reminders_stopped_at=timezone.now())
        case "do not write":
            actions.stop_invitations(participant=participant)
        case _:
            Identity.objects.update(bounced_at=timezone.now())
    assert not actions.send_reminder(participant=participant, decision=uuid.uuid4(), context=CONTEXT)


class TestThePage:
    """Opened from the mail's text."""

    def opened(self, client: Client) -> str:
        remind()
        answer = client.get(address())
        assert answer.status_code == 302
        return str(answer["Location"])

    @pytest.mark.requirement("I4")
    def test_looking_changes_nothing_and_nothing_is_chosen_beforehand(self, client: Client) -> None:
        path = self.opened(client)
        for _ in range(3):
            answer = client.get(path)
        assert answer.status_code == 200
        assert "checked" not in answer.content.decode()
        assert Identity.objects.get().reminders_stopped_at is None

    @pytest.mark.requirement("I4")
    def test_pressing_the_button_without_a_choice_changes_nothing(self, client: Client) -> None:
        path = self.opened(client)
        answer = client.post(path)
        assert answer.status_code == 400
        assert "Choose one." in answer.content.decode()
        assert Identity.objects.get().reminders_stopped_at is None

    def test_choosing_to_stop_stops_reminders(self, client: Client) -> None:
        path = self.opened(client)
        for _ in range(2):
            assert "Reminders are stopped" in client.post(path, {"choice": "stop"}).content.decode()
        assert Identity.objects.get().reminders_stopped_at is not None

    def test_choosing_to_go_on_changes_nothing(self, client: Client) -> None:
        path = self.opened(client)
        assert "Nothing changed" in client.post(path, {"choice": "go_on"}).content.decode()
        assert Identity.objects.get().reminders_stopped_at is None

    def test_without_an_opened_link_there_is_no_page(self, client: Client) -> None:
        assert client.get("/reminders/")["Location"] == "/link/stale/"
        assert client.get("/reminders/unknown/")["Location"] == "/link/stale/"

    def test_the_form_needs_its_secret(self) -> None:
        client = Client(enforce_csrf_checks=True)
        assert client.post(self.opened(client), {"choice": "stop"}).status_code == 403
