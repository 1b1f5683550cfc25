"""An approved update is mailed to exactly those who asked for updates, once, whatever happens on the way."""

import re
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Thread
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.db import connections
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import User
from audit.models import Event
from identity import actions as identity
from identity.models import Identity, Keep, Link, Mail, WaitingEvent
from identity.queries import hears_updates
from identity.sealing import seal_context
from releases import actions, queries
from releases.actions import mailing
from releases.models import Update
from releases.queries import updating
from tests.cast import Casting
from tests.identity.mails import sent, whole
from tests.identity.people import behind
from tests.identity.test_consent_links import released

pytestmark = pytest.mark.django_db(databases=["default", "identity"])
BOTH_COMMIT = pytest.mark.django_db(databases=["default", "identity"], transaction=True)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def hearing(name: str, language: str = "en") -> uuid.UUID:
    """Somebody who asked for updates."""
    participant = behind(released(f"{name}@example.org")).pk
    identity.set_language(participant=participant, language=language)
    identity.set_updates(participant=participant, on=True)
    return participant


def crowd(count: int = 5) -> list[uuid.UUID]:
    """So many who asked, whose links have gone out before."""
    people = [hearing(f"person{number}") for number in range(count)]
    sent()
    mail.outbox.clear()
    return people


def staff_id() -> uuid.UUID:
    return User.objects.enrol(email=f"{uuid.uuid4().hex}@example.org", name="Curator").pk


def approved(**texts: str) -> Update:
    """An update that stands on the public page since now."""
    writer = staff_id()
    update = actions.draft_update(staff_id=writer)
    for language, text in (texts or {"en": "It **works**."}).items():
        actions.write_update(update_id=update.pk, language=language, title=f"In {language}", text=text, staff_id=writer)
    return actions.approve_update(update_id=update.pk, seen=queries.digest_of(update), staff_id=staff_id())


