"""Taking a release back: one curator asks and says why, another one does it or decides to keep it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.permissions import asked_again, is_fresh
from releases import actions, permissions
from releases.forms import RetractionForm
from releases.models import Release
from releases.transitions import TransitionNotAllowed
from releases.views.stepping import MOVED_ON, REFUSALS, Question, step

TOO_OLD = _("Your second factor was shown too long ago. Show it again in another tab; your text stays here.")


@require_http_methods(["GET", "POST"])
def retraction_ask(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Say why a release is to be taken back. What was written stays when the second factor is too old by then."""
    me = permissions.check_can_curate(request.user)
    page = reverse("releases:retraction_ask", args=[release_id])
    if request.method != "POST" and (again := asked_again(request, page)):
        return again
    release = get_object_or_404(Release, pk=release_id)
    form = RetractionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _asked(request, release, form, me):
        return redirect("releases:release_show", release_id=release_id)
    context = {"form": form, "release": release, "stale": not is_fresh(request)}
    return render(request, "releases/retraction.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, release: Release, form: RetractionForm, me: UUID) -> bool:
    if not is_fresh(request):
        form.add_error(None, str(TOO_OLD))
        return False
    try:
        actions.ask_retraction(release_id=release.pk, reason=form.cleaned_data["reason"], staff_id=me)
    except actions.ReleaseNotPossible as refusal:
        messages.error(request, REFUSALS[refusal.code])
    except TransitionNotAllowed:
        messages.error(request, MOVED_ON)
    return True


@require_POST
def release_retract(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Take back what another curator asked to take back."""
    seen = request.POST.get("seen", "")
    return step(request, release_id, lambda me: actions.retract(release_id=release_id, seen=seen, staff_id=me), _ask)


def _ask(release: Release) -> Question:
    words = {"number": release.number, "audience": release.get_audience_display()}
    return Question(
        gettext("Take back release %(number)d, for %(audience)s?") % words,
        (
            _("Every download closes at once, and what this release alone holds is destroyed."),
            _("Everybody can read the reason, and holders are told by mail to delete every copy."),
            _("It cannot be undone."),
        ),
        _("Take it back for good"),
    )


@require_POST
def release_keep(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Set the request to take a release back aside."""
    return step(request, release_id, lambda me: actions.keep(release_id=release_id, staff_id=me))
