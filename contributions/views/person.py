"""The person's own pages: see, change, withdraw, take back, delete now, take a copy. No image anywhere."""

from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent.queries import latest_notice
from contributions.actions.answering import BY_LINK, BY_PAGE, UPDATES, change
from contributions.actions.leaving import WithdrawalOver, cancel
from contributions.actions.leaving import erase_now as hasten
from contributions.actions.leaving import withdraw as stop_use
from contributions.person_forms import OpenForm, ScopesForm, WithdrawForm
from contributions.queries.copy import copy_of
from contributions.queries.person import PhotoCard, erased_by, sendings_of, withdrawable
from contributions.queries.proofs import own_answer, proof_of
from contributions.views.doors import close_manage, open_manage, opened_link, with_participant
from identity import actions as identity
from identity.models import Link
from identity.queries import hears_updates, mask_of


@require_http_methods(["GET", "HEAD", "POST"])
def manage_open(request: HttpRequest) -> HttpResponse:
    """Turn a link into half an hour on the person's own pages, or into the withdrawal that was chosen."""
    link = opened_link(request, Link.Action.MANAGE)
    if link is None:
        return redirect("identity:link_stale")
    participant = link.identity_id
    photos = withdrawable(participant)
    form = OpenForm(_posted(request), photos=photos)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "erased_by": erased_by(), "can_withdraw": bool(photos)}
        return render(request, "contributions/manage_open.html", context, status=400 if form.errors else 200)
    try:
        identity.claim(link=link.pk)
    except identity.LinkStale:
        return redirect("identity:link_stale")
    chosen = [card.id for card in photos] if form.everything else form.photos
    if chosen is not None:
        _stop_use(request, participant, chosen, method=BY_LINK, everything=form.everything)
    identity.close(link=link.pk)
    open_manage(request, participant=participant, link=link.pk)
    return redirect("contributions:manage")


@require_safe
@with_participant
def manage(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Every sending, photo by photo: what was agreed to, where it stands, and what can be done."""
    sendings = sendings_of(participant)
    context = {
        "sendings": sendings,
        "withdrawable": [card for sending in sendings for card in sending.photos if card.is_agreed],
        "undoable": [card for sending in sendings for card in sending.photos if card.can_be_undone],
        "mask": mask_of(participant),
        "updates": hears_updates(participant),
        "minutes": settings.MANAGE_MINUTES,
    }
    return render(request, "contributions/manage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_participant
def scopes_change(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Change what one photo, or every photo, may be used for beyond the research itself."""
    photos = _chosen(request, withdrawable(participant))
    for_one = bool(request.GET.getlist("photo"))
    notice = latest_notice(get_language() or "")
    updates = None if for_one else hears_updates(participant)
    form = ScopesForm(_posted(request), photos=photos, notice=notice, updates=updates)
    if request.method == "POST" and form.is_valid():
        answers = form.answers
        if UPDATES in answers:
            identity.set_updates(participant=participant, on=answers.pop(UPDATES))
        ids = [card.id for card in photos]
        change(participant=participant, photos=ids, choices=answers, notice=notice, decision=uuid4())
        messages.success(request, _("Your change stands from now on."))
        return redirect("contributions:manage")
    context = {"form": form, "photos": photos, "for_one": for_one, "notice": notice}
    return render(request, "contributions/manage_scopes.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@with_participant
def withdraw(request: HttpRequest, participant: UUID) -> HttpResponse:
    """What withdrawing means and by when it is done; then it is done."""
    able = withdrawable(participant)
    photos = _chosen(request, able)
    everything = "all" in request.GET
    named = everything or bool(request.GET.getlist("photo"))
    form = WithdrawForm(_posted(request), photos=photos)
    if request.method == "POST" and (named or form.is_valid()):
        ids = [card.id for card in photos] if named else [UUID(pk) for pk in form.cleaned_data["photos"]]
        _stop_use(request, participant, ids, method=BY_PAGE, everything=everything)
        return redirect("contributions:manage")
    context = {"form": form, "photos": photos, "named": named, "everything": everything, "erased_by": erased_by()}
    failed = request.method == "POST"
    return render(request, "contributions/withdraw.html", context, status=400 if failed else 200)


@require_POST
@with_participant
def withdrawal_cancel(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Take a withdrawal back while the bytes are there."""
    photos = _chosen(request, _undoable(participant))
    try:
        done = cancel(participant=participant, photos=[card.id for card in photos], decision=uuid4(), method=BY_PAGE)
    except WithdrawalOver:
        done = None
    if done is None or not done.photos:
        messages.warning(request, _("The wait is over: the photo is being deleted. Nothing has changed."))
    else:
        messages.success(request, _("You took the withdrawal back. What you agreed to before stands again."))
    return redirect("contributions:manage")


@require_http_methods(["GET", "HEAD", "POST"])
@with_participant
def erase_now(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Do not wait: delete withdrawn photos at once. This cannot be taken back."""
    photos = _chosen(request, _undoable(participant))
    if not photos:
        return redirect("contributions:manage")
    if request.method == "POST":
        hasten(participant=participant, photos=[card.id for card in photos])
        messages.success(request, _("The deletion has begun. This page says when it is finished."))
        return redirect("contributions:manage")
    return render(request, "contributions/withdraw_erase_now.html", {"photos": photos})


@require_safe
@with_participant
def copy_download(request: HttpRequest, participant: UUID) -> HttpResponse:  # noqa: ARG001 - the session says all
    """Everything that is recorded about this person's giving, as a file."""
    response = JsonResponse(copy_of(participant), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="my-photos.json"'
    return response


@require_safe
@with_participant
def proof_download(request: HttpRequest, participant: UUID, record_id: UUID) -> HttpResponse:
    """The proof that an answer of this person's stands in the log, as a file; until there is one, when to expect it."""
    answer = own_answer(participant, record_id)
    if answer is None:
        raise Http404
    text = proof_of(record_id)
    if text is None:
        return render(request, "contributions/proof_waiting.html", status=HTTPStatus.ACCEPTED)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{answer.file_name}"'
    return response


@require_POST
def manage_close(request: HttpRequest) -> HttpResponse:
    """Close the person's pages in this browser."""
    close_manage(request)
    messages.success(request, _("Your page is closed."))
    return redirect("contributions:landing")


def _stop_use(request: HttpRequest, participant: UUID, photos: list[UUID], *, method: str, everything: bool) -> None:
    done = stop_use(participant=participant, photos=photos, decision=uuid4(), method=method, everything=everything)
    if done.photos or everything:
        messages.success(request, _("Use has stopped. We sent a receipt to your address."))


def _undoable(participant: UUID) -> list[PhotoCard]:
    return [card for sending in sendings_of(participant) for card in sending.photos if card.can_be_undone]


def _chosen(request: HttpRequest, cards: list[PhotoCard]) -> list[PhotoCard]:
    """Those of the cards that the address names (?photo=...), or all where it names none."""
    wanted: Any = set(request.GET.getlist("photo") + request.POST.getlist("photo"))
    return [card for card in cards if not wanted or str(card.id) in wanted]


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
