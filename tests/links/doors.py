"""Every door that a mail carries, each made by the real actions; and all rows that somebody behind one could change."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import uuid4

from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone

from contributions.models import Claim
from contributions.transitions import ClaimState
from identity import actions as identity
from identity.queries import hears_reminders, hears_updates
from tests.consent.notices import published
from tests.contributions.giver import Giver
from tests.identity.mails import last_link, sent, whole

# What a look may write: the session, and how often a client asked.
LOOKS = {"sessions.Session", "identity.Attempt", "identity.DailyKey", "accounts.CacheRow"}


@dataclass(frozen=True)
class Door:
    """The path of a link in a mail, and whether the person behind it still comes through."""

    path: str
    still_opens: Callable[[], bool]


def rows() -> dict[str, list[str]]:
    """Every row of every table but those that a look may write."""
    return {
        model._meta.label: sorted(map(str, values))
        for model in _models()
        if (values := list(model._default_manager.order_by().values()))
    }


def _models() -> Iterable[type[models.Model]]:
    known = (model for model in apps.get_models() if model._meta.label not in LOOKS)
    return [model for model in known if model._meta.app_label != "contenttypes"]


def consent() -> Door:
    """The link by which a giver agrees or not."""
    giver = Giver().drafts().sends()
    path = last_link()

    def agrees() -> bool:
        giver.client.get(path)
        return giver.answers("research").decided.receipt is not None

    return Door(path, agrees)


def manage() -> Door:
    """The link to the person's own pages."""
    giver = Giver().agrees(2)
    giver.client.post("/change-or-withdraw/", {"email": giver.address})
    path = last_link()

    def opens() -> bool:
        giver.client.get(path)
        answer = giver.client.post("/your-photos/open/", {"what": "see"})
        return bool(answer.status_code == 302 and answer["Location"] == "/your-photos/")

    return Door(path, opens)


def invitation() -> Door:
    """The link by which somebody who is shown in a photo answers."""
    giver = Giver().drafts()
    giver.invites("shown@example.org")
    giver.sends().answers("research")
    path, client = last_link(), Client()

    def agrees() -> bool:
        client.get(path)
        choice = {"answer": "agree", "research": "on", "adult": "on", "notice": str(published().pk)}
        return client.post("/invitation/", choice).headers.get("Location") == "/invitation/thanks/"

    return Door(path, agrees)


def claim() -> Door:
    """The link by which somebody confirms that they think to be pictured."""
    client = Client()
    words = {"about": "me", "words": "A garden, I am six.", "sender": "", "email": "pictured@example.org"}
    client.post("/am-i-pictured/", words)
    path = last_link()

    def confirms() -> bool:
        client.get(path)
        client.post("/am-i-pictured/confirm/", {"choice": "look"})
        return Claim.objects.get().state == ClaimState.OPEN

    return Door(path, confirms)


def reminders() -> Door:
    """The link that stops reminders."""
    giver = Giver().agrees()
    context = {"what": "expires", "date": "1 May 2027", "sentences": []}
    identity.send_reminder(participant=giver.participant, decision=uuid4(), context=context)
    (found,) = re.findall(r"/reminders/[\w-]{20,}/", whole(sent()[-1]).split("List-Unsubscribe:")[1].splitlines()[0])

    def stops() -> bool:
        giver.client.post(found, {"List-Unsubscribe": "One-Click"})
        return not hears_reminders(giver.participant)

    return Door(found, stops)


def updates() -> Door:
    """The link that stops updates."""
    giver = Giver().agrees()
    identity.set_updates(participant=giver.participant, on=True)
    context = {"title": "News", "text": "It works.", "html": "<p>It works.</p>", "written_in": "en", "page": ""}
    identity.write_updates(update=uuid4(), approved_at=timezone.now(), contexts={"en": context}, limit=1)
    (found,) = re.findall(r"/updates/stop/[\w-]{20,}/", sent()[-1].message()["List-Unsubscribe"])

    def stops() -> bool:
        giver.client.post(found, {"List-Unsubscribe": "One-Click"})
        return not hears_updates(giver.participant)

    return Door(found, stops)
