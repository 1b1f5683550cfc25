"""The officer's desk for claims: what was written, which photos it may be about, a ruling on each. No picture."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.permissions import asked_again
from contributions import permissions
from contributions.actions import settling
from contributions.actions.revoking import revoke
from contributions.claim_forms import ClaimRulingForm, PhotoForm, RevokeForm
from contributions.models import Claim
from contributions.queries.claim_facts import facts_of, facts_of_claim, usable_without
from contributions.queries.claims import waiting_claims
from contributions.queries.lookalikes import lookalikes_of
from contributions.transitions import TransitionNotAllowed

OPEN_PAGE = "contributions:claim_desk_show"


@require_GET
def claims_desk(request: HttpRequest) -> HttpResponse:
    """What people wrote and staff have not settled, oldest first."""
    permissions.check_can_settle(request.user)
    context = {"claims": waiting_claims(), "days": settings.CLAIM_DAYS}
    return render(request, "contributions/desk/claims.html", context)


@require_GET
def claim_desk_show(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """One open claim: the words, then the photos that it may be about, as facts. That they were read is logged."""
    me = permissions.check_can_settle(request.user)
    return _show(request, claim_id, me, PhotoForm())


@require_POST
def claim_photo_add(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Say that the claim may be about one more photo."""
    me = permissions.check_can_settle(request.user)
    get_object_or_404(Claim, pk=claim_id)
    form = PhotoForm(request.POST)
    if form.is_valid():
        try:
            settling.add(claim_id=claim_id, photo_id=form.cleaned_data["photo"], staff_id=me)
        except settling.NotACandidate:
            form.add_error("photo", _("There is no such photo, or it is gone already."))
        except TransitionNotAllowed:
            return _moved_on(request)
    return _show(request, claim_id, me, form, status=422) if form.errors else redirect(OPEN_PAGE, claim_id=claim_id)


@require_POST
def claim_photo_rule(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Rule whether the person is shown on one photo."""
    me = permissions.check_can_settle(request.user)
    get_object_or_404(Claim, pk=claim_id)
    form = ClaimRulingForm(request.POST)
    if form.is_valid():
        try:
            settling.rule(
                claim_id=claim_id,
                photo_id=form.cleaned_data["photo"],
                ruling=form.cleaned_data["ruling"],
                staff_id=me,
            )
        except settling.NotACandidate:
            messages.error(request, _("The photo is gone, or the claim is not about it. Nothing changed."))
        except TransitionNotAllowed:
            return _moved_on(request)
    return redirect(OPEN_PAGE, claim_id=claim_id)


@require_POST
def claim_settle(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Settle a claim for good, on the second press and with a fresh second factor."""
    me = permissions.check_can_settle(request.user)
    if again := asked_again(request, reverse(OPEN_PAGE, args=[claim_id])):
        return again
    claim = get_object_or_404(Claim, pk=claim_id)
    if "confirm" not in request.POST:
        return render(request, "contributions/desk/claim_settle.html", {"claim": claim, **_counted(claim)})
    try:
        settling.settle(claim_id=claim_id, staff_id=me)
    except TransitionNotAllowed:
        return _moved_on(request)
    messages.success(request, _("The claim is settled. The answer is on its way."))
    return redirect("contributions:claims_desk")


@require_POST
def claim_release(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Put back what the named sender had sent, but for the photos that are added to the claim."""
    me = permissions.check_can_settle(request.user)
    get_object_or_404(Claim, pk=claim_id)
    try:
        settling.release_sender(claim_id=claim_id, staff_id=me)
    except TransitionNotAllowed:
        return _moved_on(request)
    messages.success(request, _("The other photos of the sender are in use again. What you add or rule shown is not."))
    return redirect(OPEN_PAGE, claim_id=claim_id)


@require_http_methods(["GET", "POST"])
def photo_revoke(request: HttpRequest) -> HttpResponse:
    """End the use of one photo for good, on the second press and with a fresh second factor."""
    me = permissions.check_can_settle(request.user)
    if request.method == "POST" and (again := asked_again(request, _back_to(request.POST.get("photo", "")))):
        return again
    form = RevokeForm(request.POST if request.method == "POST" else None, initial={"photo": request.GET.get("photo")})
    facts = facts_of([form.cleaned_data["photo"]]) if form.is_valid() else []
    if form.is_valid() and not facts:
        form.add_error("photo", _("There is no such photo, or it is gone already."))
    if form.is_valid() and "confirm" in request.POST:
        ended = revoke(photos=[facts[0].id], by=f"staff:{me}", reason=form.cleaned_data["reason"])
        _say_ended(request, bool(ended))
        return redirect("contributions:photo_revoke")
    template = "photo_revoke_confirm" if form.is_valid() else "photo_revoke"
    context = {"form": form, "fact": facts[0] if facts else None}
    return render(request, f"contributions/desk/{template}.html", context, status=422 if form.errors else 200)


def _back_to(photo: str) -> str:
    """The page that ends a photo's use, with what was typed for the photo."""
    return f"{reverse('contributions:photo_revoke')}?{urlencode({'photo': photo})}"


def _show(request: HttpRequest, claim_id: UUID, me: UUID, form: PhotoForm, status: int = 200) -> HttpResponse:
    claim = get_object_or_404(Claim, pk=claim_id)
    try:
        written = settling.read(claim_id=claim_id, staff_id=me)
    except TransitionNotAllowed:
        raise Http404 from None
    facts = facts_of_claim(claim)
    context = {
        "claim": claim,
        "written": written,
        "facts": facts,
        "lookalikes": lookalikes_of(written.picture, named=[fact.id for fact in facts]),
        "form": form,
    }
    return render(request, "contributions/desk/claim.html", context, status=status)


def _counted(claim: Claim) -> dict[str, Any]:
    facts = facts_of_claim(claim)
    shown = sum(fact.is_shown for fact in facts)
    return {"shown": shown, "others": len(facts) - shown, "usable": usable_without(claim)}


def _moved_on(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("Somebody else has settled this claim. Nothing changed."))
    return redirect("contributions:claims_desk")


def _say_ended(request: HttpRequest, ended: bool) -> None:
    if ended:
        messages.success(request, _("The use of the photo has ended. Everybody who had agreed is told."))
    else:
        messages.warning(request, _("Its use had ended before. Nothing changed."))
