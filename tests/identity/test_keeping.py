"""An address lives as long as one sending needs it, and no longer."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections, transaction
from django.db.models import ProtectedError

from identity import actions
from identity.models import Identity, Keep, Mail, WaitingEvent
from identity.queries import hears_updates, keeps_older_than, language_of, mask_of
from tests.identity.test_consent_links import released

pytestmark = pytest.mark.django_db(databases=["default", "identity"])


@pytest.mark.requirement("I3")
def test_an_address_that_a_sending_needs_cannot_be_deleted() -> None:
    released()
    with pytest.raises(ProtectedError):
        Identity.objects.get().delete()
    delete = "DELETE FROM identity_identity; SET CONSTRAINTS ALL IMMEDIATE"
    with pytest.raises(DatabaseError), transaction.atomic("identity"), connections["identity"].cursor() as cursor:
        cursor.execute(delete)
    assert Keep.objects.count() == 1


@pytest.mark.requirement("I3")
def test_the_address_goes_with_the_last_sending() -> None:
    first, second = released(), released()
    participant = Identity.objects.get().participant
    actions.drop_keep(subject=first)
    assert mask_of(participant)
    actions.drop_keep(subject=second)
    assert mask_of(participant) == ""
    assert WaitingEvent.objects.filter(action="identity:deleted", subject=participant).count() == 1


def test_a_sending_may_be_dropped_twice() -> None:
    sending = released()
    for _ in range(2):
        actions.drop_keep(subject=sending)
    assert not Identity.objects.exists()


def test_the_choice_of_updates_is_kept_until_it_is_taken_back() -> None:
    released()
    participant = Identity.objects.get().participant
    for _ in range(2):
        actions.set_updates(participant=participant, on=True)
    assert hears_updates(participant)
    actions.set_updates(participant=participant, on=False)
    assert not hears_updates(participant)
    found = WaitingEvent.objects.filter(action__startswith="updates:").order_by("created_at")
    assert [event.action for event in found] == ["updates:chosen", "updates:stopped"]


def test_nothing_is_kept_for_a_person_we_do_not_know() -> None:
    actions.set_updates(participant=uuid.uuid4(), on=True)
    assert not WaitingEvent.objects.exists()


def test_what_may_be_shown_of_a_person_goes_with_the_address() -> None:
    sending = released()
    participant = Identity.objects.get().participant
    assert (mask_of(participant), language_of(participant)) == ("a…@example.org", "en")
    assert [keep.pk for keep in keeps_older_than(timedelta(0))] == [sending]
    actions.drop_keep(subject=sending)
    assert (mask_of(participant), language_of(participant)) == ("", "")


def test_a_person_deleted_between_two_steps_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    make, calls = Identity.objects.bulk_create, []

    def lose_the_first(rows: list[Identity], *, ignore_conflicts: bool) -> list[Identity]:
        calls.append(rows)
        return make(rows, ignore_conflicts=ignore_conflicts) if len(calls) > 1 else rows

    monkeypatch.setattr(Identity.objects, "bulk_create", lose_the_first)
    released()
    assert len(calls) == 2
    assert Identity.objects.count() == 1


def test_releasing_what_is_released_or_unknown_changes_nothing() -> None:
    sending = released()
    since = Mail.objects.get().ready_at
    actions.release_mail(decision=sending)
    actions.release_mail(decision=uuid.uuid4())
    assert Mail.objects.get().ready_at == since


@pytest.mark.parametrize(("language", "then"), [("sv", "sv"), ("xx", "en"), ("", "en")])
def test_a_person_is_written_to_in_a_language_that_the_site_speaks(language: str, then: str) -> None:
    released()
    participant = Identity.objects.get().participant
    actions.set_language(participant=participant, language=language)
    assert language_of(participant) == then
