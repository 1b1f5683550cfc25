"""Check and send, and what stands after sending. Nothing here says "done": that is for the link in the mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contributions import actions, queries
from contributions.models import Contribution
from contributions.queries.giving import Problem, expires_at, held_photos, listed_photos, problems
from contributions.transitions import SendingState
from contributions.views.drafts import client_of, with_draft
from contributions.views.shown import card_data
from identity import actions as identity
from identity.forms import AddressForm
from identity.queries import mask_of


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def sending_review(request: HttpRequest, sending: Contribution) -> HttpResponse:
    """Everything on one page before it is sent, and the address that the link goes to."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    errors: list[tuple[str, str]] = []
    if request.method == "POST" and not form.is_valid():
        errors = _missing(problems(sending))
    elif request.method == "POST":
        try:
            actions.send(sending=sending.pk, address=form.cleaned_data["email"], language=get_language() or "en")
            return redirect("contributions:sending_sent")
        except actions.SendingIncomplete as refusal:
            errors = _missing(refusal.problems)
        except identity.TooMany as refusal:
            errors = [(too_many_links(refusal), "#id_email")]
    cards = [card_data(photo) for photo in listed_photos(sending)]
    context = {"form": form, "errors": errors, "cards": cards, "has_photos": held_photos(sending).exists()}
    context["invites"] = any(person["mask"] for card in cards for person in card["people"])
    status = 422 if request.method == "POST" else 200
    return render(request, "contributions/give_review.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
def sending_sent(request: HttpRequest) -> HttpResponse:
    """Not finished yet: the mail has to be opened."""
    sending = _waiting(request)
    return _sent_page(request, sending, AddressForm()) if sending else redirect("contributions:give_start")


@require_POST
def link_again(request: HttpRequest) -> HttpResponse:
    """Another mail to the same address; the former link dies."""
    sending = _waiting(request)
    if sending is None:
        return redirect("contributions:give_start")
    try:
        actions.send_again(sending=sending.pk, language=get_language() or "en", client=client_of(request))
        messages.info(request, _("We sent another mail. Only the link in the newest mail works."))
    except identity.TooMany as refusal:
        messages.error(request, too_many_links(refusal))
    except (identity.AlreadyAnswered, actions.TransitionNotAllowed):
        messages.info(request, _("The link was used already. Nothing is left to do."))
    return redirect("contributions:sending_sent")


@require_http_methods(["GET", "HEAD", "POST"])
def address_change(request: HttpRequest) -> HttpResponse:
    """Another address for a sending that waits for its link to be opened."""
    sending = _waiting(request)
    if sending is None:
        return redirect("contributions:give_start")
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.readdress(
                sending=sending.pk,
                address=form.cleaned_data["email"],
                language=get_language() or "en",
                client=client_of(request),
            )
            messages.info(request, _("We sent a mail to this address. The link in any earlier mail no longer works."))
            return redirect("contributions:sending_sent")
        except identity.TooMany as refusal:
            form.add_error("email", too_many_links(refusal))
        except actions.SendingIncomplete as refusal:
            form.add_error("email", [problem.sentence for problem in refusal.problems])
        except (identity.AlreadyAnswered, actions.TransitionNotAllowed):
            messages.info(request, _("The link was used already. Nothing is left to do."))
            return redirect("contributions:sending_sent")
    status = 422 if request.method == "POST" else 200
    return render(request, "contributions/give_address.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def sending_stop(request: HttpRequest) -> HttpResponse:
    """Stop and have everything that was sent deleted."""
    sending = queries.sending_of_session(request.session)
    if sending is None or sending.state not in {SendingState.DRAFT, SendingState.SENT}:
        return redirect("contributions:landing")
    if request.method == "POST":
        try:
            actions.stop(sending=sending.pk)
            messages.info(request, _("Stopped. What you sent is being deleted, and nobody can use it."))
        except actions.TransitionNotAllowed:
            messages.error(
                request, _("You agreed to this by the link in the mail. Choose Change or withdraw to stop it.")
            )
        return redirect("contributions:landing")
    return render(request, "contributions/give_stop.html", {"count": listed_photos(sending).count()})


def too_many_links(refusal: identity.TooMany) -> str:
    """What is said when no more links are written for now."""
    words = ngettext(
        "Too many links were asked for. Use the newest mail, or try again in %(hours)d hour.",
        "Too many links were asked for. Use the newest mail, or try again in %(hours)d hours.",
        refusal.hours,
    )
    return words % {"hours": refusal.hours}


def _missing(found: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.sentence, f"#photo-{problem.photo.pk}" if problem.photo else "") for problem in found]


def _waiting(request: HttpRequest) -> Contribution | None:
    sending = queries.sending_of_session(request.session)
    return sending if sending is not None and sending.state in {SendingState.SENT, SendingState.ANSWERED} else None


def _sent_page(request: HttpRequest, sending: Contribution, form: AddressForm) -> HttpResponse:
    context = {
        "form": form,
        "mask": mask_of(sending.participant) if sending.participant else "",
        "expires_at": expires_at(sending),
        "is_answered": sending.state == SendingState.ANSWERED,
    }
    return render(request, "contributions/give_sent.html", context)
