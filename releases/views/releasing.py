"""The curators' pages of releases: the list, a draft, and where one stands with its next step."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from releases import actions, permissions, queries, tasks
from releases.eligibility import Rules, funnel, stopped
from releases.forms import DraftForm
from releases.models import Audience, Readings, Release
from releases.reasons import REASONS
from releases.transitions import ReleaseState
from releases.views.stepping import REFUSALS, Question, step


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every release, newest first."""
    me = permissions.check_can_curate(request.user)
    releases = queries.releases().select_related("retraction_asked_by")
    standing = [(release, queries.badges(release)) for release in releases]
    return render(request, "releases/index.html", {"standing": standing, "tasks": queries.tasks_for(me)})


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
                scopes=frozenset(data["scopes"]),
                bases=frozenset(data["bases"]),
                readings=Readings(data["readings"]),
                with_nobody=data["with_nobody"],
                staff_id=me,
            )
        except actions.ReleaseNotPossible as refusal:
            form.add_error(None, str(REFUSALS[refusal.code]))
        else:
            return redirect("releases:release_show", release_id=release.pk)
    return render(request, "releases/draft.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def release_show(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """One release: where it stands and the next step; of a draft, what would keep photos out."""
    me = permissions.check_can_curate(request.user)
    release = get_object_or_404(queries.releases(), pk=release_id)
    code = queries.hindrance(release)
    context = {
        "release": release,
        "badges": queries.badges(release, code),
        "rules": queries.rules_in_words(release),
        "course": queries.course_of(release),
        "me": me,
        "reason_seen": queries.digest_of_reason(release),
        "waiting": queries.waiting_withdrawals(release.audience) if release.state == ReleaseState.BUILT else None,
        "older": queries.published(release.audience),
    }
    if release.published_at:
        context |= _public(release)
    if release.state == ReleaseState.DRAFT:
        context |= _funnel(release)
    context |= _progress(release) | _stopped(release, code)
    return render(request, "releases/show.html", context)


def _public(release: Release) -> dict[str, object]:
    """Where everybody reads of a release; while it is handed out, what of it recipients cannot fetch any more."""
    where: dict[str, object] = {
        "version_url": queries.version_url(release.audience, release.number),
        "version_name": queries.version_name(release.audience, release.number),
    }
    if release.state != ReleaseState.PUBLISHED:
        return where
    return where | {"closed": queries.closed_of(release), "next_one": queries.open_release(release.audience)}


def _stopped(release: Release, code: str) -> dict[str, object]:
    """Why a release waits, or cannot be published as it is (`queries.hindrance`): nothing where it can.

    `held` is how many photos it waits for.
    """
    if not code:
        return {}
    return {
        "stopped": REFUSALS[code],
        "held": len(stopped(release).waiting) if code == "held" else 0,
        "publishable_from": queries.publishable_from(release) if code == "small_batch" else None,
        "can_be_built_again": code in {"withdrawn", "unwritten"},
    }


def _funnel(release: Release) -> dict[str, object]:
    """What keeps photos out of a draft, and how many would be in, as a chart with its table."""
    found = funnel(Rules.of(release))
    # Who is in comes first; the picture leaves out what keeps nobody out, the table does not.
    order = ["", *(code for code in REASONS if code)]
    rows = [(REASONS[code], found.get(code, 0)) for code in order]
    most = max(number for _words, number in rows) or 1
    bars = [
        {"label": words, "value": number, "share": 100 * number / most, "series": 2 if place else 1}
        for place, (words, number) in enumerate(rows)
        if number or not place
    ]
    return {
        "would_be_in": found.get("", 0),
        "preparing": queries.preparing(release),
        "parked_crops": queries.parked_crops(),
        "funnel": rows,
        "funnel_columns": [_("Reason"), _("Photos")],
        "funnel_bars": bars,
    }


@require_GET
def release_progress(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """How far a build is, or a draft's pictures: the part of the release's page that looks again by itself."""
    permissions.check_can_curate(request.user)
    release = get_object_or_404(Release, pk=release_id)
    if release.state == ReleaseState.DRAFT:
        context = {"release": release, "preparing": queries.preparing(release)}
        return render(request, "releases/_preparing.html", context)
    return render(request, "releases/_progress.html", {"release": release, **_progress(release)})


def _progress(release: Release) -> dict[str, object]:
    """How far the workers are, in steps: the plan, each file with photos, and the tables and papers together."""
    if release.state != ReleaseState.FROZEN:
        return {}
    progress = queries.progress(release)
    planned = progress.shards > 0
    return {
        "progress": progress,
        "is_planned": planned,
        "is_written": planned and progress.written == progress.shards,
        "steps": progress.shards + 2,
        "done": progress.written + (1 if planned else 0),
        "photos": release.items.standing().count(),
    }


@require_POST
def release_freeze(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Fix which photos are in, and let the workers build."""

    def take(me: UUID) -> None:
        actions.freeze(release_id=release_id, staff_id=me)
        tasks.wake(release_id)

    return step(request, release_id, take)


@require_POST
def release_publish(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Publish what another curator froze."""
    return step(request, release_id, lambda me: actions.publish(release_id=release_id, staff_id=me))


@require_POST
def release_abort(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Give up a release that is not published."""
    give_up = partial(actions.abort, release_id=release_id, reason="given_up")
    return step(request, release_id, lambda me: give_up(by=f"staff:{me}"), _ask_to_give_up)


def _ask_to_give_up(release: Release) -> Question:
    words = {"number": release.number, "audience": release.get_audience_display()}
    return Question(
        _("Give up release %(number)d, for %(audience)s?") % words,
        (
            _("All that was built of it is destroyed at once. Its number is not used again."),
            _("Its photos can be in the next release, which somebody drafts anew."),
            _("It cannot be undone."),
        ),
        _("Give it up"),
    )


@require_POST
def release_again(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Let the workers try again what they parked, or build again what is not whole any more."""

    def take(me: UUID) -> None:
        actions.build_again(release_id=release_id, by=f"staff:{me}")
        tasks.wake(release_id)

    return step(request, release_id, take)


@require_POST
def release_without_held(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Let a release be built without the photos that it waits for."""

    def take(me: UUID) -> None:
        actions.leave_out_held(release_id=release_id, by=f"staff:{me}")
        tasks.wake(release_id)

    return step(request, release_id, take)


@require_POST
def release_crops(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Let the workers cut again the pictures that they parked; whichever release they may be in."""
    return step(request, release_id, lambda me: actions.cut_again(by=f"staff:{me}"))
