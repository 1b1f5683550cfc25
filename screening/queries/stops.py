"""Whose views are stopped, and whether somebody's have become too many."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from screening.models import View, ViewStop

HOUR: Final = timedelta(hours=1)
# A view for this reason is of a photo that the person was handed to read or to settle.
TASK: Final = "task"
# Any other is outside of a task, also where it names what it was for: whoever asks the collection is handed nothing.
OUTSIDE: Final = Q(task__isnull=True) | ~Q(reason=TASK)
# The same as are_views_stopped for statements of rooms above that ask more at once; `{who}` is the person's id in SQL.
VIEWS_STOPPED: Final = (
    "EXISTS (SELECT 1 FROM screening_viewstop stop WHERE stop.staff_id = {who} AND stop.lifted_at IS NULL)"
)


def are_views_stopped(staff_id: UUID) -> bool:
    """Whether this person may open no picture until somebody else lets them go on."""
    return open_stops().filter(staff=staff_id).exists()


def open_stops() -> QuerySet[ViewStop]:
    """The stops that stand, the newest first."""
    return ViewStop.objects.filter(lifted_at__isnull=True).select_related("staff")


def lifted_stops() -> QuerySet[ViewStop]:
    """The stops that were lifted, the last one first."""
    return ViewStop.objects.filter(lifted_at__isnull=False).select_related("staff", "lifted_by").order_by("-lifted_at")


def stops_waiting(staff_id: UUID) -> list[tuple[str, str]]:
    """What /staff/ shows a lead or an administrator: each stop that stands and is not their own, and the way there."""
    url = reverse("screening:stops")
    return [
        (_("%(name)s opened too many pictures") % {"name": stop.staff}, url)
        for stop in open_stops().exclude(staff=staff_id)
    ]


def stops_of(staff_id: UUID) -> tuple[bool, datetime | None]:
    """Whether this person's views are stopped, and when the last stop before was lifted; None: there was none."""
    stops = ViewStop.objects.filter(staff=staff_id).order_by()
    found = stops.aggregate(standing=Count("pk", filter=Q(lifted_at__isnull=True)), last=Max("lifted_at"))
    return found["standing"] > 0, found["last"]


def too_many(staff_id: UUID, lifted: datetime | None = None) -> tuple[ViewStop.Cause, int] | None:
    """Why another view would be one too many for this person within an hour, and how many there were; None: it is not.

    What was looked at before the last stop was `lifted` does not count again.
    """
    since = timezone.now() - HOUR
    seen = View.objects.filter(staff=staff_id, at__gt=max(since, lifted or since)).order_by()
    counted = seen.aggregate(all=Count("pk"), outside=Count("pk", filter=OUTSIDE))
    if counted["all"] >= settings.VIEWS_AN_HOUR:
        return ViewStop.Cause.HOUR, counted["all"]
    if counted["outside"] >= settings.VIEWS_OUTSIDE_TASKS_AN_HOUR:
        return ViewStop.Cause.OUTSIDE, counted["outside"]
    return None


def views_stopped_in_words() -> str:
    """What somebody reads whose views are stopped."""
    return _(
        "You have opened more pictures in an hour than the work needs, so none is shown to you for now. A lead or an "
        "administrator sees this and can let you go on. Speak to one of them."
    )
