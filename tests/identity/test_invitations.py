"""A depicted person is asked once, by name of whoever asks, and never again when they wish that."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from identity import actions
from identity.actions import AddressNotValid, AlreadyAnswered, OwnAddress, TooMany
from identity.models import Attempt, DoNotWrite, Identity, Keep, Link, Mail, WaitingEvent
from identity.queries import may_be_invited, participant_of
from tests.identity.mails import sent, whole
from tests.identity.people import ASKER, INVITED, asker, behind, invited
from tests.identity.test_consent_links import released

pytestmark = pytest.mark.django_db(databases=["default", "identity"])


def request(address: str = INVITED, *, invitation: uuid.UUID | None = None, client: str = "") -> uuid.UUID:
    invitation = invitation or uuid.uuid4()
    actions.request_invitation(address=address, invitation=invitation, language="en", client=client)
    return invitation


def test_naming_whom_to_invite_keeps_the_address_and_writes_nothing() -> None:
    invitation = request()
    assert behind(invitation).mask == "b…@example.org"
    assert not Mail.objects.exists()
    assert not Link.objects.exists()


def test_another_address_takes_the_place_of_the_first() -> None:
    invitation = request()
    request("clara@example.org", invitation=invitation)
    assert [identity.mask for identity in Identity.objects.all()] == ["c…@example.org"]


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(AddressNotValid):
        request("berta")


def test_nobody_invites_the_address_of_the_sending_itself() -> None:
    sending = released(ASKER)
    with pytest.raises(OwnAddress):
        actions.request_invitation(
            address="Anna@example.org", invitation=uuid.uuid4(), sender_sending=sending, language="en"
        )
    actions.request_invitation(address=INVITED, invitation=uuid.uuid4(), sender_sending=sending, language="en")
    assert not actions.send_invitation(
        invitation=request(ASKER), asked_by=behind(sending).pk, language="en", days_left=14
    )


@pytest.mark.requirement("I7")
def test_a_fourth_invitation_of_one_address_in_six_hours_is_refused() -> None:
    for _ in range(3):
        request()
    with pytest.raises(TooMany):
        request()


@pytest.mark.requirement("I7")
def test_somebody_shown_in_five_photos_of_a_sending_is_counted_once() -> None:
    sendings = [uuid.uuid4() for _ in range(4)]
    for sending in sendings[:3]:
        for _ in range(5):
            actions.request_invitation(
                address=INVITED, invitation=uuid.uuid4(), sender_sending=sending, language="en", client="198.51.100.7"
            )
    assert Attempt.objects.filter(purpose="invited_address").count() == 3
    with pytest.raises(TooMany):
        actions.request_invitation(address=INVITED, invitation=uuid.uuid4(), sender_sending=sendings[3], language="en")


@pytest.mark.requirement("I7")
def test_one_sending_cannot_write_to_more_people_than_a_client_may() -> None:
    sending = uuid.uuid4()
    for number in range(10):
        actions.request_invitation(
            address=f"person{number}@example.org",
            invitation=uuid.uuid4(),
            sender_sending=sending,
            language="en",
            client="198.51.100.7",
        )
    with pytest.raises(TooMany):
        actions.request_invitation(
            address="person10@example.org",
            invitation=uuid.uuid4(),
            sender_sending=sending,
            language="en",
            client="198.51.100.7",
        )


@pytest.mark.requirement("I7")
def test_an_eleventh_invitation_of_one_client_in_an_hour_is_refused() -> None:
    for number in range(10):
        request(f"person{number}@example.org", client="198.51.100.7")
    with pytest.raises(TooMany):
        request("person10@example.org", client="198.51.100.7")


def test_the_mail_names_who_asks_and_how_to_be_left_alone() -> None:
    invited()
    (message,) = [message for message in sent() if message.to == [INVITED]]
    assert message.subject == "A question for you"
    text = whole(message)
    for words in (ASKER, "Do not write to me again for other people", "If you do nothing", "until", "/l/"):
        assert text.count(words) >= 2, words


def test_the_first_words_of_the_mail_say_nothing_of_what_it_is_about() -> None:
    invited()
    (message,) = [message for message in sent() if message.to == [INVITED]]
    preview = " ".join(str(message.body).split())[:140].lower()
    assert not [word for word in ("photo", "picture", "child", "research", "consent", "anna") if word in preview]


def test_one_mail_fits_several_photos() -> None:
    invited(photos=3)
    (message,) = [message for message in sent() if message.to == [INVITED]]
    assert whole(message).count("you are in 3 of them") == 2
    assert "gave a photo" not in whole(message)


def test_an_invitation_is_written_once() -> None:
    invitation = invited()
    assert actions.send_invitation(invitation=invitation, asked_by=asker(), language="en", days_left=14)
    assert Mail.objects.filter(kind=Mail.Kind.INVITATION).count() == 1


def test_the_link_lives_for_the_days_that_are_left() -> None:
    invitation = invited(days_left=20)
    left = Link.objects.get(subject=invitation).expires_at - timezone.now()
    assert timedelta(days=13, hours=23) < left <= timedelta(days=14)


def test_the_mail_is_not_sent_when_whoever_asked_is_gone() -> None:
    invited()
    sending = Keep.objects.get(identity__mask="a…@example.org").pk
    actions.drop_keep(subject=sending)
    assert [message.to for message in sent()] == []
    assert not Mail.objects.exists()


def test_the_mail_is_not_sent_when_no_time_is_left() -> None:
    invitation = invited()
    Link.objects.filter(subject=invitation).update(expires_at=timezone.now())
    assert [message.to for message in sent()] == [[ASKER]]


class TestAskedAgain:
    """The invited person wants to be asked again later."""

    def test_the_fresh_link_ends_when_the_first_did(self) -> None:
        invitation = invited()
        former = Link.objects.get(subject=invitation)
        sent()
        assert actions.remind_invitation(invitation=invitation, asked_by=asker(), language="en")
        fresh = Link.objects.get(subject=invitation)
        assert (fresh.pk == former.pk, fresh.expires_at) == (False, former.expires_at)
        assert [message.to for message in sent()].count([INVITED]) == 2

    def test_it_is_written_once_however_often_it_is_asked_for(self) -> None:
        invitation = invited()
        for _ in range(3):
            # The first is still on its way, then the second is, then the second was sent.
            assert actions.remind_invitation(invitation=invitation, asked_by=asker(), language="en")
            sent()
        assert actions.remind_invitation(invitation=invitation, asked_by=asker(), language="en")
        assert [message.to for message in sent()].count([INVITED]) == 2
        assert Link.objects.filter(subject=invitation).count() == 1
        actions.drop_keep(subject=invitation)
        assert not Mail.objects.filter(kind=Mail.Kind.INVITATION).exists()

    @pytest.mark.parametrize("why", ["over", "answered", "unknown", "stopped"])
    def test_nobody_is_asked_again_who_cannot_answer_or_does_not_want_it(self, why: str) -> None:
        invitation = invited()
        match why:
            case "over":
                Link.objects.filter(subject=invitation).update(expires_at=timezone.now())
            case "answered":
                actions.claim(link=Link.objects.get(subject=invitation).pk)
            case "unknown":
                actions.drop_keep(subject=invitation)
            case _:
                actions.stop_invitations(participant=behind(invitation).pk)
        assert not actions.remind_invitation(invitation=invitation, asked_by=asker(), language="en")

    def test_an_address_is_not_changed_after_the_answer(self) -> None:
        invitation = invited()
        actions.claim(link=Link.objects.get(subject=invitation).pk)
        with pytest.raises(AlreadyAnswered):
            request("clara@example.org", invitation=invitation)


class TestDoNotWrite:
    """An address that does not want to be invited or reminded again."""

    def test_no_invitation_goes_there_and_the_asker_sees_no_difference(self) -> None:
        actions.stop_invitations(participant=behind(invited()).pk)
        again = request()
        assert behind(again).mask == "b…@example.org"
        assert not actions.send_invitation(invitation=again, asked_by=asker(), language="en", days_left=14)
        assert [message.to for message in sent() if message.to == [INVITED]] == []

    def test_it_is_kept_after_the_address_is_deleted(self) -> None:
        invitation = invited()
        actions.stop_invitations(participant=behind(invitation).pk)
        actions.drop_keep(subject=invitation)
        assert participant_of(INVITED) is None
        assert not may_be_invited(behind(request()).pk)

    def test_a_link_of_their_own_still_goes_there(self) -> None:
        actions.stop_invitations(participant=behind(invited()).pk)
        actions.request_manage_link(address=INVITED, client="198.51.100.7", language="en")
        assert [message.subject for message in sent() if message.to == [INVITED]] == ["Your link"]

    def test_it_can_be_taken_back_and_each_choice_is_recorded_once(self) -> None:
        participant = behind(invited()).pk
        for _ in range(2):
            actions.stop_invitations(participant=participant)
        for _ in range(2):
            actions.allow_invitations(participant=participant)
        assert may_be_invited(participant)
        found = WaitingEvent.objects.filter(action__startswith="invitations:").order_by("created_at")
        assert [event.action for event in found] == ["invitations:stopped", "invitations:allowed"]

    def test_nothing_is_kept_for_a_person_we_do_not_know(self) -> None:
        actions.stop_invitations(participant=uuid.uuid4())
        actions.allow_invitations(participant=uuid.uuid4())
        assert not DoNotWrite.objects.exists()


class TestRoom:
    """However many givers agree in one minute, one address is written to three times in six hours."""

    def test_the_fourth_mail_waits_until_there_is_room(self) -> None:
        waiting = [request() for _ in range(3)]
        Attempt.objects.all().delete()
        waiting.append(request())
        sent_to = [
            actions.send_invitation(invitation=invitation, asked_by=asker(), language="en", days_left=14)
            for invitation in waiting
        ]
        assert sent_to == [True, True, True, False]
        assert not actions.can_be_sent(invitation=waiting[3])
        Attempt.objects.all().delete()
        assert actions.can_be_sent(invitation=waiting[3])
        assert actions.send_invitation(invitation=waiting[3], asked_by=asker(), language="en", days_left=8)

    def test_nobody_is_asked_whose_subject_is_quiet_or_gone(self) -> None:
        quiet = request()
        request()
        actions.hush(subject=quiet)
        for invitation in (quiet, uuid.uuid4()):
            assert not actions.can_be_sent(invitation=invitation)
            assert not actions.send_invitation(invitation=invitation, asked_by=asker(), language="en", days_left=14)
        assert not Mail.objects.filter(kind=Mail.Kind.INVITATION).exists()
