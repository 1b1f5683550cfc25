"""The registry of uses: what releases were used for, entered by curators, read by the people in the photos."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from releases import actions, permissions, queries
from releases.forms import UseForm
from releases.models import Use

REFUSALS = {
    "not_given_out": _("This release was never published, so nobody used it."),
    "not_approved": _("This recipient was never approved."),
    "other_audience": _("This recipient gets releases for another audience."),
}


@require_GET
def uses(request: HttpRequest) -> HttpResponse:
    """Every use that stands in the registry."""
    permissions.check_can_curate(request.user)
    context = {"uses": queries.uses(), "users": queries.users(), "releases": queries.releases_given_out()}
    return render(request, "releases/uses.html", context)


@require_http_methods(["GET", "POST"])
def use_tell(request: HttpRequest) -> HttpResponse:
    """Enter what a release was used for."""
    me = permissions.check_can_curate(request.user)
    form = UseForm(
        request.POST if request.method == "POST" else None,
        releases=queries.releases_given_out(),
        recipients=queries.users(),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.tell_use(
                release_id=data["release"].pk,
                recipient_id=data["recipient"].pk,
                project=data["project"],
                model=data["model"],
                report=data["report"],
                staff_id=me,
            )
        except actions.UseNotPossible as refusal:
            form.add_error("release" if refusal.code == "not_given_out" else "recipient", str(REFUSALS[refusal.code]))
        else:
            messages.success(request, _("Everybody whose photos are in the release can read it now."))
            return redirect("releases:uses")
    return render(request, "releases/use_tell.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def use_end(request: HttpRequest, use_id: UUID) -> HttpResponse:
    """Take a use out of the registry."""
    me = permissions.check_can_curate(request.user)
    get_object_or_404(Use, pk=use_id)
    actions.end_use(use_id=use_id, staff_id=me)
    messages.success(request, _("It stands in the registry no more."))
    return redirect("releases:uses")
