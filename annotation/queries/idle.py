"""Why a person is handed nothing just now, and until when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.models import NotNow, Task
from annotation.queries.leases import PUT_OFF_FOR
from annotation.queries.own_readings import OwnReadings
from annotation.transitions import FOR_ANNOTATORS, Stage, TaskState
from screening.queries import views_stopped_in_words


@dataclass(frozen=True, slots=True)
class Empty:
    """Why nothing is handed out: a code word (none, held, put_off, cap, break, stopped), a sentence, and until when."""

    why: str
    text: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Photos that wait, but not for this person: held by others, or put off by this person.

    Those that wait for somebody else's second answer are not told apart: nobody is to know which these are.

    `held_until` is when the first of those held may come back, `put_off_until` when the first may be handed out again.
    """

    held: int = 0
    held_until: datetime | None = None
    put_off: int = 0
    put_off_until: datetime | None = None


def resting(own: OwnReadings) -> Empty | None:
    """What keeps new photos from this person, as a stop, the day's limit or a break; None without one."""
    if own.is_stopped:
        return Empty("stopped", views_stopped_in_words())
    if own.is_capped:
        text = _("You have answered or put off %(number)d photos today, which is the limit. There are more tomorrow.")
        return Empty("cap", text % {"number": own.seen}, own.day_over)
    if own.break_until is not None:
        text = _("Time for a break. The next photo comes at %(time)s.")
        return Empty("break", text % {"time": _clock(own.break_until)}, own.break_until)
    return None


def why_empty(staff_id: UUID, own: OwnReadings, *, settling: bool = False, is_closed: bool = False) -> Empty:
    """Why this person is handed nothing; `is_closed`: no photo at all may be shown just now."""
    if is_closed:
        return Empty("none", _("No photo may be shown just now. Reading goes on when screening has caught up."))
    return resting(own) or _in_words(waiting_for(staff_id, settling=settling), settling=settling)


def waiting_for(staff_id: UUID, *, settling: bool = False) -> Waiting:
    """What waits for an answer, but not from this person."""
    stages = [Stage.SETTLING] if settling else list(FOR_ANNOTATORS)
    later = NotNow.objects.filter(staff_id=staff_id, at__gt=timezone.now() - PUT_OFF_FOR)
    tasks = Task.objects.filter(state__in=[TaskState.OPEN, TaskState.LEASED], stage__in=stages).order_by()
    counted = tasks.aggregate(
        held=Count("pk", filter=Q(state=TaskState.LEASED) & ~Q(leased_to=staff_id)),
        held_until=Min("leased_until", filter=~Q(leased_to=staff_id)),
    )
    off = later.filter(task__state=TaskState.OPEN, task__stage__in=stages)
    put_off = off.aggregate(put_off=Count("task", distinct=True), put_off_until=Min("at"))
    if put_off["put_off_until"] is not None:
        put_off["put_off_until"] += PUT_OFF_FOR
    return Waiting(**counted, **put_off)


def _in_words(waiting: Waiting, *, settling: bool) -> Empty:
    if waiting.held:
        text = ngettext(
            "%(number)d photo is being read by somebody else, until %(time)s at the latest if it is left.",
            "%(number)d photos are being read by others; the first may come back at %(time)s.",
            waiting.held,
        ) % {"number": waiting.held, "time": _clock(waiting.held_until)}
        return Empty("held", text, waiting.held_until)
    if waiting.put_off:
        text = ngettext(
            "You put %(number)d photo off. It is yours again from %(time)s, unless somebody else reads it.",
            "You put %(number)d photos off. The first is yours again from %(time)s, unless somebody else reads it.",
            waiting.put_off,
        ) % {"number": waiting.put_off, "time": _clock(waiting.put_off_until)}
        return Empty("put_off", text, waiting.put_off_until)
    if settling:
        return Empty("none", _("No photo waits to be settled. One comes when two readers differ or one cannot decide."))
    return Empty("none", _("No photo waits. New ones come when people agree to give them."))


def _clock(moment: datetime | None) -> str:
    return time_format(timezone.localtime(moment), "H:i") if moment else ""
