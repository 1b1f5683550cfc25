"""Somebody who thinks they are pictured and was never asked: the page, the link, the sweep. The desk stands apart."""

import re
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from contributions import actions, queries
from contributions.actions import claiming, settling
from contributions.models import Claim, ClaimedPhoto
from contributions.queries.faults_of_claims import faults_of_claims
from contributions.transitions import ClaimState
from identity import actions as identity
from identity.actions import LinkExpired, LinkUsed
from identity.models import Identity, Keep
from tests.contributions.claimant import WORDS, Claimant
from tests.contributions.giver import Giver
from tests.identity.mails import sent, whole
from vault import actions as vault
from vault.actions import ObjectGone

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)
PAGE, CONFIRM = "/am-i-pictured/", "/am-i-pictured/confirm/"


def in_use(giver: Giver) -> int:
    return queries.in_use().filter(pk__in=giver.ids).count()


def test_the_page_says_what_happens_before_it_asks() -> None:
    page = Client().get(PAGE).content.decode()
    assert page.index("What happens then") < page.index('<form method="post" novalidate')
    assert "at most 2,000 characters" in page.lower()
    assert "checked" not in page
    assert "<img" not in page.partition("<main")[2]


@pytest.mark.parametrize("name", ["contributions:landing", "contributions:claim", "identity:link_request"])
def test_every_page_leads_to_the_claim_page(name: str) -> None:
    assert f'href="{PAGE}"' in Client().get(reverse(name)).content.decode()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"about": ""}, "Choose for whom you write."),
        ({"words": ""}, "Write what the picture shows."),
        ({"words": "a" * 2001}, "longer than 2,000 characters"),
        ({"email": "nobody"}, "Write an address like"),
        ({"sender": "nobody"}, "Write an address like"),
    ],
    ids=["for whom", "nothing", "too long", "own address", "the sender's"],
)
def test_what_is_missing_is_said_and_nothing_kept(fields: dict[str, str], says: str) -> None:
    answer = Client().post(PAGE, {"email": "a@example.org", "words": WORDS, "about": "me"} | fields)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert not Claim.objects.exists()
    assert not Identity.objects.exists()


@pytest.mark.requirement("C12")
def test_the_answer_is_the_same_for_known_and_unknown_addresses() -> None:
    giver = Giver().agrees()
    known = Claimant(address=giver.address).writes(sender=giver.address)
    answers = [known, Claimant(address="new@example.org").writes(sender="unknown@example.org")]
    answers.append(Claimant(address="third@example.org").writes())
    assert len({(a.status_code, a.headers["Location"], a.content) for a in answers}) == 1
    pages = [Client().get(a.headers["Location"]).content.decode() for a in answers]
    assert len({re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in pages}) == 1
    assert len([m for m in sent() if m.subject == "Your link"]) >= 3


def test_research_is_told_a_participant_whether_or_not_the_sender_is_known() -> None:
    giver = Giver().agrees()
    Claimant(address="a@example.org").writes(sender=giver.address.upper())
    Claimant(address="b@example.org").writes(sender="unknown@example.org")
    Claimant(address="c@example.org").writes()
    known, unknown, none = Claim.objects.order_by("created_at").values_list("sender", flat=True)
    assert known == giver.participant
    assert unknown is not None
    assert not Identity.objects.filter(pk=unknown).exists()
    assert none is None


@pytest.mark.requirement("I1")
def test_the_words_lie_sealed_and_stand_nowhere_else() -> None:
    person = Claimant()
    person.writes(sender="canary-sender@example.org", words="canary-words in a garden", about="child")
    claim = Claim.objects.get()
    assert vault.read(claim.words) == b'{"about": "child", "words": "canary-words in a garden", "picture": ""}'
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM contributions_claim c")
        rows = str(cursor.fetchall())
        cursor.execute("SELECT leaf FROM audit.event")
        rows += str(cursor.fetchall())
        cursor.execute("SELECT session_data FROM django_session")
        rows += str(cursor.fetchall())
    assert "canary" not in rows
    assert "canary" not in "".join(whole(message) for message in sent())


def test_opening_the_link_changes_nothing_and_does_not_show_the_words() -> None:
    person = Claimant()
    person.writes()
    before = Event.objects.count()
    person.opens_link()
    page = person.client.get(CONFIRM)
    assert page.status_code == 200
    assert "red coat" not in page.content.decode()
    assert "checked" not in page.content.decode()
    assert Claim.objects.get().state == ClaimState.WRITTEN
    assert Event.objects.exclude(action__startswith="link:").count() == before


def test_nothing_chosen_changes_nothing() -> None:
    person = Claimant()
    person.writes()
    person.opens_link()
    answer = person.chooses("")
    assert answer.status_code == 400
    assert "Nothing has changed" in answer.content.decode()
    assert Claim.objects.get().state == ClaimState.WRITTEN


@pytest.mark.requirement("C12")
def test_a_claim_takes_the_named_senders_photos_out_of_use_from_the_yes_on() -> None:
    giver, other = Giver().agrees(2), Giver(address="other@example.org").agrees()
    person = Claimant()
    person.writes(sender=giver.address)
    assert in_use(giver) == 2
    person.opens_link()
    assert person.chooses("look").headers["Location"] == f"{PAGE}?looking"
    assert (in_use(giver), in_use(other)) == (0, 1)
    assert "We are looking" in person.client.get(f"{PAGE}?looking").content.decode()


def test_a_link_serves_once() -> None:
    person = Claimant()
    person.writes()
    link = person.opens_link()
    person.chooses("look")
    with pytest.raises((LinkUsed, LinkExpired)):
        claiming.confirm(link=link.pk, look=False)
    assert person.chooses("delete").headers["Location"] == reverse("identity:link_stale")
    assert Claim.objects.get().state == ClaimState.OPEN


