"""Nobody is written to more often than they bear, nor about photos that are leaving; and in a language of their own."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from consent.models import ConsentRecord
from contributions import actions, tasks
from contributions.models import Invitation
from contributions.queries.faults_across import faults_across
from contributions.queries.faults_of_consent import faults_of_consent
from identity import actions as identity
from identity.models import Attempt, Identity, Mail
from identity.queries import language_of, participant_of
from tests.consent.notices import published
from tests.contributions.claimant import Claimant
from tests.contributions.giver import EVERYTHING, Giver
from tests.contributions.invited import asked, invitation_of, link_of
from tests.identity.mails import last_link, sent

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)
VICTIM = "victim@example.org"
NOW = timedelta(0)


def later() -> None:
    """Six hours go by for everything that is counted."""
    for attempt in Attempt.objects.all():
        Attempt.objects.filter(pk=attempt.pk).update(at=attempt.at - timedelta(hours=6))


def invites() -> Giver:
    """Somebody new who wants the victim to be asked, and has not agreed yet."""
    giver = Giver(address=f"{uuid4().hex}@attacker.example").drafts()
    giver.invites(VICTIM)
    return giver.sends()


def mails() -> int:
    return Mail.objects.filter(kind=Mail.Kind.INVITATION).count()


@pytest.mark.requirement("I7")
def test_givers_who_agree_at_once_cannot_write_to_one_person_more_than_three_times_in_six_hours() -> None:
    givers = []
    for _ in range(2):
        givers += [invites() for _ in range(3)]
        later()
    for giver in givers:
        giver.answers("research")
    tasks.sweep_across()
    assert [message.to for message in sent()].count([VICTIM]) == 3
    assert mails() == 3
    assert not [fault for fault in faults_across(grace=NOW) if fault.code == "invitation_not_mailed"]
    later()
    assert [fault for fault in faults_across(grace=NOW) if fault.code == "invitation_not_mailed"]
    tasks.sweep_across()
    assert mails() == 6


@pytest.mark.requirement("I7")
def test_a_mail_that_finds_no_room_in_fourteen_days_is_not_written_and_the_photo_goes_on() -> None:
    givers = [invites() for _ in range(3)]
    later()
    waits = invites()
    for giver in [*givers, waits]:
        giver.answers("research")
    Invitation.objects.filter(photo__in=waits.ids).update(asked_at=timezone.now() - timedelta(days=14))
    tasks.sweep()
    later()
    tasks.sweep_across()
    assert mails() == 3
    assert Invitation.objects.get(photo__in=waits.ids).state == "lapsed"


@pytest.mark.requirement("I7")
def test_what_others_have_us_write_uses_up_none_of_a_persons_own_links() -> None:
    for _ in range(3):
        invites()
    assert Claimant(address=VICTIM).writes().status_code == 429
    for _ in range(3):
        assert Client().post("/change-or-withdraw/", {"email": VICTIM}).status_code == 302
    assert Client().post("/change-or-withdraw/", {"email": VICTIM}).status_code == 429


class TestLeaving:
    """The giver withdrew the photo, and may take that back."""

    def take_out(self, giver: Giver) -> None:
        actions.withdraw(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")

    def test_nobody_is_reminded_of_a_photo_on_its_way_out_until_it_came_back(self) -> None:
        giver = Giver().drafts()
        person = giver.invites("anna@example.org")
        giver.sends().answers(*EVERYTHING)
        actions.put_off(link=link_of(person).pk)
        self.take_out(giver)
        Invitation.objects.update(remind_at=timezone.now())
        before = [message.to for message in sent()].count(["anna@example.org"])
        tasks.sweep_across()
        assert [message.to for message in sent()].count(["anna@example.org"]) == before
        assert not list(faults_of_consent(grace=NOW, deep=True))
        actions.cancel(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
        tasks.sweep_across()
        assert [message.to for message in sent()].count(["anna@example.org"]) == before + 1

    def test_nobody_is_asked_by_the_sweep_about_a_photo_on_its_way_out(self) -> None:
        giver = Giver().drafts()
        giver.invites("anna@example.org")
        giver.sends().answers(*EVERYTHING)
        self.take_out(giver)
        Mail.objects.filter(kind=Mail.Kind.INVITATION).delete()
        actions.complete(grace=NOW)
        assert mails() == 0
        assert not [fault for fault in faults_across(grace=NOW) if fault.code == "invitation_not_mailed"]
        actions.cancel(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
        actions.complete(grace=NOW)
        assert mails() == 1


class TestLanguage:
    """Whoever invites an address chooses the language of that mail; the person chooses that of all others."""

    def invited_in_swedish(self) -> None:
        stranger = Giver(address="stranger@example.org").drafts()
        person = actions.add_person(photo=stranger.photos[0], x=0.2, y=0.3)
        actions.edit_person(person=person, age_text="9", language="en")
        actions.invite(person=person, address=VICTIM, language="sv", client="198.51.100.7")

    def test_an_answer_on_an_english_page_makes_the_receipt_english(self) -> None:
        self.invited_in_swedish()
        giver = Giver(address=VICTIM).drafts().sends()
        assert language_of(giver.participant) == "sv"
        actions.answer(link=giver.opens_link().pk, choices=["research"], notice=published(), language="en")
        assert language_of(giver.participant) == "en"
        assert set(Mail.objects.filter(kind="receipt").values_list("language", flat=True)) == {"en"}

    @pytest.mark.parametrize("language", ["nl", "sv"])
    def test_the_page_of_the_own_pages_decides_too(self, language: str) -> None:
        giver = Giver().agrees()
        client = Client(headers={"accept-language": language})
        client.post("/change-or-withdraw/", {"email": giver.address})
        client.get(last_link())
        assert language_of(giver.participant) == "en"
        client.post("/your-photos/open/", {"what": "see"})
        assert language_of(giver.participant) == language

    def test_a_claim_and_an_invitation_are_answered_in_the_language_of_their_page(self) -> None:
        person = asked("anna@example.org")
        link = link_of(person)
        actions.answer_invitation(link=link.pk, agreed=True, scopes=["research"], notice=published(), language="nl")
        assert language_of(link.identity_id) == "nl"
        claimant = Claimant()
        claimant.writes()
        claimant.opens_link()
        claimant.client.post("/am-i-pictured/confirm/", {"choice": "look"})
        claimed = participant_of(claimant.address)
        assert claimed is not None
        assert language_of(claimed) == "en"

    def test_what_the_site_does_not_speak_changes_nothing(self) -> None:
        giver = Giver().agrees()
        for language in ("", "xx"):
            identity.set_language(participant=giver.participant, language=language)
        assert Identity.objects.get(pk=giver.participant).language == "en"


class TestOneBrowserForTwo:
    """A person's own pages are open in a browser in which somebody else's link is opened."""

    def test_the_answer_belongs_to_the_person_whose_link_it_is(self) -> None:
        giver = Giver().agrees()
        client = Client()
        client.post("/change-or-withdraw/", {"email": giver.address})
        client.get(last_link())
        client.post("/your-photos/open/", {"what": "see"})
        key = client.session.session_key
        person = asked("anna@example.org")
        page = client.get(last_link())["Location"]
        assert client.session.session_key != key
        notice = re.search(r'name="notice" value="([^"]+)"', client.get(page).content.decode())
        assert notice
        client.post(page, {"answer": "disagree", "stop": "on", "notice": notice[1]})
        invitation = invitation_of(person)
        assert invitation.state == "answered"
        by = set(ConsentRecord.objects.filter(state="refused").values_list("by", flat=True))
        assert by == {f"participant:{invitation.participant}"}
