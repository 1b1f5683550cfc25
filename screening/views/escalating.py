"""Locked photos: metadata and the written procedure, who was told, and a note to print. Nobody sees a picture."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.permissions import asked_again
from consent.queries import sections
from contributions.models import Photo
from screening import actions, permissions
from screening.forms import EscalationForm, RulingForm
from screening.models import LegalHold, RulingProposal
from screening.queries import desk
from screening.queries.held_facts import facts_of
from screening.queries.holds import OVER
from screening.queries.preserved import preserved
from screening.transitions import TransitionNotAllowed, VerdictState

PAGE = "screening:locked_show"
# What two officers can make of a lock.
STATES = (VerdictState.CLEAR, VerdictState.HELD, VerdictState.EXCLUDED)


@require_GET
def locked_list(request: HttpRequest) -> HttpResponse:
    """Every locked photo, the newest lock first."""
    permissions.check_can_rule(request.user)
    return render(request, "screening/locked.html", {"photos": desk.locked()[: desk.SHOWN]})


@require_GET
def locked_show(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """One locked photo: metadata, the written procedure, who was told."""
    permissions.check_can_rule(request.user)
    return _show(request, photo_id, EscalationForm())


@require_POST
def escalate(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """Write down that somebody outside was told."""
    me = permissions.check_can_rule(request.user)
    get_object_or_404(desk.locked(), pk=photo_id)
    form = EscalationForm(request.POST)
    if not form.is_valid():
        return _show(request, photo_id, form, status=422)
    try:
        actions.escalate(photo_id=photo_id, staff_id=me, **form.cleaned_data)
    except actions.EscalationNotPossible:
        raise Http404 from None
    return redirect(PAGE, photo_id=photo_id)


@require_http_methods(["GET", "POST"])
def locked_propose(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """Propose what becomes of a lock; a second officer decides."""
    me = permissions.check_can_rule(request.user)
    if request.method == "POST" and (
        again := asked_again(request, reverse("screening:locked_propose", args=[photo_id]))
    ):
        return again
    photo = get_object_or_404(desk.locked(), pk=photo_id)
    (fact,) = facts_of([photo])
    form = RulingForm(request.POST if request.method == "POST" else None, states=STATES, is_known=fact.is_known)
    if request.method == "POST" and form.is_valid():
        state = VerdictState(form.cleaned_data["state"])
        try:
            made = actions.propose_ruling(
                photo_id=photo_id, state=state, reason=form.cleaned_data["reason"], staff_id=me
            )
        except (actions.ProposalNotPossible, TransitionNotAllowed):
            form.add_error(None, _("A proposal about this photo waits already, or it has moved on. Nothing changed."))
        else:
            return redirect("screening:proposal_show", proposal_id=made.pk)
    context = {"photo": photo, "form": form}
    return render(request, "screening/locked_propose.html", context, status=422 if form.errors else 200)


@require_GET
def note(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """The preservation note of a locked photo: one page to print."""
    me = permissions.check_can_rule(request.user)
    photo = get_object_or_404(desk.locked(), pk=photo_id)
    context = {"note": preserved(photo), "me": me, "now": timezone.now()}
    return render(request, "screening/note.html", context)


def _show(request: HttpRequest, photo_id: UUID, form: EscalationForm, status: int = 200) -> HttpResponse:
    photo: Photo = get_object_or_404(desk.locked(), pk=photo_id)
    (fact,) = facts_of([photo])
    context: dict[str, Any] = {
        "fact": fact,
        "form": form,
        "sections": sections(settings.CAMPAIGN_PROCEDURE),
        "escalations": photo.escalations.all(),
        "holds": LegalHold.objects.filter(photo=photo).exclude(state__in=OVER),
        "proposal": RulingProposal.objects.filter(photo=photo, agreed__isnull=True).first(),
    }
    return render(request, "screening/locked_show.html", context, status=status)
