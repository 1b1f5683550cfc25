"""A mailed link says no more than a page: erased or kept under a lock, it leads through the same hops (K10)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from contributions import actions, tasks
from contributions.models import Invitation, Photo, Withdrawal
from identity.models import Keep
from screening.models import Verdict
from tests.contributions.giver import Giver
from tests.contributions.invited import asked, asked_about, invitation_of, link_of
from tests.identity.mails import last_link, sent

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"], transaction=True),
    pytest.mark.requirement("K10"),
]
Seen = tuple[list[tuple[str, int]], list[str]]


def lock(photo: Photo) -> None:
    Verdict.objects.create(photo=photo, content=str(photo.full_id), policy="x", state="locked", by="system")


def work() -> None:
    """A round of every worker that ends what is over."""
    for _ in range(2):
        tasks.sweep()
        tasks.erase()
        tasks.sweep_across()
    actions.complete(grace=timedelta(0))


def hops(path: str) -> list[tuple[str, int]]:
    return list(Client().get(path, follow=True).redirect_chain)


def of_a_sending(address: str, *, locked: bool) -> tuple[str, Seen]:
    """The photo's state, and what the link shows, of a sending that its giver stopped; another one goes on."""
    Giver(address=address).agrees()
    giver = Giver(address=address).drafts().sends()
    path = last_link()
    if locked:
        lock(giver.photos[0])
    actions.stop(sending=giver.sending)
    work()
    return Photo.objects.get(pk=giver.ids[0]).state, (hops(path), [])


def of_an_invitation(address: str, *, locked: bool) -> tuple[str, Seen]:
    """The photo's state, and what link and mails show, of an invitation whose photo was withdrawn; another waits."""
    asked(address)
    person = asked(address)
    sent()
    path, photo = last_link(), person.photo
    if locked:
        lock(photo)
    actions.put_off(link=link_of(person).pk)
    giver = photo.contribution.participant
    assert giver is not None
    actions.withdraw(participant=giver, photos=[photo.pk], decision=uuid4(), method="page")
    Withdrawal.objects.update(erase_from=timezone.now())
    work()
    before = len(sent())
    Invitation.objects.filter(remind_at__isnull=False).update(remind_at=timezone.now())
    seen = hops(path)
    tasks.sweep_across()
    return Photo.objects.get(pk=photo.pk).state, (seen, [str(message.subject) for message in sent()[before:]])


@pytest.mark.parametrize("way", [of_a_sending, of_an_invitation], ids=["sending", "invitation"])
def test_a_link_leads_the_same_way_whether_the_photo_was_erased_or_is_locked(way: object) -> None:
    assert callable(way)
    erased, locked = way("anna@example.org", locked=False), way("bob@example.org", locked=True)
    assert erased[0] == "erased" != locked[0]
    assert erased[1] == locked[1]
    assert erased[1][0][-1][0] == "/link/stale/"


@pytest.mark.parametrize("locked", [False, True], ids=["erased", "locked"])
def test_a_link_lives_on_for_the_other_photo_that_its_mail_asks_about(locked: bool) -> None:
    first, _second = asked_about(2, "anna@example.org")
    path, giver = last_link(), first.photo.contribution.participant
    assert giver is not None
    if locked:
        lock(first.photo)
    actions.withdraw(participant=giver, photos=[first.photo_id], decision=uuid4(), method="page")
    Withdrawal.objects.update(erase_from=timezone.now())
    work()
    assert hops(path)[-1][0] == "/invitation/"
    assert Keep.objects.get(pk=invitation_of(first).pk).quiet_since is None
