"""Withdrawing without a mailbox, by the code on the receipt."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent.models import Method
from consent.queries import receipt_by_code
from contributions.actions.withdrawing import withdraw
from contributions.person_forms import CodeForm
from contributions.queries.person import withdrawable
from contributions.views.doors import CODE, participant_of_code, remember_code
from contributions.views.drafts import client_of
from contributions.views.leaving import times
from identity.actions import TooMany, count_attempt

TRIES, HOURS = 10, 1


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_by_code(request: HttpRequest) -> HttpResponse:
    """Take the code, show what it covers, and on the second press stop the use of all of it."""
    if request.method == "POST" and "confirm" in request.POST:
        return _confirmed(request)
    if request.method != "POST":
        return render(request, "contributions/withdraw_code.html", {"form": CodeForm()})
    form = CodeForm(request.POST)
    try:
        count_attempt(purpose="withdrawal_code", value=client_of(request), limit=TRIES, hours=HOURS)
    except TooMany:
        form.add_error(None, _("Too many codes were tried over your connection. Try again in an hour."))
        return render(request, "contributions/withdraw_code.html", {"form": form}, status=429)
    receipt = receipt_by_code(form.cleaned_data["code"]) if form.is_valid() else None
    if receipt is None:
        if form.is_valid():
            form.add_error("code", _("We do not know this code. Check it against your receipt."))
        return render(request, "contributions/withdraw_code.html", {"form": form}, status=400)
    remember_code(request, participant=receipt.participant)
    cards = withdrawable(receipt.participant)
    return render(request, "contributions/withdraw_code_confirm.html", {"photos": cards} | times(cards))


def _confirmed(request: HttpRequest) -> HttpResponse:
    participant = participant_of_code(request)
    if participant is None:
        messages.warning(request, _("That took a while. Please write the code again. Nothing has changed."))
        return redirect("contributions:withdraw_by_code")
    cards = withdrawable(participant)
    photos, told = [card.id for card in cards], times(cards)
    done = withdraw(participant=participant, photos=photos, decision=uuid4(), method=Method.CODE, everything=True)
    del request.session[CODE]
    if not done.photos and not done.stopped:
        return render(request, "contributions/withdraw_code_confirm.html", {"photos": []})
    return render(request, "contributions/withdraw_code_done.html", {"count": len(done.photos)} | told)
