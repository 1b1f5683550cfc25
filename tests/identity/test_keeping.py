"""An address lives as long as one sending needs it, and no longer."""

import uuid

import pytest
from django.db import DatabaseError, connections, transaction
from django.db.models import ProtectedError

from identity import actions
from identity.models import Identity, Keep, WaitingEvent
from identity.queries import hears_updates, mask_of
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
    actions.drop_keep(sending=first)
    assert mask_of(participant)
    actions.drop_keep(sending=second)
    assert mask_of(participant) == ""
    assert WaitingEvent.objects.filter(action="identity:deleted", subject=participant).count() == 1


def test_a_sending_may_be_dropped_twice() -> None:
    sending = released()
    for _ in range(2):
        actions.drop_keep(sending=sending)
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
