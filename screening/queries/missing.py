"""What the log tells of this room and its tables do not know, as after a restored backup."""

from collections.abc import Iterator
from uuid import UUID

from audit.models import Event
from audit.queries import absent, told
from screening.models import Escalation, RulingProposal, Verdict, View
from screening.queries.holds import missing_holds
from screening.transitions import VerdictState


def missing_by_log() -> Iterator[str]:
    """A line for each verdict, legal hold, proposal, escalation and look that the log tells and the tables do not know.

    A verdict that a restored backup has lost can be a lock: such a photo may not be erased before it is judged again.
    The same holds for a legal hold.
    """
    yield from told("photo:judged", "photo:ruled", read=_judged, compare=_unknown)
    yield from missing_holds()
    proposals, told_of = RulingProposal.objects.all(), Escalation.objects.all()
    yield from absent("proposal_unknown", "ruling:proposed", field="proposal", rows=proposals, key="pk")
    yield from absent("escalation_unknown", "photo:escalated", field="escalation", rows=told_of, key="pk")
    yield from absent("view_unknown", "photo:viewed", field="view", rows=View.objects.all(), key="pk")


def _judged(entry: Event) -> tuple[UUID, VerdictState]:
    return UUID(entry.subject), VerdictState(entry.data["verdict"])


def _unknown(batch: list[tuple[Event, tuple[UUID, VerdictState]]]) -> Iterator[str]:
    photos = [photo for _entry, (photo, _state) in batch]
    known = set(Verdict.objects.filter(photo__in=photos).values_list("photo", "state", "by"))
    for entry, (photo, state) in batch:
        if (photo, state.value, entry.actor) not in known:
            yield f"verdict_{state.value}_unknown {photo}"
