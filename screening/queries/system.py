"""How screening stands, in numbers for those who run the site (settings.SYSTEM_FIGURES)."""

from collections.abc import Mapping

from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from contributions.queries import staying
from screening.models import Escalation, RulingProposal, Verdict
from screening.queries.gate import NO_POLICY, is_closed
from screening.queries.lists import unreliable_lists
from screening.queries.stops import open_stops
from screening.transitions import VerdictState


def system_figures() -> Mapping[str, float]:
    """Held and locked photos that wait for an officer and since when, whether the gate is closed, stopped views."""
    held = _newest(VerdictState.HELD).filter(Exists(staying().filter(pk=OuterRef("photo"))))
    oldest = held.aggregate(at=Min("at"))["at"]
    return {
        "held_waiting": held.count(),
        "held_oldest_seconds": (timezone.now() - oldest).total_seconds() if oldest else 0.0,
        "locked_waiting": locked_waiting().count(),
        "gate_closed": is_closed(),
        "lists_unreliable": len(unreliable_lists()),
        "views_stopped": open_stops().count(),
    }


def locked_waiting() -> QuerySet[Verdict]:
    """Locks of which no officer has written down yet who was told, and proposed nothing."""
    told = Escalation.objects.filter(photo=OuterRef("photo"), told_at__isnull=False)
    proposed = RulingProposal.objects.filter(photo=OuterRef("photo"), agreed__isnull=True)
    kept = _newest(VerdictState.LOCKED).filter(photo__erased_at__isnull=True)
    return kept.exclude(policy=NO_POLICY).filter(~Exists(told), ~Exists(proposed))


def _newest(state: VerdictState) -> QuerySet[Verdict]:
    """Verdicts in this state that no later one of the same photo replaced; the few of this state have an index."""
    later = Verdict.objects.filter(photo=OuterRef("photo"), pk__gt=OuterRef("pk"))
    return Verdict.objects.filter(~Exists(later), state=state).order_by()
