"""How each known list stands, for the officer's desk: names, versions, counts and times; never a hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from screening.models import KnownList


@dataclass(frozen=True, slots=True)
class ListState:
    """One known list; `known` is None for one that is required and was never imported.

    `problem` says in words what keeps photos held or the gate closed because of it; empty: nothing does.
    """

    name: str
    is_required: bool
    problem: str
    known: KnownList | None = None
    digests: int = 0


def list_states() -> list[ListState]:
    """Every list that is there or required, by name."""
    counted = KnownList.objects.annotate(count=Count("digests", filter=Q(digests__retracted_at__isnull=True)))
    states = [
        ListState(known.name, known.name in settings.KNOWN_LISTS_REQUIRED, _problem(known), known, known.count)
        for known in counted
    ]
    names = {state.name for state in states}
    absent = [name for name in settings.KNOWN_LISTS_REQUIRED if name not in names]
    states += [ListState(name, is_required=True, problem=_("required, and not there")) for name in absent]
    return sorted(states, key=lambda state: state.name)


def _problem(known: KnownList) -> str:
    now = timezone.now()
    if _is_before(known.waiting_since, now - timedelta(hours=settings.REVERSE_MATCH_HOURS)):
        return _("new hashes wait too long: nothing is shown")
    checked = known.checked_at or known.imported_at
    if known.name in settings.KNOWN_LISTS_REQUIRED and (
        checked is None or _is_before(checked, now - timedelta(days=settings.KNOWN_LIST_STALE_DAYS))
    ):
        return _("too old: new photos are held")
    return ""


def _is_before(moment: datetime | None, limit: datetime) -> bool:
    return moment is not None and moment < limit
