"""For auditors: who of the staff looked at which photos."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.permissions import check_can_read_log
from screening import queries


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
