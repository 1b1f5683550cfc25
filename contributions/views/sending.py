"""Check and send, and what stands after sending. Nothing here says "done": that is for the link in the mail."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contributions import actions, queries
from contributions.models import Contribution, Photo
from contributions.queries.giving import Problem, expires_at, held_photos, listed_photos, problems, problems_of
from contributions.transitions import SendingState
from contributions.views.drafts import client_of, with_draft
from contributions.views.shown import decade_choices, photo_data
from identity import actions as identity
from identity.forms import AddressForm
from identity.queries import last_letter_at, mask_of

# A page of its own fields beside the sheet of a person, which asks for an address, too.
FIELD_IDS = "send_%s"
ADDRESS = "#send_email"
# What the button of a pointed-out typo says: take that address into the field. Nothing is sent by it.
TAKE = "take"
# So long a mail may be under way before another one helps.
AGAIN_AFTER = 30


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def sending_review(request: HttpRequest, sending: Contribution) -> HttpResponse:
    """Everything on one page before it is sent, and the address that the link goes to."""
    form = _address_form(request)
    errors: list[tuple[str, str]] = []
    if form.is_bound and not form.is_valid():
        errors = _missing(problems(sending))
    elif form.is_bound:
        try:
            actions.send(sending=sending.pk, address=form.cleaned_data["email"], language=get_language() or "en")
            return redirect("contributions:sending_sent")
        except actions.SendingIncomplete as refusal:
            errors = _missing(refusal.problems)
        except identity.TooMany as refusal:
            errors = [(too_many_links(refusal), ADDRESS)]
    cards = [_card(photo) for photo in listed_photos(sending)]
    context = {
        "form": form,
        "errors": errors,
        "cards": cards,
        "has_photos": held_photos(sending).exists(),
        "invites": any(person["mask"] for card in cards for person in card["people"]),
        "decades": decade_choices(),
        "unverified_days": settings.UNVERIFIED_DAYS,
    }
    return render(request, "contributions/give_review.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD"])
def sending_sent(request: HttpRequest) -> HttpResponse:
    """Not finished yet: the mail has to be opened."""
    sending = _waiting(request)
    return _sent_page(request, sending) if sending else redirect("contributions:give_start")


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
    form = _address_form(request)
    if form.is_bound and form.is_valid():
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
    return render(request, "contributions/give_address.html", {"form": form}, status=422 if form.is_bound else 200)


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


def _address_form(request: HttpRequest) -> AddressForm:
    """The address as it was posted; not bound while it is looked at first, or while a suggestion is only taken."""
    if TAKE not in request.POST:
        return AddressForm(request.POST if request.method == "POST" else None, auto_id=FIELD_IDS)
    form = AddressForm(initial={"email": request.POST[TAKE]}, auto_id=FIELD_IDS)
    form.fields["email"].widget.attrs["autofocus"] = True
    return form


def _card(photo: Photo) -> dict[str, Any]:
    """A photo as the review shows it: with what is missing, and the place where that is put right."""
    return photo_data(photo) | {"problems": _missing(problems_of(photo))}


def _missing(found: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.sentence, _place(problem)) for problem in found]


def _place(problem: Problem) -> str:
    """Where on the review something is put right: the person's own line, or the photo."""
    if problem.person:
        return f"#person-{problem.person.pk}"
    return f"#photo-{problem.photo.pk}" if problem.photo else ""


def _waiting(request: HttpRequest) -> Contribution | None:
    sending = queries.sending_of_session(request.session)
    return sending if sending is not None and sending.state in {SendingState.SENT, SendingState.ANSWERED} else None


def _sent_page(request: HttpRequest, sending: Contribution) -> HttpResponse:
    context = {
        "wait": _seconds_left(sending),
        "sender": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "mask": mask_of(sending.participant) if sending.participant else "",
        "expires_at": expires_at(sending),
        "is_answered": sending.state == SendingState.ANSWERED,
    }
    return render(request, "contributions/give_sent.html", context)


def _seconds_left(sending: Contribution) -> int:
    """For how many seconds the newest mail may still be under way; the page counts them down."""
    written = last_letter_at(sending.pk)
    gone = (timezone.now() - written).total_seconds() if written else AGAIN_AFTER
    return max(0, round(AGAIN_AFTER - gone))
