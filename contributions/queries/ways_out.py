"""How withdrawals went, told by the log alone: when use ended everywhere, and when no backup opened the photo any more.

The log is asked as the auditor's own role, by key on its indexes, for a bounded number of withdrawals.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from audit.models import Event
from audit.queries import Selection, following, legible

WITHDRAWN, UNDONE = "photo:withdrawn", "photo:withdrawal_cancelled"
OUT_OF_USE, ERASED, EPOCH_ENDED = "photo:out_of_use", "photo:erased", "epoch:destroyed"
# The newest of these are looked at; a desk that shows more shows nothing any more.
MOST = 5_000


@dataclass(slots=True)
class WayOut:
    """One withdrawal: whose, of which photo, when, and when what followed from it; None: not yet, or never.

    `unreadable` is when the last epoch was destroyed that had wrapped a key of the photo, and the photo was out of use:
    what vault.queries.is_unrecoverable says, read from the log.
    """

    photo: str
    actor: str
    at: datetime
    undone: datetime | None = None
    out_of_use: datetime | None = None
    unreadable: datetime | None = None

    @property
    def effect_seconds(self) -> float | None:
        """From the withdrawal until the photo was out of use, in seconds."""
        return (self.out_of_use - self.at).total_seconds() if self.out_of_use else None

    @property
    def erasure_hours(self) -> float | None:
        """From the withdrawal until nothing opened the photo any more, in hours."""
        return (self.unreadable - self.at).total_seconds() / 3600 if self.unreadable else None

    @property
    def waits_for_effect(self) -> bool:
        """Whether some room has still to let go of the photo."""
        return self.out_of_use is None and self.undone is None

    @property
    def waits_for_erasure(self) -> bool:
        """Whether something, a backup perhaps, still opens the photo."""
        return self.unreadable is None and self.undone is None


def ways_out(*, since: date) -> tuple[list[WayOut], bool]:
    """The withdrawals from this day (UTC) on, oldest first, and whether there were more than the newest MOST."""
    page = Selection(first_day=since, action=WITHDRAWN).page(size=MOST)
    if not page.events:
        return [], False
    photos = {event.subject for event in page.events}
    after = page.events[-1].index
    followed = following(list(photos), actions=(UNDONE, OUT_OF_USE, ERASED), after=after)
    return _walk(sorted([*page.events, *followed], key=lambda entry: entry.index)), page.goes_on is not None


def _walk(entries: Iterable[Event]) -> list[WayOut]:
    """What followed from each withdrawal, up to the next one of the same photo."""
    ways: list[WayOut] = []
    open_one: dict[str, WayOut] = {}
    wrapped: dict[int, list[WayOut]] = defaultdict(list)
    for entry, epoch in legible(entries, _epoch):
        if epoch is None:
            continue
        if entry.action == WITHDRAWN:
            open_one[entry.subject] = WayOut(entry.subject, entry.actor, entry.at)
            ways.append(open_one[entry.subject])
            continue
        way = open_one.get(entry.subject)
        if way is None:
            continue  # the end of a withdrawal from before the first day
        if entry.action == UNDONE:
            way.undone = entry.at
        elif entry.action == OUT_OF_USE:
            way.out_of_use = entry.at
        else:
            wrapped[epoch].append(way)
    _note_ends(wrapped)
    return ways


def _note_ends(wrapped: Mapping[int, list[WayOut]]) -> None:
    """Say of each erased photo when the epoch ended under which its keys were wrapped last."""
    ended = following([f"epoch:{number}" for number in wrapped], actions=[EPOCH_ENDED])
    for entry, epoch in legible(ended, _epoch):
        for way in wrapped.get(epoch or 0, []):
            # A room that let go later held a copy under a key of its own until then.
            way.unreadable = max(entry.at, way.out_of_use) if way.out_of_use else None


def _epoch(entry: Event) -> int:
    """The epoch that an entry names; 0, which there never was, for one that names none. Raises TypeError."""
    epoch = entry.data["epoch"] if entry.action == EPOCH_ENDED else entry.data.get("epoch", 0)
    if not isinstance(epoch, int):
        raise TypeError("An epoch is a number.")
    return epoch
