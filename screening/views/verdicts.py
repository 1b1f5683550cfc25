"""The safety officer's desk for what screening held: facts first, no pictures. And for auditors who looked at which."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from audit.permissions import check_can_read_log
from screening import actions, permissions, queries
from screening.forms import RulingForm
from screening.transitions import VerdictState


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What screening held, oldest first, in words."""
    permissions.check_can_rule(request.user)
    photos = queries.held().prefetch_related("findings")[:100]
    return render(request, "screening/queue.html", {"photos": photos})


@require_http_methods(["GET", "POST"])
def ruling(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """One held photo as facts, and the officer's ruling on it."""
    me = permissions.check_can_rule(request.user)
    photo = get_object_or_404(queries.held().prefetch_related("findings", "persons"), pk=photo_id)
    form = RulingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.rule(
                photo_id=photo_id,
                state=VerdictState(form.cleaned_data["state"]),
                reason=form.cleaned_data["reason"],
                by=f"staff:{me}",
            )
        except actions.RulingNotAllowed:
            form.add_error(None, _("Somebody else has ruled on this photo. Nothing changed."))
        else:
            return redirect("screening:queue")
    return render(request, "screening/ruling.html", {"photo": photo, "form": form}, status=422 if form.errors else 200)


@require_safe
def audit_views(request: HttpRequest) -> HttpResponse:
    """Which staff looked at photos lately, how often, at which rendition, why and for which task; for auditors."""
    check_can_read_log(request.user)
    seen = queries.exposure()
    most = max(tally.views for tally in seen.days) or 1
    context = {
        "exposure": seen,
        "span": queries.DAYS,
        "day_columns": [_("Day (UTC)"), _("Views"), _("Outside a task")],
        # The table has every day; the picture leaves out those on which nobody looked.
        "day_bars": [
            {"label": day.of, "value": day.views, "share": 100 * day.views / most} for day in seen.days if day.views
        ],
        "day_rows": [[day.of, day.views, day.outside] for day in reversed(seen.days)],
        "kinds": [(_("Rendition"), seen.renditions), (_("Reason"), seen.reasons)],
    }
    return render(request, "screening/audit_views.html", context)
