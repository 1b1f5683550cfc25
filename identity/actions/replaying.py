"""What persons decided since an old backup was made, done again from the log after the backup is restored."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from audit.models import Event
from identity.actions import events
from identity.actions.inviting import do_not_write
from identity.actions.keeping import drop_unsent
from identity.actions.reminding import mute
from identity.models import Identity, Keep, Mail


def replay(*, first: int, size: int) -> int:
    """Do again what the log's entries `first` to `size` (exclusive) say of addresses; how many changed.

    Deletes identities that came back, with their keeps, links and mails, and stops what persons stopped and did not
    choose again later. May be done again, and records nothing: the log holds it already.
    """
    last: dict[tuple[str, UUID], str] = {}
    entries = Event.objects.filter(index__gte=first, index__lt=size, action__in=[*STOPS, *_TAKEN_BACK])
    for action, subject in entries.order_by("index").values_list("action", "subject").iterator():
        last[action.partition(":")[0], UUID(subject)] = action
    return sum(_again(participant, action) for (_what, participant), action in last.items())


@transaction.atomic(using="identity")
def _again(participant: UUID, action: str) -> bool:
    identity = Identity.objects.select_for_update().filter(pk=participant).first()
    return identity is not None and action in STOPS and STOPS[action](identity)


def _delete(identity: Identity) -> bool:
    Keep.objects.filter(identity=identity).delete()
    identity.delete()
    return True


def _stop_updates(identity: Identity) -> bool:
    drop_unsent(identity, Mail.Kind.UPDATE)
    return bool(Identity.objects.filter(pk=identity.pk, updates_since__isnull=False).update(updates_since=None))


def _end_more(identity: Identity) -> bool:
    return bool(Identity.objects.filter(pk=identity.pk, more_due_at__isnull=False).update(more_due_at=None))


# An address is put on the list before its identity is deleted: entries come in the order in which they happened.
STOPS: dict[str, Callable[[Identity], bool]] = {
    events.UPDATES_STOPPED.name: _stop_updates,
    events.REMINDERS_STOPPED.name: mute,
    events.MORE_OVER.name: _end_more,
    events.INVITATIONS_STOPPED.name: do_not_write,
    events.IDENTITY_DELETED.name: _delete,
}
_TAKEN_BACK = (
    events.UPDATES_CHOSEN.name,
    events.REMINDERS_ALLOWED.name,
    events.MORE_ASKED.name,
    events.INVITATIONS_ALLOWED.name,
)
