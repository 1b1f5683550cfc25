"""Legal holds: what they keep from being erased, what the desk shows, and what the log tells of them."""

from collections.abc import Collection, Iterator
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from audit.queries import unlike
from screening.models import LegalHold
from screening.transitions import HoldState

HOLDING = frozenset({HoldState.PLACED, HoldState.LIFTING})
OVER = frozenset({HoldState.LIFTED, HoldState.DROPPED})
_WAITING_FIRST = Case(
    When(state__in=[HoldState.PROPOSED, HoldState.LIFTING], then=Value(0)),
    When(state=HoldState.PLACED, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)
_TOLD = {
    "hold:proposed": ("hold_unknown", lambda row: row is not None),
    "hold:placed": ("hold_not_placed", lambda row: row.placed_at is not None),
    "hold:lifted": ("hold_not_lifted", lambda row: row.state == HoldState.LIFTED),
    "hold:dropped": ("hold_not_dropped", lambda row: row.state == HoldState.DROPPED),
}


def held_by_law(photo_ids: Collection[UUID]) -> set[UUID]:
    """Those of the photos that a legal hold keeps from being erased."""
    holding = LegalHold.objects.filter(photo__in=photo_ids, state__in=HOLDING)
    return set(holding.values_list("photo", flat=True))


def holds() -> QuerySet[LegalHold]:
    """Every hold: those that wait for a second officer first, then those in place, then those that are over."""
    return LegalHold.objects.select_related("photo").order_by(_WAITING_FIRST, "-proposed_at")


def missing_holds() -> Iterator[str]:
    """A line for each hold that is not, or does not stand, as the log tells."""
    return unlike(_TOLD, LegalHold.objects.only("state", "placed_at"))
