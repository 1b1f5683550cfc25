"""Somebody thinks that a photo shows them: their link, and an answer that says the same to everybody."""

import re
import uuid

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from identity import actions
from identity.actions import TooMany
from identity.models import Identity, Link, Mail
from identity.queries import mask_of, participant_of
from tests.identity.mails import sent
from tests.identity.people import behind, invited
from tests.identity.test_consent_links import released

pytestmark = pytest.mark.django_db(databases=["default", "identity"])


def claimed(address: str = "dora@example.org", *, client: str = "") -> uuid.UUID:
    claim = uuid.uuid4()
    actions.request_claim(address=address, claim=claim, language="en", client=client)
    return claim


def test_the_mail_waits_for_the_claim_it_belongs_to() -> None:
    claim = claimed()
    assert sent() == []
    actions.release_mail(decision=claim)
    (message,) = sent()
    assert (message.subject, message.to) == ("Your link", ["dora@example.org"])
    assert Link.objects.get(subject=claim).action == "claim"


def test_asking_twice_for_the_same_claim_is_one_link_and_one_mail() -> None:
    claim = claimed()
    actions.request_claim(address="Dora@example.org", claim=claim, language="en")
    assert (Link.objects.count(), Mail.objects.count()) == (1, 1)


@pytest.mark.requirement("I7")
def test_a_fourth_claim_for_one_address_in_six_hours_is_refused() -> None:
    for _ in range(3):
        claimed()
    with pytest.raises(TooMany):
        claimed()


@pytest.mark.requirement("I6")
@pytest.mark.parametrize("ask", ["claim", "invitation"])
def test_known_and_unknown_addresses_are_the_same_work(ask: str) -> None:
    released("known@example.org")
    claimed("first@example.org", client="198.51.100.1")
    work = []
    for address in ("known@example.org", "unknown@example.org"):
        with CaptureQueriesContext(connections["identity"]) as captured:
            if ask == "claim":
                claimed(address, client="198.51.100.7")
            else:
                actions.request_invitation(
                    address=address, invitation=uuid.uuid4(), language="en", client="198.51.100.7"
                )
        # Numbers are names of savepoints and locks.
        work.append(
            [re.sub(r" -?\d+|\d+", "", " ".join(query["sql"].split()[:3])) for query in captured.captured_queries]
        )
    assert work[0] == work[1]


def test_the_answer_goes_out_once_before_the_address_is_deleted() -> None:
    claim = claimed()
    actions.release_mail(decision=claim)
    sent()
    participant = behind(claim).pk
    for _ in range(2):
        actions.send_claim_answer(participant=participant, claim=claim)
    actions.drop_keep(subject=claim)
    assert mask_of(participant)
    assert [message.subject for message in sent()] == ["Your link", "Our answer"]
    assert not Identity.objects.exists()


def test_the_answer_promises_no_more_than_the_law_allows() -> None:
    claim = claimed()
    actions.send_claim_answer(participant=behind(claim).pk, claim=claim)
    (message,) = sent()
    assert "Copies are destroyed, unless the law obliges us to keep them." in message.body


def test_a_deleted_address_gets_no_answer() -> None:
    actions.send_claim_answer(participant=uuid.uuid4(), claim=uuid.uuid4())
    assert not Mail.objects.exists()


def test_staff_find_the_participant_of_an_address() -> None:
    assert participant_of("BERTA@example.org") is None
    assert behind(invited()).pk == participant_of("BERTA@example.org")
