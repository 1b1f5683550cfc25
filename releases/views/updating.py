"""Updates: written per language by one curator, approved by another, read by everybody."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from audit.permissions import asked_again
from consent.queries import clean_html
from releases import actions, permissions, queries
from releases.forms import UpdateTextForm
from releases.transitions import TransitionNotAllowed, UpdateState

REFUSALS = {
    "another_writer": _("Another curator began this update. Only they can change it; you can approve it."),
    "same_person": _("You wrote this update. Another curator has to approve it."),
    "no_english": _("Write the update in English first: whoever reads another language may get it in English."),
    "changed": _("The text has changed since you opened the page. Read it again before you approve it."),
}
MOVED_ON = _("The update has moved on meanwhile. Nothing changed.")


@require_safe
def updates(request: HttpRequest) -> HttpResponse:
    """What became of the photos, newest first, for everybody."""
    return render(request, "releases/updates.html", {"updates": queries.public_updates()})


@require_GET
def updates_desk(request: HttpRequest) -> HttpResponse:
    """Every update, newest first."""
    permissions.check_can_curate(request.user)
    return render(request, "releases/updates_desk.html", {"updates": queries.updates()})


@require_POST
def update_draft(request: HttpRequest) -> HttpResponse:
    """Begin an update."""
    me = permissions.check_can_curate(request.user)
    return redirect("releases:update_show", update_id=actions.draft_update(staff_id=me).pk)


@require_GET
def update_show(request: HttpRequest, update_id: UUID) -> HttpResponse:
    """One update in every language, as it will be read, and the next step."""
    me = permissions.check_can_curate(request.user)
    update = get_object_or_404(queries.updates(), pk=update_id)
    written = {text.language: text for text in update.texts.all()}
    drafts = [
        {"code": code, "name": name, "text": text, "html": clean_html(text.text) if text else ""}
        for code, name in settings.LANGUAGES
        for text in [written.get(code)]
    ]
    context = {
        "update": update,
        "drafts": drafts,
        "own": update.drafted_by_id == me,
        "is_draft": update.state == UpdateState.DRAFT,
        "in_english": settings.LANGUAGE_CODE in written,
        "seen": queries.digest_of(update),
        "mailing": queries.mailing_of(update),
    }
    return render(request, "releases/update_show.html", context)


@require_http_methods(["GET", "POST"])
def update_write(request: HttpRequest, update_id: UUID, language: str) -> HttpResponse:
    """Write the update in one language."""
    me = permissions.check_can_curate(request.user)
    update = get_object_or_404(queries.updates(), pk=update_id)
    name = dict(settings.LANGUAGES).get(language)
    if name is None:
        raise Http404
    text = update.texts.filter(language=language).first()
    initial = {"title": text.title, "text": text.text} if text else None
    form = UpdateTextForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_update(update_id=update_id, language=language, staff_id=me, **form.cleaned_data)
        except actions.UpdateNotPossible as refusal:
            form.add_error(None, REFUSALS[refusal.code])
        except TransitionNotAllowed:
            form.add_error(None, MOVED_ON)
        else:
            return redirect("releases:update_show", update_id=update_id)
    context = {"form": form, "update": update, "language": language, "name": name}
    return render(request, "releases/update_write.html", context, status=422 if form.errors else 200)


@require_POST
def update_approve(request: HttpRequest, update_id: UUID) -> HttpResponse:
    """Make public what another curator wrote, as it was read."""
    return _step(request, update_id, "approve")


@require_POST
def update_drop(request: HttpRequest, update_id: UUID) -> HttpResponse:
    """Give a draft up, or take a public update down."""
    return _step(request, update_id, "drop")


def _step(request: HttpRequest, update_id: UUID, step: str) -> HttpResponse:
    me = permissions.check_can_curate(request.user)
    page = reverse("releases:update_show", args=[update_id])
    if again := asked_again(request, page):
        return again
    get_object_or_404(queries.updates(), pk=update_id)
    try:
        if step == "approve":
            actions.approve_update(update_id=update_id, seen=request.POST.get("seen", ""), staff_id=me)
        else:
            actions.end_update(update_id=update_id, staff_id=me)
    except actions.UpdateNotPossible as refusal:
        messages.error(request, REFUSALS[refusal.code])
    except TransitionNotAllowed:
        messages.error(request, MOVED_ON)
    return redirect(page)
