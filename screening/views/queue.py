"""The safety officer's queue: what screening held, as facts, the longest held first. No picture is on it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from screening import permissions
from screening.queries import desk
from screening.queries.held_facts import facts_of
from screening.queries.own_looks import looks_of
from screening.queries.reasons import label_of


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Held photos in words; with `?why=` those alone that one kind of reason holds."""
    me = permissions.check_can_rule(request.user)
    why = request.GET.get("why", "")
    photos = desk.waiting(me, why)
    kinds = desk.kinds_waiting()
    context = {
        "facts": facts_of(photos[: desk.SHOWN]),
        "waiting": photos.count(),
        "kinds": [(kind, label_of(kind), number) for kind, number in kinds],
        "why": why if why in dict(kinds) else "",
        "looks": looks_of(me),
        "rest": settings.OFFICER_BREAK_MINUTES,
        "to_decide": desk.proposals().exclude(proposed_by=me).count(),
    }
    return render(request, "screening/queue.html", context)
