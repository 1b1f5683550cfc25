"""Updates: one curator writes them, another approves what they read, then everybody can read them."""

from uuid import UUID

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import BrowserContext

from audit.models import Event
from contributions.queries import news
from releases import actions, queries
from releases.actions import UpdateNotPossible
from releases.models import Audience, Release, Update
from releases.transitions import TransitionNotAllowed
from tests.axe import violations
from tests.browsers import go_on_as
from tests.cast import Casting
from tests.consent.notices import published

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


class Desk:
    """Two curators, and what they do with updates."""

    def __init__(self, staff: Casting) -> None:
        self.writer, self.other = staff("curator"), staff("curator")

    @property
    def first(self) -> UUID:
        return self.writer.user.pk

    @property
    def second(self) -> UUID:
        return self.other.user.pk

    def written(self, **texts: str) -> Update:
        update = actions.draft_update(staff_id=self.first)
        for language, text in (texts or {"en": "It **works**."}).items():
            actions.write_update(
                update_id=update.pk, language=language, title=f"News {language}", text=text, staff_id=self.first
            )
        return update

    def approved(self, **texts: str) -> Update:
        update = self.written(**texts)
        return actions.approve_update(update_id=update.pk, seen=queries.digest_of(update), staff_id=self.second)


@pytest.fixture
def desk(staff: Casting) -> Desk:
    return Desk(staff)


def test_an_approved_update_is_public_in_the_readers_language_or_in_english(desk: Desk, client: Client) -> None:
    desk.approved(en="English *text*.", nl="Nederlandse tekst.")
    desk.written(en="Still a draft.")
    dutch = client.get("/updates/", headers={"accept-language": "nl"}).content.decode()
    swedish = client.get("/updates/", headers={"accept-language": "sv"}).content.decode()
    assert "Nederlandse tekst." in dutch
    assert "English <em>text</em>." in swedish
    assert 'lang="en"' in swedish.partition("<main")[2]
    assert "Still a draft" not in dutch + swedish


def test_what_an_update_says_is_clean(desk: Desk, client: Client) -> None:
    desk.approved(en="<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://example.org/p.png)")
    page = client.get("/updates/").content.decode().partition("<article")[2].partition("</article")[0]
    assert "<script" not in page
    assert "javascript:" not in page.replace("[x](javascript:alert(1))", "")
    assert "<img" not in page


def test_the_news_name_updates_and_releases_for_other_pages(desk: Desk) -> None:
    update = desk.approved(en="English.")
    for number, state in ((1, "superseded"), (2, "retracted")):
        Release.objects.create(
            audience=Audience.OWN,
            number=number,
            state=state,
            bases=["self"],
            drafted_by_id=desk.first,
            frozen_by_id=desk.second,
            frozen_at=timezone.now(),
            published_at=timezone.now(),
            published_by_id=desk.first,
        )
    with translation.override("en"):
        told = news()
    today = timezone.now().date()
    assert told.updates == [("News en", today, f"/updates/#update-{update.pk}")]
    assert told.releases == [("Version 1, for our own research", today, 0, "/versions/own/1/")]
    with translation.override("sv"):
        assert news().updates[0].title == '<span lang="en">News en</span>'


