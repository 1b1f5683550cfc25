"""The person's own pages: see what was agreed to, change it, say who may write. No image anywhere."""

from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent.queries import latest_notice, sections
from contributions.actions.agreeing import agree, decline
from contributions.actions.answering import UPDATES
from contributions.actions.changing import change
from contributions.actions.opening import open_link
from contributions.person_forms import AgreeForm, OpenForm, ScopesForm
from contributions.queries.panels import given_out, panels
from contributions.queries.papers import receipts_of
from contributions.queries.person import cards_of, depicted_cards, sendings_of
from contributions.views.doors import close_manage, open_manage, opened_link, with_participant
from contributions.views.leaving import chosen, say_stopped, times
from identity import actions as identity
from identity.models import Link
from identity.queries import hears_reminders, hears_updates, mask_of, may_be_invited, more_due_on


@require_http_methods(["GET", "HEAD", "POST"])
def manage_open(request: HttpRequest) -> HttpResponse:
    """Turn a link into half an hour on the person's own pages, or into the withdrawal that was chosen."""
    link = opened_link(request, Link.Action.MANAGE)
    if link is None:
        return redirect("identity:link_stale")
    participant = link.identity_id
    cards = cards_of(participant)
    photos = [card for card in cards if card.can_withdraw]
    form = OpenForm(posted(request), photos=photos, only_shown=bool(cards) and all(card.depicted for card in cards))
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "can_withdraw": bool(photos)} | times(photos)
        return render(request, "contributions/manage_open.html", context, status=400 if form.errors else 200)
    try:
        done = open_link(link=link.pk, photos=form.photos, everything=form.everything, language=get_language() or "")
    except identity.LinkStale:
        return redirect("identity:link_stale")
    say_stopped(request, done, asked=form.everything)
    open_manage(request, participant=participant, link=link.pk)
    return redirect("contributions:withdraw_person" if form.leads_to_people else "contributions:manage")


@require_safe
@with_participant
def manage(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Every sending, and every photo that the person is shown in: what stands, and what can be done."""
    sendings, depicted = sendings_of(participant), depicted_cards(participant)
    cards = [card for sending in sendings for card in sending.photos] + depicted
    shown = panels(participant, cards)
    context = {
        "sendings": sendings,
        "depicted": depicted,
        "withdrawable": [card for card in cards if card.can_withdraw],
        "changeable": [card for card in cards if card.is_agreed],
        "undoable": [card for card in cards if card.can_be_undone],
        "again": [card for card in cards if card.can_agree_again],
        "others": any(card.others for card in cards if card.can_withdraw),
        "receipts": receipts_of(participant),
        "panels": shown,
        "given_out": given_out(shown),
        "mask": mask_of(participant),
        "updates": hears_updates(participant),
        "may_ask": may_be_invited(participant),
        "reminders": hears_reminders(participant),
        "more_on": more_due_on(participant),
        "minutes": settings.MANAGE_MINUTES,
    }
    return render(request, "contributions/manage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_participant
def scopes_change(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Change what one photo, or every photo, may be used for beyond the research itself."""
    photos = chosen(request, [card for card in cards_of(participant) if card.is_agreed])
    for_one = bool(request.GET.getlist("photo"))
    notice = latest_notice(get_language() or "")
    updates = None if for_one else hears_updates(participant)
    form = ScopesForm(posted(request), photos=photos, notice=notice, updates=updates)
    if request.method == "POST" and form.is_valid():
        answers = form.answers
        other_news = answers.get(UPDATES, updates) != updates
        if UPDATES in answers:
            identity.set_updates(participant=participant, on=answers.pop(UPDATES))
        ids = [card.id for card in photos]
        done = change(participant=participant, photos=ids, choices=answers, notice=notice, decision=uuid4())
        _say_changed(request, changed=other_news or bool(done.photos))
        return redirect("contributions:manage")
    context = {"form": form, "photos": photos, "for_one": for_one, "notice": notice}
    return render(request, "contributions/manage_scopes.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@with_participant
def agree_again(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Say yes to a photo that one is shown in, or again to photos whose agreement has ended or is not enough."""
    photos = chosen(request, [card for card in cards_of(participant) if card.can_agree_again or card.can_agree])
    if not photos:
        return redirect("contributions:manage")
    notice = latest_notice(get_language() or "")
    form = AgreeForm(posted(request), photos=photos, notice=notice)
    if request.method == "POST" and form.is_valid():
        ids = [card.id for card in photos]
        done = agree(participant=participant, photos=ids, scopes=form.scopes, notice=notice, decision=uuid4())
        _tell(request, agreed=bool(done.photos), out=bool(done.still_out))
        return redirect("contributions:manage")
    first, *rest = sections(notice.text)
    context = {"form": form, "photos": photos, "notice": notice, "key_points": first, "sections": rest}
    # The key points speak to givers.
    context["only_shown"] = all(card.depicted for card in photos)
    return render(request, "contributions/manage_agree.html", context, status=400 if form.errors else 200)


@require_POST
@with_participant
def shown_decline(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Say no to being shown in a photo that one was asked about and has not answered for."""
    named = request.POST.getlist("photo")
    photos = [card.id for card in depicted_cards(participant) if card.can_agree and str(card.id) in named]
    if decline(participant=participant, photos=photos, decision=uuid4()).photos:
        messages.success(request, _("You did not agree. Use of the photo has stopped for everybody."))
    return redirect("contributions:manage")


@require_POST
@with_participant
def mail_change(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Say whether others may have us ask this person by mail, or stop reminders or news. Again changes nothing."""
    deeds = {"ask-no": identity.stop_invitations, "ask-yes": identity.allow_invitations}
    switches = {"remind": identity.set_reminders, "news": identity.set_updates}
    answer = request.POST.get("answer", "")
    what, _dash, word = answer.partition("-")
    if answer in deeds:
        deeds[answer](participant=participant)
    elif what in switches and word in {"yes", "no"}:
        switches[what](participant=participant, on=word == "yes")
    elif answer == "more-no":
        identity.drop_more(participant=participant, by=f"participant:{participant}")
    else:
        return redirect("contributions:manage")
    messages.success(request, _("Your change stands from now on."))
    return redirect(reverse("contributions:manage") + "#mail")


@require_POST
def manage_close(request: HttpRequest) -> HttpResponse:
    """Close the person's pages in this browser."""
    close_manage(request)
    messages.success(request, _("Your page is closed."))
    return redirect("contributions:landing")


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the posted fields, or nothing."""
    return request.POST if request.method == "POST" else None


def _say_changed(request: HttpRequest, *, changed: bool) -> None:
    if changed:
        messages.success(request, _("Your change stands from now on."))
    else:
        messages.info(request, _("Nothing was different, so nothing has changed."))


def _tell(request: HttpRequest, *, agreed: bool, out: bool) -> None:
    if out:
        messages.success(request, _("You agreed. The photo stays out of use for another reason."))
    elif agreed:
        messages.success(request, _("You agreed. We sent a receipt to your address."))
