"""The safety officer's queue: what screening held, as facts, the longest held first. No picture is on it."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from screening import permissions
from screening.queries import desk
from screening.queries.desk_pages import Place, page, place
from screening.queries.held_facts import facts_of
from screening.queries.own_looks import looks_of
from screening.queries.reasons import label_of


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Held photos in words; with `?why=` those alone that one kind of reason holds, with `?after=` those behind one."""
    me = permissions.check_can_rule(request.user)
    why = request.GET.get("why", "")
    photos = desk.waiting(me, why)
    after = place(request.GET.get("after", ""))
    shown = page(photos, after)
    if not shown.photos:
        # All behind that place were ruled on meanwhile.
        after, shown = None, page(photos, None)
    kinds = desk.kinds_waiting()
    context = {
        "facts": facts_of(shown.photos),
        "waiting": photos.count(),
        "kinds": [(kind, label_of(kind), number) for kind, number in kinds],
        "why": why if why in dict(kinds) else "",
        "first_url": _address(why, None) if after else "",
        "next_url": _address(why, shown.goes_on) if shown.goes_on else "",
        "most": desk.SHOWN,
        "looks": looks_of(me),
        "rest": settings.OFFICER_BREAK_MINUTES,
        "to_decide": desk.proposals().exclude(proposed_by=me).count(),
    }
    return render(request, "screening/queue.html", context)


def _address(why: str, after: Place | None) -> str:
    """The queue's address from a place on, of one kind of reason or of all."""
    query = {name: str(value) for name, value in (("why", why), ("after", after)) if value}
    return f"{reverse('screening:queue')}{'?' if query else ''}{urlencode(query)}"