class TestTwoPeople:
    """Nobody makes public alone what they wrote, and nobody approves what they did not read."""

    def test_the_writer_does_not_approve(self, desk: Desk) -> None:
        update = desk.written()
        with pytest.raises(UpdateNotPossible, match="same_person"):
            actions.approve_update(update_id=update.pk, seen=queries.digest_of(update), staff_id=desk.first)
        with pytest.raises(IntegrityError, match="update_takes_two_people"):
            Update.objects.filter(pk=update.pk).update(approved_by=desk.first, approved_at=timezone.now())

    def test_only_the_writer_writes(self, desk: Desk) -> None:
        update = desk.written()
        with pytest.raises(UpdateNotPossible, match="another_writer"):
            actions.write_update(update_id=update.pk, language="en", title="x", text="x", staff_id=desk.second)

    def test_what_changed_since_it_was_read_is_not_approved(self, desk: Desk) -> None:
        update = desk.written()
        seen = queries.digest_of(update)
        actions.write_update(update_id=update.pk, language="nl", title="x", text="x", staff_id=desk.first)
        with pytest.raises(UpdateNotPossible, match="changed"):
            actions.approve_update(update_id=update.pk, seen=seen, staff_id=desk.second)

    def test_without_english_it_is_not_approved(self, desk: Desk) -> None:
        update = desk.written(nl="Alleen Nederlands.")
        with pytest.raises(UpdateNotPossible, match="no_english"):
            actions.approve_update(update_id=update.pk, seen=queries.digest_of(update), staff_id=desk.second)

    def test_what_is_public_is_not_written_again_but_can_be_taken_down(self, desk: Desk) -> None:
        update = desk.approved()
        with pytest.raises(TransitionNotAllowed):
            actions.write_update(update_id=update.pk, language="en", title="x", text="x", staff_id=desk.first)
        actions.end_update(update_id=update.pk, staff_id=desk.first)
        assert queries.public_updates() == []
        with pytest.raises(TransitionNotAllowed):
            actions.end_update(update_id=update.pk, staff_id=desk.first)

    def test_the_log_tells_who_did_what_and_none_of_the_words(self, desk: Desk) -> None:
        update = desk.approved(en="Words.")
        told = list(Event.objects.filter(subject=str(update.pk)).order_by("index"))
        assert [(event.action, event.actor) for event in told] == [
            ("update:drafted", desk.writer.actor),
            ("update:written", desk.writer.actor),
            ("update:approved", desk.other.actor),
        ]
        assert told[1].data["sha256"] == told[2].data["sha256"] == queries.digest_of(update)
        assert list(queries.missing_by_log()) == []
        Update.objects.filter(pk=update.pk).update(state="draft", approved_at=None, approved_by=None)
        assert list(queries.missing_by_log()) == [f"update_not_approved {update.pk}"]


class TestPages:
    """The curators' pages."""

    def test_one_writes_and_the_other_approves(self, desk: Desk) -> None:
        writer, other = desk.writer.client, desk.other.client
        url = writer.post("/staff/updates/draft/", follow=True).redirect_chain[-1][0]
        wrong = writer.post(f"{url}write/en/", {"title": "Only a title", "text": ""})
        assert wrong.status_code == 422
        writer.post(f"{url}write/en/", {"title": "First results", "text": "It works."})
        assert "Another curator has to read" in writer.get(url).content.decode()
        page = other.get(url)
        assert "Approve, make public and mail" in page.content.decode()
        other.post(f"{url}approve/", {"seen": page.context["seen"]})
        assert "First results" in Client().get("/updates/").content.decode()
        assert "public" in other.get("/staff/updates/").content.decode()
        other.post(f"{url}drop/")
        assert "First results" not in Client().get("/updates/").content.decode()

    def test_a_refusal_is_a_sentence(self, desk: Desk) -> None:
        update = desk.written()
        page = desk.other.client.post(f"/staff/updates/{update.pk}/approve/", {"seen": "x"}, follow=True)
        assert "Read it again before you approve it" in page.content.decode()
        assert desk.writer.client.get(f"/staff/updates/{update.pk}/write/xx/").status_code == 404

    def test_without_a_fresh_second_factor_nothing_becomes_public(self, desk: Desk) -> None:
        update = desk.written()
        desk.other.change_session(account_authentication_methods=[{"method": "mfa", "at": 1.0, "type": "totp"}])
        answer = desk.other.client.post(f"/staff/updates/{update.pk}/approve/", {"seen": queries.digest_of(update)})
        assert answer.status_code == 302
        assert queries.public_updates() == []

    def test_nobody_but_a_curator_comes_in(self, staff: Casting) -> None:
        for role in ("lead", "auditor", "administrator"):
            client = staff(role).client
            assert client.get("/staff/updates/").status_code == 403, role
            assert client.post("/staff/updates/draft/").status_code == 403, role


@pytest.mark.requirement("W5")
def test_axe_finds_nothing_on_the_pages_of_updates(phone: BrowserContext, live: str, desk: Desk) -> None:
    published()
    desk.approved(en="### Results\n\n- one\n- two", nl="Tekst.")
    draft = desk.written()
    found = {}
    for path in ("/updates/", "/staff/updates/", f"/staff/updates/{draft.pk}/"):
        phone.clear_cookies()
        if path.startswith("/staff"):
            go_on_as(phone, desk.other.client, live)
        page = phone.new_page()
        page.goto(live + path)
        found[path] = (page.locator("h1").count(), violations(page), page.evaluate("document.body.scrollWidth"))
        page.close()
    assert found == dict.fromkeys(found, (1, [], 390))
