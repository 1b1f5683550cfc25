"""The administrator's page of the campaign: where it stands, moving it on a second press, how far people get."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.permissions import asked_again
from contributions import actions, permissions, queries
from contributions.campaign_forms import CampaignForm
from contributions.queries.campaign_reach import DAYS, reach

PAGE = "contributions:campaign_desk"


@require_http_methods(["GET", "POST"])
def campaign_desk(request: HttpRequest) -> HttpResponse:
    """Show it; a POST asks whether to move it, and a second one with `confirm` does."""
    me = permissions.check_can_move_campaign(request.user)
    if request.method == "POST" and (again := asked_again(request, reverse(PAGE))):
        return again
    standing = queries.campaign()
    form = CampaignForm(request.POST if request.method == "POST" else None, standing=standing)
    if not form.is_valid():
        context = {"standing": standing, "form": form, "chart": _how_far()}
        return render(request, "contributions/desk/campaign.html", context, status=422 if form.errors else 200)
    if "confirm" not in request.POST:
        return render(request, "contributions/desk/campaign_move.html", {"standing": standing, "form": form})
    try:
        actions.move_campaign(state=form.target, reason=form.why, by=f"staff:{me}")
    except actions.TransitionNotAllowed:
        messages.warning(request, _("Somebody else has moved the campaign meanwhile. Nothing changed."))
    else:
        messages.success(request, _("The campaign is moved. Everybody sees it now."))
    return redirect(PAGE)


def _how_far() -> dict[str, Any]:
    """The chart of the sendings begun lately, by how far they came."""
    stages = reach()
    text = _("Sendings begun in the last %(days)d days, by how far they came. Numbers under 5 are hidden.")
    return {
        "text": text % {"days": DAYS},
        "columns": [_("Step"), _("Sendings"), _("Of those begun")],
        "bars": [{"label": one.label, "value": one.shown, "share": one.share} for one in stages],
        "rows": [(one.label, one.shown, "-" if one.count is None else f"{one.share} %") for one in stages],
    }
