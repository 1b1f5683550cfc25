"""How each known list stands, for the officer's desk: names, versions, counts and times; never a hash."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from screening.codes import CodeKind
from screening.models import KnownList
from screening.queries.gate import late_lists
from screening.queries.lists import unreliable_lists

_IN_WORDS = {
    CodeKind.LIST_MISSING: gettext_lazy("required, and not there: new photos are held"),
    CodeKind.LIST_EMPTY: gettext_lazy("empty: new photos are held"),
    CodeKind.LIST_STALE: gettext_lazy("too old: new photos are held"),
}


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
    codes = (code.partition(":") for code in unreliable_lists())
    problems = {name: str(_IN_WORDS[CodeKind(code)]) for code, _colon, name in codes}
    late = dict.fromkeys(late_lists().values_list("name", flat=True), _("new hashes wait too long: nothing is shown"))
    problems |= late
    required = set(settings.KNOWN_LISTS_REQUIRED)
    standing = Count("digests", filter=Q(digests__retracted_at__isnull=True))
    counted = {known.name: known for known in KnownList.objects.annotate(count=standing)}
    states = [
        ListState(name, name in required, problems.get(name, ""), known, known.count) for name, known in counted.items()
    ]
    states += [ListState(name, is_required=True, problem=problems[name]) for name in required - counted.keys()]
    return sorted(states, key=lambda state: state.name)
