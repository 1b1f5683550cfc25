"""The page behind an update's link: whether to go on hearing of the photos. It changes nothing else."""

import uuid
from urllib.parse import urlsplit

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from identity import actions
from identity.actions import LinkExpired
from identity.actions.replaying import STOPS
from identity.models import Identity, Link, Mail
from identity.queries import hears_updates
from tests.identity.mails import sent
from tests.identity.people import behind
from tests.identity.test_consent_links import released

pytestmark = pytest.mark.django_db(databases=["default", "identity"])
CONTEXT = {"title": "News", "text": "It works.", "html": "<p>It works.</p>", "written_in": "en", "page": "/updates/"}


def told() -> uuid.UUID:
    """Somebody who was mailed an update."""
    participant = behind(released()).pk
    actions.set_updates(participant=participant, on=True)
    actions.write_updates(update=uuid.uuid4(), approved_at=timezone.now(), contexts={"en": CONTEXT}, limit=5)
    return participant


def address() -> str:
    """The path in the newest mail's List-Unsubscribe."""
    return urlsplit(str(sent()[-1].message()["List-Unsubscribe"]).strip("<>")).path


@pytest.mark.requirement("I4")
def test_looking_and_pressing_without_a_choice_change_nothing(client: Client) -> None:
    participant = told()
    path = client.get(address())["Location"]
    page = client.get(path)
    assert page.status_code == 200
    assert "checked" not in page.content.decode()
    assert client.post(path).status_code == 400
    assert "Nothing changed" in client.post(path, {"choice": "go_on"}).content.decode()
    assert hears_updates(participant)


def test_choosing_to_stop_stops_updates_and_not_reminders(client: Client) -> None:
    participant = told()
    path = client.get(address())["Location"]
    for _ in range(2):
        assert "We send you no more news" in client.post(path, {"choice": "stop"}).content.decode()
    assert not hears_updates(participant)
    assert Identity.objects.get().reminders_stopped_at is None


def test_each_link_opens_its_own_door_only(client: Client) -> None:
    participant = told()
    target = address()
    assert client.get("/updates/stop/")["Location"] == "/link/stale/"
    elsewhere = target.replace("/updates/stop/", "/reminders/")
    assert client.post(elsewhere, {"List-Unsubscribe": "One-Click"}).status_code == 404
    client.get(target)
    assert client.post("/reminders/", {"choice": "stop"})["Location"] == "/link/stale/"
    Link.objects.update(expires_at=timezone.now())
    assert client.post(target, {"List-Unsubscribe": "One-Click"}).status_code == 404
    with pytest.raises(LinkExpired):
        actions.stop_updates(link=Link.objects.get(action=Link.Action.UPDATES).pk)
    assert hears_updates(participant)


def test_a_restored_backup_does_not_send_what_was_stopped_since() -> None:
    participant = told()
    identity = Identity.objects.get(pk=participant)
    STOPS["updates:stopped"](identity)
    assert not Mail.objects.filter(kind=Mail.Kind.UPDATE).exists()
    assert not hears_updates(participant)


def test_who_asks_for_a_link_while_updates_go_out_does_not_wait_for_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("anna", "berta"):
        actions.set_updates(participant=behind(released(f"{name}@example.org")).pk, on=True)
    sent()
    actions.write_updates(update=uuid.uuid4(), approved_at=timezone.now(), contexts={"en": CONTEXT}, limit=5)
    subjects: list[str] = []

    class Asked:
        """A mail server at which somebody asks for a link while the first update passes."""

        def send_messages(self, messages: list[EmailMessage]) -> int:
            """Take it."""
            if not subjects:
                actions.request_manage_link(address="anna@example.org", client="192.0.2.1", language="en")
            subjects.extend(str(message.subject) for message in messages)
            return len(messages)

    monkeypatch.setattr("identity.tasks.get_connection", Asked)
    sent()
    assert subjects == ["News that you asked for", "Your link", "News that you asked for"]
