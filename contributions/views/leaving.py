"""Withdraw one photo, one person, everything; take it back; do not wait. Each says first what it does and by when."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from consent.models import Method
from contributions import actions
from contributions.actions.receipts import Decided
from contributions.person_forms import PersonForm, WithdrawForm
from contributions.queries.cards import PhotoCard
from contributions.queries.person import cards_of, elsewhere, erased_by, undo_until, withdrawable
from contributions.views.doors import with_participant


@require_http_methods(["GET", "HEAD", "POST"])
@with_participant
def withdraw(request: HttpRequest, participant: UUID) -> HttpResponse:
    """What withdrawing means and by when it is done; then it is done."""
    photos = chosen(request, withdrawable(participant))
    everything = "all" in request.GET
    named = everything or bool(request.GET.getlist("photo"))
    form = WithdrawForm(request.POST if request.method == "POST" else None, photos=photos)
    if request.method == "POST" and (named or form.is_valid()):
        ids = [card.id for card in photos] if named else [UUID(pk) for pk in form.cleaned_data["photos"]]
        stop_use(request, participant, ids, method=Method.PAGE, decision=uuid4(), everything=everything)
        return redirect("contributions:manage")
    context = {"form": form, "photos": photos, "named": named, "everything": everything} | times(photos)
    failed = request.method == "POST"
    return render(request, "contributions/withdraw.html", context, status=400 if failed else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@with_participant
def withdraw_person(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Say that somebody shown in a photo does not agree any more: choose who, read what happens, press."""
    photos = chosen(request, withdrawable(participant))
    form = PersonForm(request.POST if request.method == "POST" else None, photos=photos)
    if request.method == "POST" and form.is_valid():
        person = UUID(form.cleaned_data["person"])
        say_stopped(
            request,
            actions.withdraw(participant=participant, photos=[], decision=uuid4(), method=Method.PAGE, person=person),
        )
        return redirect("contributions:manage")
    context = {"form": form} | times(photos)
    return render(request, "contributions/withdraw_person.html", context, status=400 if form.errors else 200)


@require_POST
@with_participant
def withdrawal_cancel(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Take a withdrawal back while there is time."""
    ids = [card.id for card in _named(request, _undoable(participant))]
    try:
        done = actions.cancel(participant=participant, photos=ids, decision=uuid4(), method=Method.PAGE)
    except actions.WithdrawalOver:
        done = Decided(())
    if not done.photos:
        messages.warning(request, _("The wait is over, so this cannot be taken back any more. Nothing has changed."))
    elif done.still_out:
        messages.success(request, _("You took it back. The photo stays out for another reason."))
    else:
        messages.success(request, _("You took the withdrawal back. What you agreed to before stands again."))
    return redirect("contributions:manage")


@require_http_methods(["GET", "HEAD", "POST"])
@with_participant
def erase_now(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Do not wait: have photos erased at once to which this person said no. This cannot be taken back."""
    photos = _named(request, [card for card in cards_of(participant) if card.can_hasten])
    if not photos:
        return redirect("contributions:manage")
    if request.method == "POST":
        actions.erase_now(participant=participant, photos=[card.id for card in photos])
        messages.success(request, _("We do not wait any longer. This page says by when copies are destroyed."))
        return redirect("contributions:manage")
    return render(request, "contributions/withdraw_erase_now.html", {"photos": photos})


def stop_use(
    request: HttpRequest, participant: UUID, photos: list[UUID], *, method: str, decision: UUID, everything: bool
) -> None:
    """Withdraw these photos and say so on the next page."""
    done = actions.withdraw(
        participant=participant, photos=photos, decision=decision, method=method, everything=everything
    )
    say_stopped(request, done, asked=everything)


def chosen(request: HttpRequest, cards: list[PhotoCard]) -> list[PhotoCard]:
    """Those of the cards that the address or the form names (?photo=...), or all where neither names one."""
    wanted: Any = set(request.GET.getlist("photo") + request.POST.getlist("photo"))
    return [card for card in cards if not wanted or str(card.id) in wanted]


def say_stopped(request: HttpRequest, done: Decided, *, asked: bool = False) -> None:
    """Say on the next page that use has stopped, where a no was recorded; `asked`: say also that there was nothing."""
    if done.photos:
        messages.success(request, _("Use has stopped. We sent a receipt to your address."))
    elif done.stopped:
        messages.success(request, _("Use has stopped"))
    elif asked:
        messages.warning(request, _("There is nothing here to withdraw."))


def times(cards: Iterable[PhotoCard] = ()) -> dict[str, Any]:
    """By when copies of photos withdrawn now are destroyed, here and elsewhere, and until when it can be taken back."""
    return {"erased_by": erased_by(), "undo_until": undo_until(cards), "elsewhere": elsewhere()}


def _named(request: HttpRequest, cards: list[PhotoCard]) -> list[PhotoCard]:
    """As `chosen`, but all of them only where the address or the form says so: nothing named is nothing chosen."""
    is_said = any(name in request.GET or name in request.POST for name in ("photo", "all"))
    return chosen(request, cards) if is_said else []


def _undoable(participant: UUID) -> list[PhotoCard]:
    return [card for card in cards_of(participant) if card.can_be_undone]
