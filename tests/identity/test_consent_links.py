"""The link to one sending: asked for, released, sent again, sent elsewhere."""

import re
import uuid

import pytest
from django.conf import settings
from django.core import mail

from identity import actions
from identity.actions import AddressNotValid, AlreadyAnswered, SendingUnknown, TooMany
from identity.actions.mailing import LEASE
from identity.models import Identity, Keep, Link, Mail
from identity.queries import live_link, mails_not_released
from tests.identity.mails import last_link, sent, whole

pytestmark = pytest.mark.django_db(databases=["default", "identity"])


def requested(address: str = "anna@example.org", *, sending: uuid.UUID | None = None) -> uuid.UUID:
    sending = sending or uuid.uuid4()
    actions.request_consent(address=address, sending=sending, language="en")
    return sending


def released(address: str = "anna@example.org") -> uuid.UUID:
    sending = requested(address)
    actions.release_mail(decision=sending)
    return sending


def owner(sending: uuid.UUID) -> Identity:
    return Keep.objects.get(pk=sending).identity


def test_the_mail_waits_for_the_decision_it_belongs_to() -> None:
    sending = requested()
    assert sent() == []
    actions.release_mail(decision=sending)
    assert [message.to for message in sent()] == [["anna@example.org"]]


def test_asking_twice_for_the_same_sending_is_one_link_and_one_mail() -> None:
    sending = requested()
    requested("ANNA@Example.org ", sending=sending)
    assert (Link.objects.count(), Mail.objects.count(), Keep.objects.count()) == (1, 1, 1)


@pytest.mark.requirement("I1")
def test_spellings_of_one_address_are_one_person() -> None:
    first = actions.request_consent(address="Anna@Example.ORG", sending=uuid.uuid4(), language="en")
    second = actions.request_consent(address=" anna@example.org", sending=uuid.uuid4(), language="sv")
    assert first.participant == second.participant
    assert first.mask == "a…@example.org"


def test_another_address_for_the_same_sending_takes_the_place_of_the_first() -> None:
    sending = requested()
    requested("berta@example.org", sending=sending)
    actions.release_mail(decision=sending)
    assert [message.to for message in sent()] == [["berta@example.org"]]
    assert (Link.objects.count(), Identity.objects.count()) == (1, 1)


def test_an_address_that_another_sending_needs_is_not_deleted() -> None:
    kept, sending = requested(), requested()
    requested("berta@example.org", sending=sending)
    assert owner(kept).mask == "a…@example.org"


def test_a_fresh_link_lets_the_former_die() -> None:
    sending = released()
    former = Link.objects.get().pk
    actions.resend_consent(sending=sending, language="en")
    assert live_link(former, "consent") is None
    assert len(sent()) == 1


def test_a_link_sent_twice_is_two_mails_with_their_own_message_ids() -> None:
    sending = released()
    sent()
    actions.resend_consent(sending=sending, language="en")
    assert len({message.message()["Message-ID"] for message in sent()}) == 2


def test_a_changed_address_waits_for_its_release() -> None:
    sending = released()
    sent()
    mail.outbox.clear()
    changed = actions.change_address(sending=sending, address="berta@example.org", language="en")
    assert sent() == []
    assert owner(sending).participant == changed.participant
    actions.release_mail(decision=sending)
    assert [message.to for message in sent()] == [["berta@example.org"]]


def test_the_address_changed_to_itself_is_sent_a_fresh_link() -> None:
    sending = released()
    sent()
    actions.change_address(sending=sending, address="Anna@example.org", language="en")
    assert len(sent()) == 2


def test_an_answered_sending_gets_no_other_address_and_no_new_link() -> None:
    sending = released()
    actions.claim(link=Link.objects.get().pk)
    with pytest.raises(AlreadyAnswered):
        actions.resend_consent(sending=sending, language="en")
    with pytest.raises(AlreadyAnswered):
        actions.change_address(sending=sending, address="berta@example.org", language="en")


def test_a_sending_without_an_address_cannot_be_sent_again() -> None:
    with pytest.raises(SendingUnknown):
        actions.resend_consent(sending=uuid.uuid4(), language="en")
    with pytest.raises(SendingUnknown):
        actions.change_address(sending=uuid.uuid4(), address="anna@example.org", language="en")


@pytest.mark.parametrize("typed", ["", "anna", "anna@", "@example.org", "a b@example.org", "a@b.org\nBcc: c@d.org"])
def test_what_is_no_address_is_refused_and_leaves_nothing(typed: str) -> None:
    with pytest.raises(AddressNotValid):
        requested(typed)
    assert not Identity.objects.exists()


@pytest.mark.requirement("I7")
def test_a_fourth_link_in_six_hours_is_refused_and_leaves_nothing() -> None:
    sending = released()
    for _ in range(2):
        actions.resend_consent(sending=sending, language="en")
    with pytest.raises(TooMany):
        actions.resend_consent(sending=sending, language="en")
    with pytest.raises(TooMany):
        requested()
    assert Keep.objects.count() == 1


def test_what_was_never_released_is_found_by_the_sweep() -> None:
    sending = requested()
    Mail.objects.update(created_at="2026-01-01T00:00Z")
    assert [waiting.decision for waiting in mails_not_released(LEASE)] == [sending]


@pytest.mark.requirement("I8")
def test_the_mail_says_nothing_in_its_subject_and_links_to_our_own_site_only() -> None:
    released()
    text = whole(sent()[0])
    assert "Subject: Your link" in text
    assert set(re.findall(r"https?://[^/]+", text)) == {settings.SITE_URL}
    assert "<img" not in text


def test_the_mail_is_written_in_the_language_of_the_sending() -> None:
    sending = uuid.uuid4()
    actions.request_consent(address="anna@example.org", sending=sending, language="sv")
    actions.release_mail(decision=sending)
    assert sent()[0].message()["Content-Language"] == "sv"


@pytest.mark.requirement("I5")
def test_a_token_has_at_least_128_bits_and_is_kept_as_its_digest_only() -> None:
    released()
    token = last_link().strip("/").rpartition("/")[2]
    rows = [*Link.objects.values(), *Mail.objects.values()]
    kept = b"".join(bytes(value) for row in rows for value in row.values() if isinstance(value, bytes | memoryview))
    assert len(token) * 6 >= 128
    assert token.encode() not in kept
    assert token not in repr(rows)
