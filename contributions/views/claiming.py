"""The page for somebody who thinks they are pictured and was never asked, and what the link in their mail leads to."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contributions.actions.claiming import MOST_OPEN, TooManyClaims, confirm, write
from contributions.claim_forms import NOT_AN_ADDRESS, ClaimForm, ConfirmForm
from contributions.models import Claim
from contributions.transitions import ClaimState, TransitionNotAllowed
from contributions.views.doors import LINK, opened_link
from contributions.views.drafts import client_of
from identity.actions import AddressNotValid, LinkStale, TooMany, count_attempt
from identity.models import Link

ASKED, LOOKING, DELETED = "asked", "looking", "deleted"
# What was done, by the word behind the address: the same page for everybody.
DONE = {
    ASKED: "contributions/claim_asked.html",
    LOOKING: "contributions/claim_looking.html",
    DELETED: "contributions/claim_deleted.html",
}
CLAIMS, HOURS = 5, 6


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """Tell us about a picture; the answer is the same whoever writes, and whomever they name."""
    if request.method != "POST":
        done = next((template for word, template in DONE.items() if word in request.GET), None)
        return render(
            request, done or "contributions/claim_write.html", {"form": ClaimForm(), "claim_days": settings.CLAIM_DAYS}
        )
    form = ClaimForm(request.POST)
    if not form.is_valid():
        return render(request, "contributions/claim_write.html", {"form": form}, status=400)
    try:
        count_attempt(purpose="claim_client", value=client_of(request), limit=CLAIMS, hours=HOURS)
        write(
            address=form.cleaned_data["email"],
            about=form.cleaned_data["about"],
            words=form.cleaned_data["words"],
            picture=form.cleaned_data["picture"],
            sender=form.cleaned_data["sender"],
            language=get_language() or "en",
            client=client_of(request),
        )
    except AddressNotValid:
        form.add_error("sender", NOT_AN_ADDRESS)
        return render(request, "contributions/claim_write.html", {"form": form}, status=400)
    except TooMany as refusal:
        form.add_error(None, _too_many(refusal))
        return render(request, "contributions/claim_write.html", {"form": form}, status=429)
    return redirect(f"{request.path}?{ASKED}")


@require_http_methods(["GET", "HEAD", "POST"])
def claim_confirm(request: HttpRequest) -> HttpResponse:
    """Choose what becomes of what was written. Only a choice that is posted changes anything."""
    link = opened_link(request, Link.Action.CLAIM)
    if link is None or not Claim.objects.filter(pk=link.subject, state=ClaimState.WRITTEN).exists():
        return redirect("identity:link_stale")
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            confirm(link=link.pk, look=form.look, language=get_language() or "")
        except (LinkStale, TransitionNotAllowed):
            return redirect("identity:link_stale")
        except TooManyClaims:
            form.add_error(None, _most_open())
        else:
            request.session.pop(LINK, None)
            return redirect(f"{reverse('contributions:claim')}?{LOOKING if form.look else DELETED}")
    context = {"form": form, "claim_address": reverse("contributions:claim")}
    return render(request, "contributions/claim_confirm.html", context, status=400 if form.errors else 200)


def _too_many(refusal: TooMany) -> str:
    return _(
        "This page was used as often as we allow. Look in your mail, also in the spam folder, or try again in "
        "%(hours)s hours."
    ) % {"hours": refusal.hours}


def _most_open() -> str:
    return _(
        "We are still looking at %(number)s things that you told us. You get our answer first; then you can confirm "
        "this one. Nothing has changed."
    ) % {"number": MOST_OPEN}
