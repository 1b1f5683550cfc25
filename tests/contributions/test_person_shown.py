"""People who are shown: their own page, their no and their yes, and what each means for the photo and others."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from audit.models import Event
from consent.models import ConsentRecord
from consent.queries import current
from contributions import actions, queries, tasks
from contributions.actions.invited import answer_invitation
from contributions.models import Basis, ConsentSubject, Invitation, Person, Withdrawal
from contributions.queries.person import depicted_cards, sendings_of
from contributions.transitions import InvitationState
from tests.consent.notices import published
from tests.contributions.giver import EVERYTHING, Giver
from tests.contributions.invited import asked, invitation_of, link_of
from tests.identity.mails import last_link

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)
SHOWN = "shown@example.org"


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def at_home(address: str = SHOWN) -> Client:
    client = Client()
    client.post("/change-or-withdraw/", {"email": address})
    client.get(last_link())
    client.post("/your-photos/open/", {"what": "see"})
    return client


def test_the_givers_card_says_until_when_it_waits_for_the_person_asked() -> None:
    person = asked(SHOWN)
    (card,) = [card for sending in sendings_of(giver_of(person)) for card in sending.photos]
    assert str(card.state).startswith("waits for the person we asked, at most until")
    Invitation.objects.update(state=InvitationState.LAPSED)
    (card,) = [card for sending in sendings_of(giver_of(person)) for card in sending.photos]
    assert str(card.state) == "with us"


def test_somebody_only_shown_is_not_told_to_see_what_they_gave() -> None:
    agreed()
    client = Client()
    client.post("/change-or-withdraw/", {"email": SHOWN})
    client.get(last_link())
    words = text(client.get("/your-photos/open/"))
    assert "See the photos I am in, and change my answer" in words
    assert "See what I gave" not in words
    assert "You can take it back until" in words


def agreed(*scopes: str) -> Person:
    person = asked(SHOWN)
    answer_invitation(link=link_of(person).pk, agreed=True, scopes=scopes or ("research",), notice=published())
    actions.run(photo_id=person.photo_id)
    return person


def who(person: Person) -> UUID:
    return invitation_of(person).participant


def giver_of(person: Person) -> UUID:
    participant = person.photo.contribution.participant
    assert participant is not None
    return participant


def standing(person: Person, participant: UUID) -> str:
    subject = ConsentSubject.objects.get(photo=person.photo_id, participant=participant).pk
    return current([subject])[subject].state


def in_use() -> int:
    return queries.in_use().count()


@pytest.mark.requirement("K3")
def test_a_person_shown_sees_the_photo_in_words_and_nobody_elses_data() -> None:
    agreed()
    page = at_home().get("/your-photos/")
    words = text(page)
    assert "Photos that you are shown in" in words
    assert "Photo 1, asked on" in words
    assert "Person 1" not in words
    assert "<img" not in page.content.decode().partition("<main")[2]


@pytest.mark.requirement("K3")
def test_withdrawing_oneself_takes_the_photo_out_for_everybody_and_touches_no_other_answer() -> None:
    person = agreed()
    assert in_use() == 1
    at_home().post(f"/your-photos/withdraw/?photo={person.photo_id}")
    assert in_use() == 0
    assert standing(person, who(person)) == "withdrawn"
    assert standing(person, giver_of(person)) == "given"


def test_taken_back_the_photo_is_in_use_again() -> None:
    person = agreed()
    client = at_home()
    client.post(f"/your-photos/withdraw/?photo={person.photo_id}")
    client.post("/your-photos/undo/", {"photo": str(person.photo_id)})
    assert in_use() == 1


def test_a_no_taken_back_leaves_the_photo_out_while_anothers_no_stands_and_the_page_says_so() -> None:
    person = agreed()
    giver = giver_of(person)
    actions.withdraw(participant=giver, photos=[person.photo_id], decision=uuid4(), method="page")
    actions.withdraw(participant=who(person), photos=[person.photo_id], decision=uuid4(), method="page")
    words = text(at_home().post("/your-photos/undo/", {"photo": str(person.photo_id)}, follow=True))
    assert "You took it back. The photo stays out for another reason." in words
    assert Withdrawal.objects.get().cancelled_at is None
    actions.cancel(participant=giver, photos=[person.photo_id], decision=uuid4(), method="page")
    assert Withdrawal.objects.get().cancelled_at is not None
    assert in_use() == 1


def test_the_giver_cannot_take_back_or_hasten_the_no_of_somebody_shown() -> None:
    person = agreed()
    actions.withdraw(participant=who(person), photos=[person.photo_id], decision=uuid4(), method="page")
    giver = giver_of(person)
    assert actions.cancel(participant=giver, photos=[person.photo_id], decision=uuid4(), method="page").photos == ()
    assert actions.erase_now(participant=giver, photos=[person.photo_id]).photos == ()
    assert actions.erase_now(participant=who(person), photos=[person.photo_id]).photos == (person.photo_id,)


def test_what_we_ended_stays_out_whoever_takes_a_no_back() -> None:
    person = agreed()
    photo = person.photo
    actions.withdraw(participant=who(person), photos=[photo.pk], decision=uuid4(), method="page")
    actions.take_out(photos=[photo], decision=uuid4(), by=f"staff:{uuid4()}", cause=Withdrawal.Cause.REVOKED)
    done = actions.cancel(participant=who(person), photos=[photo.pk], decision=uuid4(), method="page")
    assert done.still_out == (photo.pk,)
    assert in_use() == 0


def test_a_refusal_can_become_a_yes_while_the_bytes_are_there() -> None:
    person = asked(SHOWN)
    answer_invitation(link=link_of(person).pk, agreed=False, notice=published())
    client, path = at_home(), f"/your-photos/agree/?photo={person.photo_id}"
    page = client.get(path)
    assert "checked" not in page.content.decode()
    assert client.post(path, {"notice": str(published().pk)}).status_code == 400
    assert in_use() == 0
    client.post(path, {"research": "on", "notice": str(published().pk)})
    actions.run(photo_id=person.photo_id)
    assert in_use() == 1


def test_asked_and_not_answered_can_be_answered_on_the_page_too() -> None:
    person = asked(SHOWN)
    at_home().post("/your-photos/decline/", {"photo": str(person.photo_id)})
    assert invitation_of(person).state == InvitationState.ANSWERED
    assert standing(person, who(person)) == "refused"
    assert Withdrawal.objects.filter(photo=person.photo_id, cause="own_no").exists()


def test_the_giver_sees_the_state_alone() -> None:
    person = asked(SHOWN)
    card = sendings_of(giver_of(person))[0].photos[0]
    assert [str(line.who) for line in card.people] == ["this is me", "asked by us: asked, no answer yet"]
    answer_invitation(link=link_of(person).pk, agreed=False, notice=published())
    card = sendings_of(giver_of(person))[0].photos[0]
    assert str(card.people[1].who) == "asked by us: did not agree"


@pytest.mark.requirement("K3")
def test_the_giver_withdraws_one_person_and_the_photo_goes_out() -> None:
    giver = Giver().drafts()
    person = actions.add_person(photo=giver.photos[0], x=0.1, y=0.2)
    actions.edit_person(person=person, age_text="9", basis=Basis.AFFIRMED, language="en")
    giver.sends().answers("research")
    client = at_home(giver.address)
    assert client.post("/your-photos/withdraw/person/", {}).status_code == 400
    client.post("/your-photos/withdraw/person/", {"person": str(person.pk)})
    assert in_use() == 0
    entry = Event.objects.get(action="person:withdrawn")
    assert entry.data["person"] == str(person.pk)


def test_nobody_withdraws_a_person_from_a_photo_of_somebody_else() -> None:
    person = agreed()
    stranger = Giver(address="stranger@example.org").agrees()
    done = actions.withdraw(
        participant=stranger.participant, photos=[], decision=uuid4(), method="page", person=person.pk
    )
    assert done.photos == ()
    done = actions.withdraw(participant=who(person), photos=[], decision=uuid4(), method="page", person=person.pk)
    assert done.photos == ()
    assert in_use() == 2


def test_uses_are_changed_by_somebody_shown_for_their_own_word_alone() -> None:
    person = agreed(*EVERYTHING)
    path = f"/your-photos/scopes/?photo={person.photo_id}"
    at_home().post(path, {"sharing": "no", "notice": str(published().pk)})
    assert set(depicted_cards(who(person))[0].scopes) == {"research", "illustration"}
    assert set(sendings_of(giver_of(person))[0].photos[0].scopes) == set(EVERYTHING)


def test_erasure_ends_what_everybody_agreed_to_and_no_no_is_rewritten() -> None:
    person = agreed()
    actions.withdraw(participant=who(person), photos=[person.photo_id], decision=uuid4(), method="page")
    actions.erase_now(participant=who(person), photos=[person.photo_id])
    tasks.erase()
    assert standing(person, giver_of(person)) == "revoked"
    assert standing(person, who(person)) == "withdrawn"
    assert ConsentRecord.objects.get(state="revoked").method == "erased"
    assert not Invitation.objects.filter(state=InvitationState.ASKED).exists()


def test_who_may_write_is_chosen_on_the_page() -> None:
    agreed()
    client = at_home()
    words = text(client.post("/your-photos/mail/", {"answer": "ask-no"}, follow=True))
    assert "Others may have us ask you by mail about a photo: no." in words
    words = text(client.post("/your-photos/mail/", {"answer": "ask-yes"}, follow=True))
    assert "Others may have us ask you by mail about a photo: yes." in words
    words = text(client.post("/your-photos/mail/", {"answer": "remind-no"}, follow=True))
    assert "Reminders when a yes of yours ends or is asked again: no." in words
    words = text(client.post("/your-photos/mail/", {"answer": "news-yes"}, follow=True))
    assert "Send me no news" in words
    words = text(client.post("/your-photos/mail/", {"answer": "news-no"}, follow=True))
    assert "You do not get updates." in words
    assert client.post("/your-photos/mail/", {}).status_code == 302
