"""The safety officer's desk after a restored backup: what was proposed and decided, and who outside was told."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.auth import get_user_model

from audit.models import Event
from audit.queries import id_in
from contributions.models import Photo
from screening.models import Escalation, RulingProposal

# The number of a file stands in the custodian's own files: the log does not hold it.
REFERENCE_LOST: Final = "?"


def officer_of(entry: Event) -> UUID | None:
    """Who did it, when the restored database knows them."""
    kind, _, who = entry.actor.partition(":")
    known = kind == "staff" and get_user_model()._default_manager.filter(pk=who).exists()
    return UUID(who) if known else None


def _proposed(entry: Event, photo: Photo) -> bool:
    proposal, officer = id_in(entry, "proposal"), officer_of(entry)
    if officer is None or RulingProposal.objects.filter(pk=proposal).exists():
        return False
    RulingProposal.objects.create(
        pk=proposal,
        photo=photo,
        state=entry.data["verdict"],
        reason=entry.data["reason"],
        proposed_by_id=officer,
        proposed_at=entry.at,
    )
    return True


def _decided(entry: Event, _photo: Photo) -> bool:
    officer = officer_of(entry)
    waiting = RulingProposal.objects.filter(pk=id_in(entry, "proposal"), agreed__isnull=True)
    agreed = entry.action == "ruling:agreed"
    return officer is not None and bool(waiting.update(agreed=agreed, decided_by_id=officer, decided_at=entry.at))


def _escalated(entry: Event, photo: Photo) -> bool:
    row, officer = id_in(entry, "escalation"), officer_of(entry)
    if officer is None or Escalation.objects.filter(pk=row).exists():
        return False
    told_at = datetime.fromisoformat(entry.data["told_at"])
    Escalation.objects.create(
        pk=row,
        photo=photo,
        told=entry.data["told"],
        told_at=told_at,
        reference=REFERENCE_LOST,
        by_id=officer,
        at=entry.at,
    )
    return True


FOLLOWED_DESK: Final[dict[str, Callable[[Event, Photo], bool]]] = {
    "ruling:proposed": _proposed,
    "ruling:agreed": _decided,
    "ruling:refused": _decided,
    "ruling:taken_back": _decided,
    "photo:escalated": _escalated,
}
