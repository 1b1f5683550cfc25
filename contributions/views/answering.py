"""Notice and choice, and thank you: what the link in the mail leads to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from consent.queries import latest_notice, sections
from contributions import queries
from contributions.actions.answering import Answered, answer
from contributions.person_forms import AnswerForm, MoreForm
from contributions.queries.news import news
from contributions.queries.papers import lines_of
from contributions.queries.person import sending_card
from contributions.transitions import SendingState, TransitionNotAllowed
from contributions.views import codes
from contributions.views.doors import LINK, THANKS, opened_link
from identity import actions as identity
from identity.actions import LinkStale
from identity.models import Link
from identity.queries import mask_of, may_be_invited, more_due_on


@require_http_methods(["GET", "HEAD", "POST"])
def consent_choose(request: HttpRequest) -> HttpResponse:
    """What is asked, the notice, and the choice. Only a choice that is posted changes anything."""
    link = opened_link(request, Link.Action.CONSENT)
    sending = sending_card(link.subject) if link else None
    if link is None or sending is None or sending.contribution.state != SendingState.SENT:
        return redirect("identity:link_stale")
    notice = latest_notice(get_language() or "")
    form = AnswerForm(request.POST if request.method == "POST" else None, sending=sending, notice=notice)
    if request.method == "POST" and form.is_valid():
        try:
            answered = answer(link=link.pk, choices=form.choices, notice=notice, language=get_language() or "")
        except (LinkStale, TransitionNotAllowed):
            return redirect("identity:link_stale")
        _remember(request, answered)
        page = reverse("contributions:consent_thanks")
        return codes.hand_over(redirect(page), answered.decided.code, page=page)
    first, *rest = sections(notice.text)
    context = {"form": form, "sending": sending, "notice": notice, "key_points": first, "sections": rest}
    return render(request, "contributions/consent_choose.html", context, status=400 if form.errors else 200)


@require_safe
def consent_thanks(request: HttpRequest) -> HttpResponse:
    """What was decided, the receipt, and what happens next. The code is shown once: nothing of ours keeps it."""
    kept = request.session.get(THANKS)
    sending = sending_card(kept["sending"]) if kept else None
    if kept is None or sending is None:
        return redirect("contributions:landing")
    code = codes.code_of(request, participant=sending.contribution.participant)
    template = "contributions/thanks.html" if kept["agreed"] else "contributions/consent_refused.html"
    agreed = [card for card in sending.photos if card.is_agreed]
    context = {
        "sending": sending,
        "lines": lines_of((card.number, card.answer, card.scopes) for card in agreed),
        "notices": list(dict.fromkeys(card.record.notice for card in agreed if card.record and card.record.notice)),
        "groups": code.split("-") if code else [],
        "at": datetime.fromisoformat(kept["at"]),
        "mask": mask_of(sending.contribution.participant) if sending.contribution.participant else "",
        "site_url": settings.SITE_URL,
        "waits_until": max((card.waits_until for card in agreed if card.waits_until), default=None),
    }
    if kept["agreed"]:
        context |= _collection() | _more(sending.contribution.participant, MoreForm())
    return codes.shown_once(render(request, template, context), request)


@require_http_methods(["GET", "HEAD", "POST"])
def consent_more(request: HttpRequest) -> HttpResponse:
    """Ask to be written to once, in a month, or take that back. On the page of thanks its script shows the answer."""
    kept = request.session.get(THANKS)
    sending = sending_card(kept["sending"]) if kept and kept["agreed"] else None
    participant = sending.contribution.participant if sending else None
    if participant is None:
        return redirect("contributions:landing")
    form = MoreForm(request.POST if request.method == "POST" else None)
    if form.is_bound and MoreForm.NO in request.POST:
        identity.drop_more(participant=participant, by=f"participant:{participant}")
    elif form.is_valid():
        try:
            identity.ask_for_more(participant=participant)
        except identity.NotToBeWritten:
            return redirect("contributions:consent_more")
    else:
        status = 400 if form.is_bound else 200
        return render(request, "contributions/thanks_more.html", _more(participant, form), status=status)
    return redirect("contributions:consent_more")


def _collection() -> dict[str, Any]:
    """What there is to tell of the whole collection, to which the photos came."""
    told = news()
    return {
        "collected": queries.in_use().count(),
        "versions": len(told.releases),
        "newest": next(iter(told.updates), None),
        "share": f"{settings.SITE_URL}/",
    }


def _more(participant: UUID | None, form: MoreForm) -> dict[str, Any]:
    """Whether somebody is written to once, and when; nothing is offered to an address that is not written to."""
    return {
        "form": form,
        "more_on": more_due_on(participant) if participant else None,
        "may_be_written": participant is not None and may_be_invited(participant),
    }


def _remember(request: HttpRequest, answered: Answered) -> None:
    """Keep for the next page, and only for it, what it has to show."""
    request.session.cycle_key()
    request.session.pop(LINK, None)
    receipt = answered.decided.receipt
    request.session[THANKS] = {
        "sending": str(answered.sending),
        "agreed": receipt is not None,
        "at": answered.at.isoformat(),
    }
