"""Thank you: what the photos came to, and the one mail that can be asked for."""

import re
from datetime import date, timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from contributions import actions, tasks
from contributions.queries.news import PublicNews, ReleaseNews, UpdateNews
from identity import actions as identity
from identity.models import Identity, Mail
from tests.contributions.giver import Giver
from tests.identity.mails import last_link

pytestmark = pytest.mark.django_db(databases=["default", "identity"])
MORE = "/consent/thanks/more/"
NEWS = PublicNews(
    updates=[
        UpdateNews("What we found", date(2026, 10, 1), "/updates/#a"),
        UpdateNews("Older", date(2026, 1, 1), "/updates/#b"),
    ],
    releases=[ReleaseNews("Version 1", date(2026, 9, 1), 40)],
)


@pytest.fixture
def giver() -> Giver:
    """Somebody who agreed a moment ago, on the page of thanks."""
    found = Giver().drafts().sends()
    found.opens_link()
    return decided(found, "agree")


def decided(giver: Giver, answer: str) -> Giver:
    page = giver.client.get("/consent/").content.decode()
    notice = re.search(r'name="notice" value="([^"]+)"', page)
    assert notice is not None
    giver.client.post("/consent/", {"notice": notice[1], "research": "on", "answer": answer})
    return giver


def due(giver: Giver, *, late: float = 0) -> None:
    """Let the wish be due."""
    giver.client.post(MORE, {"more": "on"})
    Identity.objects.filter(pk=giver.participant).update(more_due_at=timezone.now() - timedelta(days=late))


def written() -> int:
    return Mail.objects.filter(kind=Mail.Kind.MORE).count()


def test_it_says_what_the_collection_is_and_what_is_new(giver: Giver) -> None:
    with patch("contributions.views.answering.news", return_value=NEWS):
        page = giver.client.get("/consent/thanks/").content.decode()
    assert re.search(r"Photos in the collection</dt>\s*<dd>\s*1\s*</dd>", page)
    assert re.search(r"Versions given to researchers</dt>\s*<dd>\s*1\s*</dd>", page)
    assert '<a href="/updates/#a">What we found</a>' in page
    assert "Older" not in page
    assert f"{settings.SITE_URL}/</strong>" in page
    assert 'type="checkbox" name="more"' in page
    assert " checked" not in page


def test_without_a_version_and_news_it_says_so(giver: Giver) -> None:
    with patch("contributions.views.answering.news", return_value=PublicNews()):
        page = giver.client.get("/consent/thanks/").content.decode()
    assert "No version has gone to researchers yet." in page
    assert "The newest from the research" not in page


@pytest.mark.requirement("I7")
def test_only_a_ticked_box_asks_to_be_written_to(giver: Giver) -> None:
    assert giver.client.post(MORE, {}).status_code == 400
    for _ in range(3):
        assert giver.client.get(MORE).status_code == 200
    assert Identity.objects.get().more_due_at is None
    assert giver.client.post(MORE, {"more": "on"}).headers["Location"] == MORE
    assert "We write to you once, about" in giver.client.get(MORE).content.decode()
    giver.client.post(MORE, {"no": "on"})
    assert Identity.objects.get().more_due_at is None


def test_whoever_did_not_agree_or_answered_nothing_is_offered_nothing() -> None:
    refused = Giver().drafts().sends()
    refused.opens_link()
    decided(refused, "disagree")
    for client in (refused.client, Giver().client):
        assert client.post(MORE, {"more": "on"}).headers["Location"] == "/"
    assert not Identity.objects.filter(more_due_at__isnull=False).exists()


def test_an_address_that_is_not_to_be_written_to_is_not_asked(giver: Giver) -> None:
    identity.stop_invitations(participant=giver.participant)
    for answer in (giver.client.get(MORE), giver.client.get("/consent/thanks/")):
        page = answer.content.decode()
        assert "You asked us not to write to you" in page
        assert 'name="more"' not in page
    assert giver.client.post(MORE, {"more": "on"}).status_code == 302
    assert Identity.objects.get().more_due_at is None


def test_the_clock_writes_it_once_and_only_when_it_is_due(giver: Giver) -> None:
    giver.client.post(MORE, {"more": "on"})
    tasks.go_across()
    assert written() == 0
    due(giver)
    for _ in range(2):
        tasks.go_across()
    assert written() == 1


def test_whoever_withdrew_everything_is_not_asked_for_more(giver: Giver) -> None:
    due(giver)
    actions.withdraw(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
    tasks.go_across()
    assert written() == 0
    assert Identity.objects.get().more_due_at is None


def test_while_no_photos_are_taken_it_waits_and_ends_when_it_is_as_late_again(giver: Giver) -> None:
    due(giver)
    with override_settings(UNVERIFIED_MAX_BYTES=0):
        tasks.go_across()
        assert (written(), Identity.objects.filter(more_due_at__isnull=False).count()) == (0, 1)
    due(giver, late=settings.REMIND_MORE_DAYS + 1)
    tasks.go_across()
    assert written() == 0
    assert Identity.objects.get().more_due_at is None


def test_the_persons_own_page_shows_the_wish_and_takes_it_back(giver: Giver) -> None:
    giver.client.post(MORE, {"more": "on"})
    giver.client.post("/change-or-withdraw/", {"email": giver.address})
    giver.client.get(last_link())
    giver.client.post("/your-photos/open/", {"what": "see"})
    assert "You asked us to write to you once, about" in giver.client.get("/your-photos/").content.decode()
    assert "You asked to be written to once" in giver.client.get("/your-photos/copy/read/").content.decode()
    giver.client.post("/your-photos/mail/", {"answer": "more-no"})
    assert Identity.objects.get().more_due_at is None
    assert "You asked us to write to you once" not in giver.client.get("/your-photos/").content.decode()
