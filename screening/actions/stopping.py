"""Stops the views of somebody who opens more pictures than the work needs, until another person looks into it."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from screening.models import ViewStop
from screening.queries.stops import open_stops, stops_of, too_many

STOPPED = EventKind(
    "views:stopped",
    "{actor} opened {views} pictures in an hour ({cause}), so that no more are shown to this person.",
    fields=("stop", "cause", "views"),
)
LIFTED = EventKind("views:lifted", "{actor} let {staff} open pictures again.", fields=("stop", "staff"))


class ViewsStopped(Exception):
    """This person may open no picture until a lead or an administrator lets them go on."""


class NotToBeLifted(Exception):
    """The stop was lifted already, or is the person's own."""


def one_look_at_a_time(staff_id: UUID) -> None:
    """Wait, within the transaction of a view, until every other of this person is counted."""
    get_user_model()._default_manager.select_for_update(no_key=True).get(pk=staff_id)


def stop_if_too_many(*, staff_id: UUID) -> bool:
    """Whether this person may open no more pictures; begins a stop when this view would be one too many.

    Within the transaction of the view, after one_look_at_a_time. The view must then not be made, but the transaction
    has to be committed: the stop stays.
    """
    is_stopped, lifted = stops_of(staff_id)
    if is_stopped:
        return True
    found = too_many(staff_id, lifted)
    if found is None:
        return False
    cause, views = found
    stop = ViewStop.objects.create(staff_id=staff_id, cause=cause, views=views)
    record(STOPPED, subject=staff_id, by=f"staff:{staff_id}", stop=stop.pk, cause=cause.value, views=views)
    return True


@transaction.atomic
def lift_stop(*, stop_id: UUID, staff_id: UUID) -> None:
    """Lift a stop; the person begins to count anew. Raises NotToBeLifted."""
    stop = open_stops().select_for_update(of=("self",)).filter(pk=stop_id).exclude(staff=staff_id).first()
    if stop is None:
        raise NotToBeLifted
    stop.lifted_at, stop.lifted_by_id = timezone.now(), staff_id
    stop.save(update_fields=["lifted_at", "lifted_by"])
    record(LIFTED, subject=stop.staff_id, by=f"staff:{staff_id}", stop=stop.pk, staff=f"staff:{stop.staff_id}")
