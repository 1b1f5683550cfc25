"""Handing out photos: one statement takes, one holder, nothing that the gate would not let through."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from annotation.actions.leasing import free, lease_end, one_at_a_time
from annotation.actions.opening import give_back
from annotation.models import Task
from annotation.queries.leases import PUT_OFF_FOR
from annotation.queries.own_readings import COLUMNS, FIGURES, FIGURES_LONG, OwnReadings, figures_of, parameters
from screening import queries as gate

# What annotators are handed, written as the partial index has it: never one's own first reading for a second time, and
# a second opinion only once the first reading can no longer be undone at a press of a key. Nobody settles what they
# answered as a reader (annotation.queries.rounds.answered_by says the same).
_FOR_READING: Final = """
    task.stage IN ('first', 'second')
    AND task.first_by_id IS DISTINCT FROM %(staff)s
    AND (task.meant_for_id IS NULL OR task.meant_for_id = %(staff)s)
    AND (task.stage = 'first' OR task.waiting_since <= %(settled)s)"""
_FOR_SETTLING: Final = """
    task.stage = 'settling'
    AND task.waiting_since <= %(settled)s
    AND NOT EXISTS (
        SELECT 1 FROM annotation_reading mine
         WHERE mine.task_id = task.id AND mine.by_id = %(staff)s AND mine.stage IN ('first', 'second')
           AND mine.answer <> 'taken_back'
           AND NOT EXISTS (SELECT 1 FROM annotation_reading back WHERE back.takes_back_id = mine.id)
           AND NOT EXISTS (
               SELECT 1 FROM annotation_reading begun
                WHERE begun.task_id = task.id AND begun.id > mine.id AND begun.stage = 'first'
                  AND begun.answer <> 'taken_back'
                  AND NOT EXISTS (SELECT 1 FROM annotation_reading back WHERE back.takes_back_id = begun.id)))"""
# More than these at once is no photo's own fault: the gate is closing, and one request does not empty the queue.
MOST_PUT_ASIDE: Final = 5
# The inner LIMIT is a literal, so that the planner walks the index; the outer one stops before a row more is locked.
_TAKE: Final = f"""
WITH {FIGURES},
own AS MATERIALIZED (
    SELECT id, photo_id, priority, "order", leased_until FROM annotation_task
     WHERE state = 'leased' AND leased_to_id = %(staff)s AND leased_until > %(now)s AND stage IN ({{stages}})),
free AS MATERIALIZED (
    SELECT id FROM (
        SELECT task.id FROM annotation_task task
         WHERE task.state = 'open' AND {{which}}
           AND NOT EXISTS (
               SELECT 1 FROM annotation_notnow later
                WHERE later.task_id = task.id AND later.staff_id = %(staff)s AND later.at > %(since)s)
         ORDER BY task.priority DESC, task."order"
         LIMIT %(most)s FOR UPDATE SKIP LOCKED) few
     LIMIT (SELECT CASE WHEN allowed.so THEN GREATEST(0, %(most)s - (SELECT count(*) FROM own)) ELSE 0 END
              FROM allowed)),
taken AS (
    UPDATE annotation_task
       SET state = 'leased', lease = gen_random_uuid(), leased_to_id = %(staff)s, leased_until = %(until)s,
           version = 1 + floor(random() * 2147483646)::integer
     WHERE id IN (SELECT id FROM free)
 RETURNING id, photo_id, priority, "order", leased_until)
SELECT {COLUMNS}, held.id, held.photo_id, held.leased_until
  FROM mine LEFT JOIN (SELECT * FROM own UNION ALL SELECT * FROM taken) held ON true
 ORDER BY held.priority DESC, held."order\""""  # noqa: S608 -- of our own words alone
_TAKE_TO_READ: Final = _TAKE.format(which=_FOR_READING, stages="'first', 'second'")
_TAKE_TO_SETTLE: Final = _TAKE.format(which=_FOR_SETTLING, stages="'settling'")


class Held(NamedTuple):
    """One task that a person holds, and until when."""

    task_id: UUID
    photo_id: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class HandOut:
    """All that a person holds after a hand-out, the photo to begin with first, and what the person has read so far.

    `is_closed`: no photo at all may be shown just now.
    """

    held: list[Held]
    own: OwnReadings
    is_closed: bool = False


def hand_out(*, staff_id: UUID, ahead: int = 0, settling: bool = False, known: Collection[UUID] = ()) -> HandOut:
    """What this person holds, filled up from the queue to one photo and `ahead` more (settings.READING_AHEAD at most).

    One statement under SKIP LOCKED hands out. What the gate no longer lets through is put aside, MOST_PUT_ASIDE photos
    at most, and taken anew; of `known` tasks, whose picture the page has, it is not asked again.
    """
    most = 1 + min(max(0, ahead), settings.READING_AHEAD)
    room = MOST_PUT_ASIDE
    while True:
        found = _take(staff_id, most, settling=settling)
        stopped = [one for one in found.held if one.task_id not in known and not gate.is_servable(one.photo_id)]
        if not stopped:
            return found
        if room == 0 or gate.is_closed():
            # Nothing is wrong with these photos: they wait until everything is let through again.
            free(Task.objects.filter(pk__in=[one.task_id for one in stopped], leased_to=staff_id))
            return HandOut([one for one in found.held if one not in stopped], found.own, is_closed=True)
        for one in stopped[:room]:
            give_back(photo_id=one.photo_id)
        room -= len(stopped[:room])


def take_next(*, staff_id: UUID, settling: bool = False) -> Task | None:
    """The photo that this person holds, else the next one of the queue under a fresh lease, else None."""
    held = hand_out(staff_id=staff_id, settling=settling).held
    return Task.objects.select_related("photo").get(pk=held[0].task_id) if held else None


def _take(staff_id: UUID, most: int, *, settling: bool) -> HandOut:
    now = timezone.now()
    values: dict[str, Any] = {
        **parameters(staff_id, now),
        "most": most,
        "until": lease_end(now),
        "since": now - PUT_OFF_FOR,
        "settled": now - timedelta(seconds=settings.SECOND_AFTER_SECONDS),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        one_at_a_time(staff_id)
        cursor.execute(_TAKE_TO_SETTLE if settling else _TAKE_TO_READ, values)
        rows = cursor.fetchall()
    held = [Held(*row[FIGURES_LONG:]) for row in rows if row[FIGURES_LONG] is not None]
    return HandOut(held, figures_of(rows[0][:FIGURES_LONG], now))
