"""How the known lists stand, how far screening anew is, and the desk in numbers. Never a hash, never a picture."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from screening import permissions, queries
from screening.queries import figures as numbers
from screening.queries.list_states import list_states
from screening.queries.own_looks import looks_of


@require_GET
def known_lists(request: HttpRequest) -> HttpResponse:
    """Each known list with its versions and times, and the progress of screening under a new policy."""
    permissions.check_can_rule(request.user)
    context = {
        "lists": list_states(),
        "progress": queries.rescreening(),
        "hours": settings.REVERSE_MATCH_HOURS,
        "days": settings.KNOWN_LIST_STALE_DAYS,
    }
    return render(request, "screening/known_lists.html", context)


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """What holds photos, and how long they wait for a ruling; and how much this officer has looked at."""
    me = permissions.check_can_rule(request.user)
    context = {
        "reasons": numbers.holds_by_reason(),
        "times": numbers.time_to_ruling(),
        "weeks": numbers.WEEKS,
        "looks": looks_of(me),
        "rest": settings.OFFICER_BREAK_MINUTES,
    }
    return render(request, "screening/figures.html", context)
