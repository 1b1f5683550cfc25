"""The pages of inviting: the giver's, and those of the person who is asked. No picture, no name, no address."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from consent.models import ConsentRecord
from contributions import actions
from contributions.models import Basis, Invitation, Person, Withdrawal
from identity.models import DoNotWrite, Identity, Keep
from tests.contributions.giver import Giver
from tests.contributions.giving import Browser
from tests.contributions.invited import asked, asked_about, invitation_of, link_of
from tests.identity.mails import last_link, sent

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)
SISTER = "sister@example.org"
PAGE = "contributions:invitation_answer"


def opened(person: Person) -> Client:
    """A browser in which the person opened the link of the mail."""
    client = Client()
    answer = client.get(last_link())
    assert answer.headers["Location"] == reverse(PAGE)
    assert client.session["link"] == str(link_of(person).pk)
    return client


def choose(client: Client, answer: str, *ticked: str, page: str = PAGE) -> Any:
    shown = client.get(reverse(PAGE)).content.decode()
    notice = re.search(r'name="notice" value="([^"]+)"', shown)
    assert notice
    return client.post(reverse(page), {"answer": answer, "notice": notice[1], **dict.fromkeys(ticked, "on")})


class TestTheGiversPages:
    """Marking and review, without script and as the script asks."""

    @pytest.fixture
    def giver(self) -> Browser:
        return Browser().start()

    @pytest.fixture
    def person(self, giver: Browser) -> Person:
        person = giver.mark(giver.chosen())
        giver.go("person_edit", person.pk, fields={"age": "9", "who": "other"})
        return person

    @pytest.mark.requirement("C5")
    def test_the_consequence_stands_before_the_field(self, giver: Browser, person: Person) -> None:
        page = giver.get(reverse("contributions:person_edit", args=[person.pk]) + "?who=other").content.decode()
        means = page.index("We write to them one mail. It names your address, so that they know who asks")
        assert means < page.index('type="email"')
        assert "at most 14 days, the photo waits. If they do not answer, it can then be used for research" in page
        assert "checked" not in page

    def test_an_address_is_taken_and_only_its_mask_is_shown_again(self, giver: Browser, person: Person) -> None:
        answer = giver.go("person_edit", person.pk, fields={"who": "invited", "email": SISTER})
        assert answer.status_code == 302
        person.refresh_from_db()
        assert person.basis == Basis.INVITED
        review = giver.go("sending_review").content.decode()
        assert "asked by us at s…@example.org" in review
        assert "except to name you in the mail to the person you asked us to invite" in review
        assert SISTER not in review
        assert f"{reverse('contributions:person_edit', args=[person.pk])}?who=other" in review
        assert "sister" not in str(dict(giver.session))

    @pytest.mark.parametrize("address", ["", "sister", "sister@", "a b@example.org"])
    def test_an_address_that_is_none_is_refused_at_the_field(
        self, giver: Browser, person: Person, address: str
    ) -> None:
        answer = giver.go("person_edit", person.pk, fields={"who": "invited", "email": address}, json=True)
        assert answer.status_code == 422
        assert answer.json() == {"error": "Write an address like name@example.org.", "field": "email"}
        page = giver.go("person_edit", person.pk, fields={"who": "invited", "email": address})
        assert page.status_code == 422
        text = page.content.decode()
        assert "<title>Error:" in text
        assert 'href="#id_email"' in text
        assert not Keep.objects.exists()

    def test_two_people_of_a_photo_have_two_addresses(self, giver: Browser, person: Person) -> None:
        giver.go("person_edit", person.pk, fields={"who": "invited", "email": SISTER})
        other = giver.mark(person.photo)
        giver.go("person_edit", other.pk, fields={"age": "9", "who": "other"})
        answer = giver.go("person_edit", other.pk, fields={"who": "invited", "email": SISTER}, json=True)
        assert answer.json()["error"].startswith("Person 1 has this address already.")

    def test_too_many_invitations_are_refused_with_the_time_to_wait(self, giver: Browser, person: Person) -> None:
        for number in range(30):
            answer = giver.go(
                "person_edit", person.pk, fields={"who": "invited", "email": f"a{number}@example.org"}, json=True
            )
            if answer.status_code == 422:
                break
        assert answer.json()["field"] == "email"
        assert answer.json()["error"].startswith("As many people were invited as we allow. Try again in")

    def test_the_review_names_the_person_who_has_the_givers_own_address(self, giver: Browser, person: Person) -> None:
        giver.go("person_edit", person.pk, fields={"who": "invited", "email": SISTER})
        page = giver.go("sending_review", fields={"email": SISTER})
        assert page.status_code == 422
        assert "person 1 has your own address. Choose “Me, and others”, or write theirs." in page.content.decode()

    def test_an_address_of_somebody_invited_is_refused_after_sending_too(self, giver: Browser, person: Person) -> None:
        giver.go("person_edit", person.pk, fields={"who": "invited", "email": SISTER})
        assert giver.send("giver@example.org").status_code == 302
        page = giver.go("address_change", fields={"email": SISTER})
        assert page.status_code == 422
        assert "has your own address" in page.content.decode()


class TestTheQuestion:
    """What the invited person reads."""

    @pytest.mark.requirement("K2")
    def test_it_says_what_is_asked_and_shows_no_picture_and_nobodys_name(self) -> None:
        giver = Giver(address="giver-by-name@example.org").drafts()
        person = giver.invites(SISTER)
        giver.sends().answers("research")
        text = opened(person).get(reverse(PAGE)).content.decode()
        main = text[text.index("<main") : text.index("</main>")]
        assert "2 people are marked in it." in main
        assert "This is the text that givers read." in main
        assert "If you say nothing for 14 days" not in main
        assert "<img" not in main
        assert "giver-by-name" not in text
        assert "example.org" not in main.replace("contact@example.org", "")
        assert "checked" not in main

    @pytest.mark.requirement("I4")
    def test_without_an_answer_the_photo_is_not_destroyed_and_page_and_mail_name_the_same_day(self) -> None:
        person = asked(SISTER)
        main = " ".join(opened(person).get(reverse(PAGE)).content.decode().split())
        last = timezone.localtime(link_of(person).expires_at - timedelta(days=1))
        day = date_format(last, "DATE_FORMAT")
        assert f"If you do not answer by {day}, it is not destroyed" in main
        assert any(f"You can answer until {day}." in str(message.body) for message in sent())

    def test_looking_changes_nothing(self) -> None:
        person = asked(SISTER)
        client = opened(person)
        before = ConsentRecord.objects.count()
        for method in (client.get, client.head):
            assert method(reverse(PAGE)).status_code == 200
        assert (invitation_of(person).state, ConsentRecord.objects.count()) == ("asked", before)
        assert link_of(person).claim is None

    def test_a_stranger_is_led_to_a_fresh_link(self) -> None:
        for name in ("invitation_answer", "invitation_later"):
            answer = Client().post(reverse(f"contributions:{name}"), {"answer": "agree"})
            assert answer.headers["Location"] == reverse("identity:link_stale")
        assert Client().get(reverse("contributions:invitation_thanks")).status_code == 302

    def test_the_link_opens_nothing_else(self) -> None:
        client = opened(asked(SISTER))
        for name in ("manage_open", "manage", "consent_choose"):
            assert client.get(reverse(f"contributions:{name}")).status_code == 302

    def test_a_photo_on_its_way_out_can_still_be_said_no_to_and_to_nothing_else(self) -> None:
        person = asked(SISTER)
        client, giver = opened(person), person.photo.contribution.participant
        assert giver is not None
        actions.withdraw(participant=giver, photos=[person.photo_id], decision=giver, method="page")
        page = client.get(reverse(PAGE)).content.decode()
        assert "If you say no, it cannot come back without you." in page
        assert 'value="agree"' not in page
        assert 'name="research"' not in page
        assert choose(client, "agree", "research", "adult").status_code == 400
        answer = choose(client, "disagree", "stop")
        assert "You did not agree to photo 1" in client.get(answer.headers["Location"]).content.decode()

    def test_a_photo_that_is_promised_to_be_gone_ends_the_question(self) -> None:
        person = asked(SISTER)
        client, giver = opened(person), person.photo.contribution.participant
        assert giver is not None
        actions.withdraw(participant=giver, photos=[person.photo_id], decision=giver, method="page")
        Withdrawal.objects.update(erase_from=timezone.now())
        answer = client.get(reverse(PAGE))
        assert answer.status_code == 410
        assert "This question has ended" in answer.content.decode()


class TestTheAnswer:
    """What is pressed."""

    @pytest.mark.requirement("K2")
    def test_a_yes_leads_to_a_page_with_the_code_shown_once_and_no_session_for_more(self) -> None:
        person = asked(SISTER)
        client = opened(person)
        answer = choose(client, "agree", "research", "sharing", "adult")
        assert answer.headers["Location"] == reverse("contributions:invitation_thanks")
        page = client.get(answer.headers["Location"]).content.decode()
        assert "Your withdrawal code" in page
        assert page.count("<span>") >= 4
        assert "was shown once" in client.get(reverse("contributions:invitation_thanks")).content.decode()
        assert client.get(reverse("contributions:manage")).status_code == 302
        assert invitation_of(person).state == "answered"

    @pytest.mark.requirement("K3")
    def test_a_no_takes_the_photo_out_and_says_by_when_it_is_destroyed(self) -> None:
        person = asked(SISTER)
        client = opened(person)
        answer = choose(client, "disagree", "stop")
        page = client.get(answer.headers["Location"]).content.decode()
        assert "our copies are destroyed within 96 hours" in page
        assert "withdrawal code" not in page
        assert Withdrawal.objects.filter(photo=person.photo_id).exists()

    @pytest.mark.requirement("I4")
    @pytest.mark.parametrize(
        ("answer", "ticked"),
        [
            ("agree", []),
            ("disagree", []),
            ("", []),
            ("agree", ["adult"]),
            ("agree", ["research"]),
            ("agree", ["sharing", "adult"]),
            ("agree", ["research", "adult", "stop"]),
        ],
        ids=["yes", "no", "neither", "adult", "research", "sharing", "both"],
    )
    def test_what_leaves_it_open_changes_nothing(self, answer: str, ticked: list[str]) -> None:
        person = asked(SISTER)
        page = choose(opened(person), answer, *ticked)
        assert page.status_code == 400
        assert "<title>Error:" in page.content.decode()
        assert invitation_of(person).state == "asked"
        assert link_of(person).claim is None

    def test_a_notice_that_changed_meanwhile_is_read_again(self) -> None:
        client = opened(asked(SISTER))
        fields = {"answer": "agree", "research": "on", "adult": "on", "notice": "00000000-0000-0000-0000-000000000000"}
        page = client.post(reverse(PAGE), fields)
        assert page.status_code == 400
        assert "The notice has changed" in page.content.decode()

    def test_yes_and_no_are_of_the_same_kind(self) -> None:
        page = opened(asked(SISTER)).get(reverse(PAGE)).content.decode()
        buttons = re.findall(r'<button type="submit"\s+class="([^"]+)"\s+name="answer"', page)
        assert buttons == ["button button-secondary"] * 2


class TestSeveralPhotos:
    """One page about all photos of a sending that show the person."""

    def test_the_photos_are_named_by_number_and_answered_together(self) -> None:
        client = opened(asked_about(3, SISTER)[0])
        page = client.get(reverse(PAGE)).content.decode()
        assert "You are asked about 3 photos" in page
        assert "Photo 2: 2 people are marked in it." in page
        assert "checked" not in page
        answer = choose(client, "agree", "research", "adult")
        page = client.get(answer.headers["Location"]).content.decode()
        assert "You agreed to photos 1, 2 and 3 on" in page
        assert "You did not agree" not in page

    @pytest.mark.requirement("K3")
    def test_single_photos_are_left_out_by_a_box_each(self) -> None:
        people = asked_about(3, SISTER)
        client = opened(people[0])
        assert "I do not want to be shown in photo 2" in client.get(reverse(PAGE)).content.decode()
        answer = choose(client, "agree", "research", "adult", "left_out_2")
        page = client.get(answer.headers["Location"]).content.decode()
        assert "You agreed to photos 1 and 3 on" in page
        assert "You did not agree to photo 2 on" in page
        assert Withdrawal.objects.get().photo_id == people[1].photo_id

    def test_one_no_is_for_all(self) -> None:
        client = opened(asked_about(2, SISTER)[0])
        assert "Tick Take all the photos out, then press" in choose(client, "disagree").content.decode()
        answer = choose(client, "disagree", "stop")
        assert "You did not agree to photos 1 and 2 on" in client.get(answer.headers["Location"]).content.decode()
        assert Withdrawal.objects.count() == 2

    @pytest.mark.requirement("I4")
    def test_a_yes_to_no_photo_at_all_changes_nothing(self) -> None:
        people = asked_about(2, SISTER)
        page = choose(opened(people[0]), "agree", "research", "adult", "left_out_1", "left_out_2")
        assert page.status_code == 400
        assert "You left every photo out." in page.content.decode()
        assert link_of(people[0]).claim is None

    def test_a_photo_that_leaves_while_the_page_is_open_is_told_of_on_the_page_after(self) -> None:
        first, _second = asked_about(2, SISTER)
        client, giver = opened(first), first.photo.contribution.participant
        assert giver is not None
        actions.withdraw(participant=giver, photos=[first.photo_id], decision=giver, method="page")
        answer = choose(client, "agree", "research", "adult")
        page = client.get(answer.headers["Location"]).content.decode()
        assert "You agreed to photo 2 on" in page
        assert "Photo 1 is on its way out, so nobody can agree to it now." in page


class TestNotNow:
    """Later, or never."""

    def test_a_reminder_is_wished_for_once(self) -> None:
        person = asked(SISTER)
        client = opened(person)
        page = client.post(reverse("contributions:invitation_later"), {"what": "later"}, follow=True).content.decode()
        assert "We write to you once more on" in page
        assert "Remind me in 3 days" not in page
        due = invitation_of(person).remind_at
        assert due is not None
        assert timedelta(days=2) < due - timezone.now() < timedelta(days=4)

    def test_no_reminder_is_offered_that_would_come_too_late(self) -> None:
        person = asked(SISTER)
        client = opened(person)
        Invitation.objects.update(asked_at=timezone.now() - timedelta(days=12))
        assert "Remind me in 3 days" not in client.get(reverse(PAGE)).content.decode()
        assert client.post(reverse("contributions:invitation_later"), {"what": "later"}).status_code == 400

    @pytest.mark.requirement("C5")
    def test_never_again_is_kept_and_the_question_stays(self) -> None:
        person = asked(SISTER)
        client = opened(person)
        client.post(reverse("contributions:invitation_later"), {"what": "never"})
        identity = Identity.objects.get(pk=invitation_of(person).participant)
        assert DoNotWrite.objects.filter(pk=bytes(identity.blind_index)).exists()
        assert client.get(reverse(PAGE)).status_code == 200

    @pytest.mark.requirement("I4")
    def test_nothing_chosen_changes_nothing(self) -> None:
        person = asked(SISTER)
        client = opened(person)
        page = client.post(reverse("contributions:invitation_later"), {})
        assert page.status_code == 400
        assert "Choose one of these. Nothing has changed." in page.content.decode()
        assert invitation_of(person).remind_at is None
        assert not DoNotWrite.objects.exists()