def subjects() -> set[str]:
    """What such a mail is called, in every language."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.add(gettext("News that you asked for"))
    return found


def told() -> list[str]:
    """Whom the mail worker has sent an update, by the part of their address in front of the @."""
    messages = [message for message in sent() if message.subject in subjects()]
    return sorted(message.to[0].partition("@")[0] for message in messages)


def news() -> mail.EmailMessage:
    """The newest update that was sent."""
    assert told()
    return mail.outbox[-1]


@pytest.mark.requirement("D12")
def test_exactly_those_hear_of_it_who_asked_by_then_and_still_want_to_and_each_once() -> None:
    hearing("anna")
    behind(released("never-asked@example.org"))
    stopped, changed_mind, on_its_way, said_never, bounced, quiet = (
        hearing(name) for name in ("stopped", "changed-mind", "on-its-way", "said-never", "bounced", "quiet")
    )
    identity.set_updates(participant=stopped, on=False)
    Identity.objects.filter(pk=bounced).update(bounced_at=timezone.now())
    update = approved()
    hearing("asked-later")
    identity.set_updates(participant=changed_mind, on=False)
    identity.stop_invitations(participant=said_never)
    identity.hush(subject=Keep.objects.get(identity=quiet).pk)
    actions.mail_updates()
    identity.set_updates(participant=on_its_way, on=False)
    assert told() == ["anna"]
    identity.set_updates(participant=on_its_way, on=True)
    for _ in range(2):
        actions.mail_updates()
        assert told() == ["anna"]
    update.refresh_from_db()
    assert update.mailed_at is not None


def test_who_said_never_and_asked_for_updates_again_hears_of_the_next() -> None:
    anna = hearing("anna")
    identity.stop_invitations(participant=anna)
    assert not hears_updates(anna)
    identity.set_updates(participant=anna, on=True)
    approved()
    actions.mail_updates()
    assert told() == ["anna"]


@BOTH_COMMIT
@pytest.mark.requirement("D12")
@pytest.mark.parametrize("moment", ["in the middle of some", "between some and the next", "before it is noted"])
def test_killed_in_the_middle_everybody_still_gets_it_once(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "AT_ONCE", 2)
    crowd()
    update = approved()
    place, calls = {
        "in the middle of some": ("identity.actions.telling.Mail.objects.bulk_create", [KeyboardInterrupt]),
        "between some and the next": ("releases.actions.mailing.here", [None, KeyboardInterrupt]),
        "before it is noted": ("releases.actions.mailing.record", [KeyboardInterrupt]),
    }[moment]
    with patch(place, side_effect=calls), pytest.raises(KeyboardInterrupt):
        actions.mail_updates()
    assert queries.updates_to_mail() == [update.pk]
    actions.mail_updates()
    assert told() == [f"person{number}" for number in range(5)]
    assert Event.objects.filter(action="update:mailed").count() == 1


@BOTH_COMMIT
@pytest.mark.requirement("D12")
def test_three_workers_at_once_write_each_mail_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "AT_ONCE", 1)
    people = crowd(4)
    approved()

    def worker(_: int) -> None:
        try:
            actions.mail_updates()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(worker, range(3)))
    actions.mail_updates()
    assert sorted(Mail.objects.filter(kind="update").values_list("identity", flat=True)) == sorted(people)


@BOTH_COMMIT
@pytest.mark.requirement("D12")
def test_who_stops_while_the_mail_is_written_does_not_get_it() -> None:
    anna = hearing("anna")
    sent()
    approved()

    def stop() -> None:
        try:
            identity.set_updates(participant=anna, on=False)
        finally:
            connections.close_all()

    stopping = Thread(target=stop)

    def seal(context: Mapping[str, object]) -> bytes:
        stopping.start()
        # Long enough to be done, were there nothing to wait for.
        stopping.join(0.3)
        return seal_context(context)

    with patch("identity.actions.telling.seal_context", seal):
        actions.mail_updates()
    stopping.join()
    assert not Mail.objects.filter(kind="update").exists()


@pytest.mark.requirement("D12")
def test_each_reads_it_in_their_language_or_else_in_english() -> None:
    for language in ("en", "nl", "sv"):
        hearing(f"reads-{language}", language)
    update = approved(en="English *words*. <script>x</script>", nl="Nederlandse *woorden*.")
    actions.mail_updates()
    assert told() == ["reads-en", "reads-nl", "reads-sv"]
    texts = {message.to[0][6:8]: whole(message) for message in mail.outbox[-3:]}
    assert "<em>woorden</em>" in texts["nl"]
    assert "English" not in texts["nl"]
    assert '<div lang="en">' in texts["sv"]
    assert "<em>words</em>" in texts["sv"]
    assert 'lang="en">\n    <h1>' not in texts["en"]
    assert "<script" not in texts["en"].partition("<html")[2]
    assert texts["en"].count(f"/updates/#update-{update.pk}") == 3


@pytest.mark.requirement("D12")
@pytest.mark.requirement("I7")
def test_its_subject_says_nothing_and_one_click_without_cookie_stops_updates_and_nothing_else() -> None:
    anna = hearing("anna")
    approved()
    actions.mail_updates()
    message = news()
    assert not re.search(r"photo|picture|child", str(message.subject), re.IGNORECASE)
    assert message.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    target = urlsplit(str(message.message()["List-Unsubscribe"]).strip("<>")).path
    assert whole(message).count(target) >= 3
    before = list(Link.objects.order_by("pk").values_list("pk", "claim", "closed_at"))
    for _ in range(2):
        answer = Client(enforce_csrf_checks=True).post(target, ONE_CLICK)
        assert (answer.status_code, answer.content.decode()) == (200, "We send you no more news")
        assert not answer.cookies
    person = Identity.objects.get(pk=anna)
    assert (person.updates_since, person.reminders_stopped_at) == (None, None)
    assert list(Link.objects.order_by("pk").values_list("pk", "claim", "closed_at")) == before
    assert WaitingEvent.objects.filter(action="updates:stopped").count() == 1


def test_mails_that_somebody_waits_for_go_out_before_updates() -> None:
    hearing("anna")
    sent()
    approved()
    actions.mail_updates()
    released("berta@example.org")
    assert [message.subject for message in sent()[-2:]] == ["Your link", "News that you asked for"]


class TestTakenDown:
    """What was not sent when an update is taken down is never sent."""

    @BOTH_COMMIT
    def test_what_was_sent_is_sent_and_the_rest_is_dropped(self) -> None:
        crowd(3)
        update = approved()
        actions.mail_updates()
        first, *_rest = Mail.objects.filter(kind="update")
        Mail.objects.filter(kind="update").exclude(pk=first.pk).update(next_try_at=timezone.now() + timedelta(hours=1))
        assert len(told()) == 1
        actions.end_update(update_id=update.pk, staff_id=staff_id())
        assert list(Mail.objects.filter(kind="update").values_list("pk", flat=True)) == [first.pk]

    def test_no_more_are_written(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mailing, "AT_ONCE", 1)
        crowd(3)
        update = approved()
        with patch("releases.actions.mailing.here", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
            actions.mail_updates()
        actions.end_update(update_id=update.pk, staff_id=staff_id())
        assert Mail.objects.filter(kind="update").count() == 1
        # Whoever took it down was killed before the mails were dropped.
        actions.mail_updates()
        assert told() == []
        assert not Mail.objects.filter(kind="update").exists()


@BOTH_COMMIT
class TestTheLog:
    """One entry tells that it was mailed; it names nobody."""

    @pytest.mark.parametrize(("count", "people"), [(2, "few"), (5, 3)])
    def test_it_tells_of_a_number_that_points_at_nobody(
        self, count: int, people: int | str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(updating, "FEWEST", 3)
        crowd(count)
        update = approved()
        actions.mail_updates()
        entry = Event.objects.get(action="update:mailed")
        assert (entry.subject, entry.actor, entry.data) == (str(update.pk), "system", {"people": people})
        assert not WaitingEvent.objects.filter(action__startswith="update:").exists()

    def test_fsck_finds_a_row_that_says_otherwise_and_nobody_is_written_to_again(self) -> None:
        crowd(1)
        update = approved()
        actions.mail_updates()
        Update.objects.update(mailed_at=None)
        Mail.objects.filter(kind="update").delete()
        assert f"update_not_mailed {update.pk}" in list(queries.missing_by_log())
        actions.mail_updates()
        assert told() == []
        assert queries.updates_to_mail() == []


@BOTH_COMMIT
class TestThePage:
    """The curators' page says how many get it, and how far it is."""

    def read(self, staff: Casting, update: Update) -> str:
        page = staff("curator").client.get(f"/staff/updates/{update.pk}/").content.decode()
        return " ".join(page.partition('id="by-mail"')[2].partition("<form")[0].split())

    def test_few_people_are_no_number(self, staff: Casting) -> None:
        crowd(4)
        draft = actions.draft_update(staff_id=staff_id())
        assert "asked for updates: fewer than 10 people" in self.read(staff, draft)
        update = approved()
        assert "fewer than 10 people, are going out" in self.read(staff, update)
        actions.mail_updates()
        told()
        page = self.read(staff, update)
        assert "fewer than 10 people, on" in page
        assert "4" not in re.sub(r"on \d.*\(UTC\)", "", page)

    def test_progress_is_seen_in_steps_that_point_at_nobody(
        self, staff: Casting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(updating, "FEWEST", 3)
        *_others, leaving = crowd(7)
        assert "updates: 6 people or a few more" in self.read(staff, actions.draft_update(staff_id=staff_id()))
        update = approved()
        assert "Of 6 mails or a few more, at least 0 have gone out" in self.read(staff, update)
        actions.mail_updates()
        waiting = Mail.objects.filter(kind="update")[:3].values("pk")
        Mail.objects.filter(pk__in=waiting).update(next_try_at=timezone.now() + timedelta(hours=1))
        told()
        assert '<progress max="6" value="3"' in self.read(staff, update)
        Mail.objects.update(next_try_at=None)
        told()
        identity.drop_keep(subject=Keep.objects.get(identity=leaving).pk)
        page = self.read(staff, update)
        assert "6 people or a few more" in page
        assert "7" not in re.sub(r"on \d.*\(UTC\)", "", page)
        actions.end_update(update_id=update.pk, staff_id=staff_id())
        assert "were dropped" in self.read(staff, update)
