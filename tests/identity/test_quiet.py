"""From the promised date on a person hears nothing, whether a photo was erased or the law keeps a copy back."""

import uuid

import pytest

from identity import actions
from identity.models import Identity, Keep, Link, Mail
from identity.queries import is_quiet, may_be_invited, participant_of
from tests.identity.mails import sent
from tests.identity.people import behind
from tests.identity.test_consent_links import released

pytestmark = [pytest.mark.django_db(databases=["default", "identity"]), pytest.mark.requirement("K10")]


def asked(address: str = "anna@example.org") -> list[str]:
    """Subjects of the mails that a typed address brings."""
    before = len(sent())
    actions.request_manage_link(address=address, client="198.51.100.7", language="en")
    return [str(message.subject) for message in sent()[before:]]


def test_a_quiet_address_is_answered_as_an_unknown_one() -> None:
    sending = released()
    assert asked() == ["Your link"]
    actions.hush(subject=sending)
    assert asked() == asked("nobody@example.org") == []
    assert Keep.objects.exists()


def test_links_and_mails_on_their_way_die_with_the_last_subject() -> None:
    sending = released()
    participant = behind(sending).pk
    actions.request_manage_link(address="anna@example.org", client="198.51.100.7", language="en")
    actions.send_receipt(participant=participant, decision=uuid.uuid4(), context={})
    actions.hush(subject=sending)
    assert not Link.objects.exists()
    assert [message.subject for message in sent()] == ["Your receipt"]


def test_another_sending_keeps_the_person_in_touch() -> None:
    first, second = released(), released()
    participant = behind(first).pk
    actions.hush(subject=first)
    assert not is_quiet(participant)
    assert asked() == ["Your link"]
    actions.hush(subject=second)
    assert is_quiet(participant)


def test_it_may_be_said_again_and_of_what_is_gone() -> None:
    sending = released()
    actions.hush(subject=sending)
    since = Keep.objects.get().quiet_since
    actions.hush(subject=sending)
    assert Keep.objects.get().quiet_since == since
    actions.drop_keep(subject=sending)
    actions.hush(subject=sending)
    assert not Identity.objects.exists()


def test_whoever_types_a_quiet_address_again_is_somebody_new() -> None:
    first = released()
    actions.hush(subject=first)
    assert participant_of("anna@example.org") is None
    second = released()
    assert behind(second).pk != behind(first).pk
    assert participant_of("anna@example.org") == behind(second).pk
    assert is_quiet(behind(first).pk)


def test_an_address_that_waits_for_its_last_receipt_alone_is_not_found_either() -> None:
    sending = released()
    participant = behind(sending).pk
    actions.send_receipt(participant=participant, decision=uuid.uuid4(), context={})
    actions.drop_keep(subject=sending)
    assert participant_of("anna@example.org") is None
    assert "Your receipt" in [message.subject for message in sent()]
    assert not Identity.objects.exists()


def test_the_wish_not_to_be_written_to_outlives_the_silence() -> None:
    sending = released()
    actions.stop_invitations(participant=behind(sending).pk)
    actions.hush(subject=sending)
    assert not may_be_invited(behind(released()).pk)


def test_nobody_quiet_is_reminded() -> None:
    sending = released()
    participant = behind(sending).pk
    actions.hush(subject=sending)
    assert not actions.send_reminder(participant=participant, decision=uuid.uuid4(), context={})


def test_a_new_sending_opens_the_address_again() -> None:
    actions.hush(subject=released())
    released()
    sent()
    assert asked() == ["Your link"]
    assert Mail.objects.filter(kind=Mail.Kind.CONSENT_LINK, sent_at__isnull=False).count() == 1


def test_the_letter_of_a_quiet_sending_dies_although_another_sending_keeps_the_person_in_touch() -> None:
    over, goes_on = released(), released()
    actions.hush(subject=over)
    assert set(Link.objects.values_list("subject", flat=True)) == {goes_on}
    assert set(Mail.objects.values_list("decision", flat=True)) == {goes_on}