def test_taking_it_back_deletes_the_words_and_the_address() -> None:
    person = Claimant()
    person.writes()
    person.opens_link()
    assert person.chooses("delete").headers["Location"] == f"{PAGE}?deleted"
    claim = Claim.objects.select_related("words__key").get()
    assert claim.state == ClaimState.LAPSED
    with pytest.raises(ObjectGone):
        vault.read(claim.words)
    assert not Identity.objects.exists()


def test_an_unconfirmed_claim_lapses_after_a_day() -> None:
    Claimant().writes(sender="unknown@example.org")
    actions.complete(grace=timedelta(0))
    assert Claim.objects.get().state == ClaimState.WRITTEN
    Claim.objects.update(created_at=timezone.now() - timedelta(hours=settings.LINK_HOURS))
    actions.complete(grace=timedelta(0))
    claim = Claim.objects.select_related("key").get()
    assert (claim.state, claim.sender, claim.closed_by) == (ClaimState.LAPSED, None, "system")
    assert claim.key.destroyed_at is not None
    assert not Keep.objects.exists()
    assert not Identity.objects.exists()


def test_nobody_opens_a_fourth_claim_before_one_is_settled() -> None:
    person, me = Claimant(), uuid4()
    claims = [person.claims() for _ in range(2)]
    Claim.objects.filter(pk=claims[0].pk).update(created_at=timezone.now())
    person.writes()
    person.opens_link()
    with patch.object(claiming, "MOST_OPEN", 2):
        answer = person.chooses("look")
        assert answer.status_code == 400
        assert "Nothing has changed" in answer.content.decode()
        settling.settle(claim_id=claims[0].pk, staff_id=me)
        assert person.chooses("look").status_code == 302
    assert Claim.objects.filter(state=ClaimState.OPEN).count() == 2


def test_one_connection_writes_no_more_than_five_in_six_hours() -> None:
    answers = [
        Claimant(address=f"{number}@example.org", connection="10.0.0.1").writes().status_code for number in range(6)
    ]
    assert answers == [302] * 5 + [429]
    assert Claim.objects.count() == 5


def test_an_address_is_written_to_no_more_than_any_link_may_be() -> None:
    answers = [Claimant().writes() for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]


def test_what_was_cut_short_is_completed_by_the_sweep() -> None:
    """Addresses whose words were lost go; words whose mail was not released are mailed."""
    with patch.object(claiming, "_keep", side_effect=DatabaseError), pytest.raises(DatabaseError):
        Claimant(address="lost@example.org").writes()
    with patch.object(identity, "release_mail", side_effect=DatabaseError), pytest.raises(DatabaseError):
        Claimant().writes()
    assert [fault.code for fault in faults_of_claims(grace=timedelta(0))] == ["mail_not_released"]
    actions.complete(grace=timedelta(0))
    assert list(faults_of_claims(grace=timedelta(0))) == []
    assert Keep.objects.get().subject == Claim.objects.get().pk
    assert len(sent()) == 1


def test_a_choice_whose_link_was_not_closed_stands() -> None:
    person = Claimant()
    person.writes()
    link = person.opens_link()
    with patch.object(identity, "close", side_effect=DatabaseError), pytest.raises(DatabaseError):
        claiming.confirm(link=link.pk, look=True)
    actions.complete(grace=timedelta(0))
    link.refresh_from_db()
    assert link.closed_at is not None
    assert Claim.objects.get().state == ClaimState.OPEN


@pytest.mark.requirement("L10")
def test_when_the_log_fails_nothing_moves() -> None:
    person = Claimant()
    person.writes()
    link = person.opens_link()
    for look in (True, False):
        with patch.object(claiming, "record", side_effect=DatabaseError), pytest.raises(DatabaseError):
            claiming.confirm(link=link.pk, look=look)
    claim = Claim.objects.get()
    assert claim.state == ClaimState.WRITTEN
    assert vault.read(claim.words)
    claiming.confirm(link=link.pk, look=True)


def test_the_log_ties_a_claim_to_its_writer_and_never_to_the_sender() -> None:
    giver = Giver().agrees()
    claim = Claimant().claims(sender=giver.address)
    told = list(Event.objects.filter(action__startswith="claim:"))
    assert [event.action for event in told] == ["claim:written", "claim:opened"]
    assert {event.data["participant"] for event in told} == {str(claim.participant)}
    assert not any(str(giver.participant) in event.leaf for event in told)


def test_the_log_names_claims_that_the_tables_have_lost() -> None:
    claim = Claimant().claims()
    assert list(queries.missing_by_log()) == []
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.WRITTEN, opened_at=None)
    assert list(queries.missing_by_log()) == [f"claim_not_opened {claim.pk}"]
    Claim.objects.all().delete()
    assert list(queries.missing_by_log()) == [f"claim_unknown {claim.pk}"]


def test_a_closed_claim_says_who_closed_it() -> None:
    Claimant().writes()
    with pytest.raises(IntegrityError):
        Claim.objects.update(closed_at=timezone.now())


def test_a_claim_is_in_use_of_no_photo_that_was_ruled_not_shown() -> None:
    giver = Giver().agrees(2)
    claim = Claimant().claims(sender=giver.address)
    ClaimedPhoto.objects.create(
        claim=claim,
        photo=giver.photos[0],
        ruling="not_shown",
        added_by="staff:x",
        ruled_by="staff:x",
        ruled_at=timezone.now(),
    )
    assert list(queries.in_use().values_list("pk", flat=True)) == [giver.ids[0]]
