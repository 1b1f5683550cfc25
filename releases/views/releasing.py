"""The curator's pages: drafts, freezing, publishing by a second person, downloads."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from releases import actions, permissions, queries, tasks
from releases.eligibility import Rules, changed, funnel
from releases.forms import DraftForm
from releases.models import Audience, Release
from releases.reasons import REASONS
from releases.transitions import ReleaseState, TransitionNotAllowed

REFUSALS = {
    "empty": _("No photo is eligible for this release. Nothing was frozen."),
    "another_open": _("Another release for this audience is being made. Publish it or give it up first."),
    "same_person": _("You froze this release. Another curator has to publish it."),
    "withdrawn": _(
        "A photo in this release was withdrawn, or stopped by screening, since. Give it up and draft it again."
    ),
    "read_again": _("A photo in this release was read anew since. Give it up and draft it again."),
    "not_downloadable": _("This release cannot be downloaded: a photo in it was withdrawn, or it is not published."),
}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every release, newest first."""
    permissions.check_can_curate(request.user)
    return render(request, "releases/index.html", {"releases": queries.releases()})


@require_http_methods(["GET", "POST"])
def release_draft(request: HttpRequest) -> HttpResponse:
    """Draft the next release."""
    me = permissions.check_can_curate(request.user)
    form = DraftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            release = actions.draft(
                audience=Audience(data["audience"]),
                bases=frozenset(data["bases"]),
                with_nobody=data["with_nobody"],
                staff_id=me,
            )
        except actions.ReleaseNotPossible as refusal:
            form.add_error(None, REFUSALS[refusal.code])
        else:
            return redirect("releases:release_show", release_id=release.pk)
    return render(request, "releases/draft.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def release_show(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """One release: where it stands, what is in it, what keeps photos out, and the next step."""
    me = permissions.check_can_curate(request.user)
    release = get_object_or_404(queries.releases(), pk=release_id)
    found = funnel(Rules.of(release))
    rows = [(words, found.get(code, 0), 1 if code else 2) for code, words in REASONS.items()]
    most = max(number for _words, number, _series in rows) or 1
    context = {
        "release": release,
        "funnel": [row[:2] for row in rows],
        "funnel_columns": [_("Reason"), _("Photos")],
        "funnel_bars": [{"label": w, "value": n, "share": 100 * n / most, "series": s} for w, n, s in rows],
        "downloadable": queries.is_downloadable(release),
        "own_freeze": release.frozen_by_id == me,
        "changed": _changed(release),
    }
    return render(request, "releases/show.html", context)


def _changed(release: Release) -> object:
    """Why what was frozen cannot be published as it is, in words; "" where it can, or that is over."""
    if release.state not in {ReleaseState.FROZEN, ReleaseState.BUILT}:
        return ""
    code = changed(queries.standing_items(release), Rules.of(release))
    return REFUSALS[code] if code else ""


@require_POST
def release_freeze(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Fix which photos are in, and let a worker build."""
    return _step(request, release_id, "freeze")


@require_POST
def release_publish(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Publish what another curator froze."""
    return _step(request, release_id, "publish")


@require_POST
def release_abort(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Give up a release that is not published."""
    return _step(request, release_id, "abort")


def _step(request: HttpRequest, release_id: UUID, step: str) -> HttpResponse:
    me = permissions.check_can_curate(request.user)
    get_object_or_404(Release, pk=release_id)
    page = reverse("releases:release_show", args=[release_id])
    if not getattr(request, "fresh_second_factor", False):
        return redirect(f"{reverse('accounts:step_up')}?{urlencode({'next': page})}")
    try:
        match step:
            case "freeze":
                actions.freeze(release_id=release_id, staff_id=me)
                tasks.wake(release_id)
            case "publish":
                actions.publish(release_id=release_id, staff_id=me)
            case "abort":
                actions.abort(release_id=release_id, by=f"staff:{me}", reason="given_up")
    except actions.ReleaseNotPossible as refusal:
        messages.error(request, REFUSALS[refusal.code])
    except TransitionNotAllowed:
        messages.error(request, _("The release has moved on meanwhile. Nothing changed."))
    return redirect(page)


@require_POST
def release_download(request: HttpRequest, release_id: UUID) -> HttpResponseBase:
    """The archive, once the download stands in the log."""
    me = permissions.check_can_curate(request.user)
    get_object_or_404(Release, pk=release_id)
    try:
        release, data = actions.download(release_id=release_id, staff_id=me)
    except actions.ReleaseNotPossible as refusal:
        messages.error(request, REFUSALS[refusal.code])
        return redirect("releases:release_show", release_id=release_id)
    name = f"my-pictures-matter-{release.audience}-{release.number}.tar"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(release.archive_bytes),
    }
    return StreamingHttpResponse(data, content_type="application/x-tar", headers=headers)
