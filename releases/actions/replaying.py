"""What this room does after a restored backup (settings.LOG_REPLAYERS): what was ended stays ended.

A backup may know a link, a recipient, a use, an update or a release as open that ended since. What came to be since
does not come back: a link that the tables do not know opens nothing. No entry is recorded: the log holds them all.
Each entry is looked at in the order of the log and changes nothing when its row is there already.
"""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.db import transaction

from audit.models import Event
from audit.queries import retold
from releases.actions import replaying_releases as of_releases
from releases.actions.known import staff_of
from releases.models import Delivery, Recipient, Update, Use
from releases.transitions import UpdateState


@transaction.atomic
def replay(*, first: int, size: int) -> int:
    """Bring to their end whatever entries `first` up to `size` tell to be ended; how many rows changed."""
    told = retold(*FOLLOWED, first=first, size=size, read=lambda entry: UUID(entry.subject))
    return sum(FOLLOWED[entry.action](entry, subject) for entry, subject in told)


def _delivery_ended(entry: Event, pk: UUID) -> bool:
    row = Delivery.objects.select_for_update().filter(pk=pk).first()
    return row is not None and _ended(row, entry, row.made_by_id)


def _recipient_ended(entry: Event, pk: UUID) -> bool:
    row = Recipient.objects.select_for_update().filter(pk=pk).first()
    return row is not None and _ended(row, entry, row.entered_by_id)


def _use_ended(entry: Event, pk: UUID) -> bool:
    row = Use.objects.select_for_update().filter(pk=pk).first()
    return row is not None and _ended(row, entry, row.told_by_id)


def _update_ended(entry: Event, pk: UUID) -> bool:
    row = Update.objects.select_for_update().filter(pk=pk).first()
    if row is None or not _ended(row, entry, row.drafted_by_id):
        return False
    row.state = UpdateState.DROPPED if entry.action == "update:dropped" else UpdateState.TAKEN_DOWN
    row.save(update_fields=["state"])
    return True


def _ended(row: Delivery | Recipient | Use | Update, entry: Event, maker: UUID) -> bool:
    """End it as the entry tells; by its maker where the backup does not know who did. Whether it was open."""
    if row.ended_at is not None:
        return False
    row.ended_at, row.ended_by_id = entry.at, staff_of(entry) or maker
    row.save(update_fields=["ended_at", "ended_by"])
    return True


FOLLOWED: Final[dict[str, Callable[[Event, UUID], bool]]] = {
    "delivery:ended": _delivery_ended,
    "recipient:ended": _recipient_ended,
    "release:aborted": of_releases.aborted,
    "release:published": of_releases.published,
    "release:retracted": of_releases.retracted,
    "release:superseded": of_releases.superseded,
    "update:dropped": _update_ended,
    "update:taken_down": _update_ended,
    "use:ended": _use_ended,
}
