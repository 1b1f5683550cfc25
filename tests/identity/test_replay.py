"""An old backup of this database brings back who was deleted since; the log says so, and replaying it deletes again."""

import uuid

import pytest
from django.db import DatabaseError
from django.db.models import Model

from audit.models import Event
from identity import actions
from identity.models import DoNotWrite, Identity, Keep, Link, LogMark, Mail, WaitingEvent
from identity.queries import hears_updates, is_replayed
from tests.identity.people import behind
from tests.identity.test_consent_links import released

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"], transaction=True),
    pytest.mark.requirement("E3"),
]
MODELS: tuple[type[Model], ...] = (Identity, Keep, DoNotWrite, Link, Mail, WaitingEvent, LogMark)


def backup() -> list[list[Model]]:
    """Every row of this database, as a backup holds it."""
    return [list(model._default_manager.all()) for model in MODELS]


def restore(kept: list[list[Model]]) -> None:
    """Put a backup back."""
    for model in reversed(MODELS):
        model._default_manager.all().delete()
    for model, rows in zip(MODELS, kept, strict=True):
        model._default_manager.bulk_create(rows)


def size() -> int:
    return Event.objects.count()


def test_who_was_deleted_after_the_backup_is_deleted_again() -> None:
    gone, stays = released(), released("berta@example.org")
    actions.record_waiting()
    kept, first = backup(), size()
    actions.drop_keep(subject=gone)
    actions.record_waiting()
    assert is_replayed()
    restore(kept)
    assert not is_replayed()
    length = size()
    assert actions.replay(first=first, size=length) == 1
    assert is_replayed()
    assert list(Keep.objects.values_list("pk", flat=True)) == [stays]
    assert Mail.objects.count() == Link.objects.count() == 1
    assert actions.replay(first=0, size=length) == 0
    actions.record_waiting()
    assert size() == length


def test_the_sweep_does_not_hide_that_a_backup_came_back() -> None:
    gone = released()
    kept = backup()
    actions.drop_keep(subject=gone)
    actions.record_waiting()
    actions.record_waiting()
    restore(kept)
    actions.record_waiting()
    assert not is_replayed()


def test_a_deletion_that_still_waited_in_the_backup_is_no_reason_to_stop() -> None:
    actions.drop_keep(subject=released())
    kept = backup()
    actions.record_waiting()
    restore(kept)
    assert is_replayed()
    actions.record_waiting()
    assert Event.objects.filter(action="identity:deleted").count() == 1


def test_what_was_stopped_is_stopped_again_unless_it_was_chosen_again_later() -> None:
    person, other = behind(released()).pk, behind(released("berta@example.org")).pk
    for participant in (person, other):
        actions.set_updates(participant=participant, on=True)
    kept, first = backup(), size()
    for participant in (person, other):
        actions.set_updates(participant=participant, on=False)
        actions.stop_invitations(participant=participant)
    actions.set_updates(participant=other, on=True)
    actions.allow_invitations(participant=other)
    actions.send_reminder(participant=other, decision=uuid.uuid4(), context={"what": "expires"})
    actions.stop_reminders(link=Link.objects.get(action=Link.Action.REMINDERS).pk)
    actions.record_waiting()
    length = size()
    for _ in range(2):
        restore(kept)
        actions.replay(first=first, size=length)
    assert (hears_updates(person), hears_updates(other)) == (False, True)
    assert [bytes(row.blind_index) for row in DoNotWrite.objects.all()] == [
        bytes(Identity.objects.get(pk=person).blind_index)
    ]
    assert list(Identity.objects.filter(reminders_stopped_at__isnull=False).values_list("pk", flat=True)) == [other]
    assert actions.replay(first=first, size=length) == 0
    assert not WaitingEvent.objects.filter(action__endswith=":stopped").exists()


def test_an_address_stays_on_the_list_when_its_identity_is_deleted_again() -> None:
    sending = released()
    kept = backup()
    actions.stop_invitations(participant=behind(sending).pk)
    actions.drop_keep(subject=sending)
    actions.record_waiting()
    restore(kept)
    actions.replay(first=0, size=size())
    assert not Identity.objects.exists()
    assert DoNotWrite.objects.count() == 1


def test_a_database_that_does_not_answer_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(Event.objects, "filter", fail)
    assert not is_replayed()
