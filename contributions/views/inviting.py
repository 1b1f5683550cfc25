"""The pages of a person who was invited: the question, the notice, the answer. No picture, and nobody's name."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent.models import ConsentNotice
from consent.queries import latest_notice, sections
from contributions.actions.invited import Replied, answer_invitation, put_off, stop_invitations
from contributions.inviting_forms import LATER, InvitationForm, NotNowForm
from contributions.models import Invitation
from contributions.queries.inviting import Question, asked_with, question_of
from contributions.queries.person import depicted_cards
from contributions.transitions import TransitionNotAllowed
from contributions.views import codes
from contributions.views.doors import LINK, opened_link
from identity.actions import LinkStale
from identity.models import Link
from identity.queries import mask_of

THANKS = "invitation_thanks"
# What an answer led to, each by the numbers of the photos.
NUMBERS = ("agreed_to", "refused", "unanswered")


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_answer(request: HttpRequest) -> HttpResponse:
    """What is asked, the notice, and the choice. Only a choice that is posted changes anything."""
    link = opened_link(request, Link.Action.INVITATION)
    question = question_of(link.subject) if link else None
    if link is None or question is None:
        return _ended(request, link)
    notice = latest_notice(get_language() or "")
    form = InvitationForm(request.POST if request.method == "POST" else None, question=question, notice=notice)
    if request.method != "POST" or not form.is_valid():
        return _page(request, question, notice, form=form)
    try:
        replied = answer_invitation(
            link=link.pk,
            agreed=form.agreed,
            scopes=form.scopes,
            left_out=form.left_out,
            notice=notice,
            language=get_language() or "",
        )
    except LinkStale:
        return redirect("identity:link_stale")
    except TransitionNotAllowed:
        # Meanwhile a photo went out or came back, or all is over: the page says what can be answered now.
        return redirect("contributions:invitation_answer")
    _remember(request, replied)
    page = reverse("contributions:invitation_thanks")
    return codes.hand_over(redirect(page), replied.decided.code, page=page)


@require_POST
def invitation_later(request: HttpRequest) -> HttpResponse:
    """A reminder in some days, or no mail on behalf of others ever again. The question stays open."""
    link = opened_link(request, Link.Action.INVITATION)
    question = question_of(link.subject) if link else None
    if link is None or question is None:
        return _ended(request, link)
    form = NotNowForm(request.POST, question=question, days=settings.REMIND_LATER_DAYS)
    if not form.is_valid():
        return _page(request, question, latest_notice(get_language() or ""), not_now=form)
    try:
        if form.cleaned_data["what"] == LATER:
            day = date_format(put_off(link=link.pk), "DATE_FORMAT")
            words = _("We write to you once more on %(day)s. Until then you can still answer here.")
            messages.info(request, words % {"day": day})
        else:
            stop_invitations(link=link.pk)
            messages.info(request, _("We do not write to you again for other people. You can still answer here."))
    except (LinkStale, TransitionNotAllowed):
        return _ended(request, link)
    return redirect("contributions:invitation_answer")


@require_safe
def invitation_thanks(request: HttpRequest) -> HttpResponse:
    """What was answered, and what happens next. The code is shown once: nothing of ours keeps it."""
    kept = request.session.get(THANKS)
    if not kept:
        return redirect("contributions:landing")
    participant = Invitation.objects.values_list("participant", flat=True).get(pk=kept["invitation"])
    code = codes.code_of(request, participant=participant)
    context = {
        **{name: _numbers(kept[name]) for name in NUMBERS},
        "at": datetime.fromisoformat(kept["at"]),
        "groups": code.split("-") if code else [],
        "scope_labels": _agreed_to(kept["invitation"], participant),
        "mask": mask_of(participant),
        "site_url": settings.SITE_URL,
    }
    return codes.shown_once(render(request, "contributions/invitation_thanks.html", context), request)


def _page(
    request: HttpRequest,
    question: Question,
    notice: ConsentNotice,
    *,
    form: InvitationForm | None = None,
    not_now: NotNowForm | None = None,
) -> HttpResponse:
    # The key points speak to givers: the page's own points take their place.
    rest = sections(notice.text)[1:]
    shown = form or not_now
    context = {
        "form": form or InvitationForm(question=question, notice=notice),
        "not_now": not_now or NotNowForm(question=question, days=settings.REMIND_LATER_DAYS),
        "with_errors": shown,
        "question": question,
        "notice": notice,
        "sections": rest,
    }
    status = 400 if shown is not None and shown.errors else 200
    return render(request, "contributions/invitation_answer.html", context, status=status)


def _ended(request: HttpRequest, link: Link | None) -> HttpResponse:
    """A link that opens nothing, or a question that has ended while the link still lives."""
    if link is None:
        return redirect("identity:link_stale")
    return render(request, "contributions/invitation_ended.html", status=410)


def _remember(request: HttpRequest, replied: Replied) -> None:
    """Keep for the next page, and only for it, what it has to show."""
    request.session.cycle_key()
    request.session.pop(LINK, None)
    answered: dict[str, object] = {"invitation": str(replied.invitation), "at": replied.at.isoformat()}
    request.session[THANKS] = answered | {name: list(getattr(replied, name)) for name in NUMBERS}


def _agreed_to(lead: str, participant: UUID) -> list[str | Promise]:
    """What the photos of this mail may be used for now, in words; nothing where that is not the same for all."""
    asked = set(asked_with(UUID(lead)).values_list("photo", flat=True))
    cards = [card for card in depicted_cards(participant) if card.is_agreed and card.id in asked]
    same = len({card.scopes for card in cards}) == 1
    return cards[0].scope_labels if same else []


def _numbers(numbers: Sequence[int]) -> dict[str, object]:
    """How many photos, and which: 1, 3 and 4."""
    return {"count": len(numbers), "words": get_text_list([str(number) for number in numbers], _("and"))}
