"""Giving, up to the photos: before you start, and choosing. Only this browser's own sending is changed."""

from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contributions import actions, queries
from contributions.forms import UploadForm
from contributions.limits import STARTS_PER_CLIENT, sentences_for_script
from contributions.models import Contribution
from contributions.queries.giving import SESSION_KEY, has_preview, languages_to_give_in, next_number
from contributions.transitions import SendingState
from contributions.views.drafts import client_of, own_photo, refused, wants_json, with_draft
from contributions.views.shown import list_data, photo_data
from identity import actions as identity
from vault import actions as vault


@require_GET
def landing(request: HttpRequest) -> HttpResponse:
    """Whether to trust this, how it works, and the two ways in."""
    collected = queries.in_use().count()
    context = _openness() | {"collected": collected, "waiting": queries.unfinished_of_session(request.session)}
    return render(request, "contributions/landing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def give_start(request: HttpRequest) -> HttpResponse:
    """What to know before choosing; the button states being an adult and begins the sending."""
    openness = _openness()
    if request.method == "POST" and openness["giving_open"]:
        sending = queries.sending_of_session(request.session)
        if sending is None or sending.state != SendingState.DRAFT:
            try:
                sending = actions.start(language=get_language() or "en", client=client_of(request))
            except identity.TooMany:
                words = _("Giving was begun %(count)d times over your connection in an hour. Try again in an hour.")
                messages.error(request, words % {"count": STARTS_PER_CLIENT})
                return redirect("contributions:give_start")
            request.session[SESSION_KEY] = str(sending.pk)
        return redirect("contributions:photo_list")
    context = openness | {"waiting": queries.unfinished_of_session(request.session)}
    return render(request, "contributions/give_start.html", context)


@require_GET
@with_draft
def photo_list(request: HttpRequest, sending: Contribution) -> HttpResponse:
    """The photos of this sending, as they arrive."""
    limits = {
        "file_bytes": settings.UPLOAD_MAX_BYTES,
        "files": settings.SENDING_MAX_FILES,
        "sending_bytes": settings.SENDING_MAX_BYTES,
        **sentences_for_script(),
    }
    # For the form without script; the script draws a key for each file.
    context = list_data(sending) | {"limits": limits, "client_key": uuid4()}
    return render(request, "contributions/give_photos.html", context)


@require_POST
@with_draft
def photo_add(request: HttpRequest, sending: Contribution) -> HttpResponse:
    """One photo, sealed by the upload handler while it arrived."""
    form, upload = UploadForm(request.POST), request.FILES.get("photo")
    if not form.is_valid() or not isinstance(upload, vault.SealedUpload):
        return _not_added(request, _("No photo came with this. Choose it again. Your other photos are kept."))
    number = form.cleaned_data["number"] or next_number(sending)
    try:
        added = actions.add_photo(
            sending=sending.pk,
            upload=upload,
            client_key=form.cleaned_data["client_key"],
            number=number,
            client=client_of(request),
        )
    except actions.NotAdded as refusal:
        return _not_added(request, refusal.sentence(number))
    return _added(request, added, number)


@require_GET
@with_draft
def sending_state(request: HttpRequest, sending: Contribution) -> HttpResponse:  # noqa: ARG001 -- the sending says all
    """Where each photo stands, for the list's script."""
    return JsonResponse(list_data(sending))


@require_GET
def photo_preview(request: HttpRequest, photo_id: UUID) -> StreamingHttpResponse:
    """The sender's own picture, rebuilt and small, for the one browser that sent it, until it is sent."""
    photo = own_photo(request, photo_id)
    if photo.preview is None or not has_preview(photo):
        raise Http404
    try:
        chunks = vault.open_object(photo.preview)
    except vault.ObjectGone:
        raise Http404 from None
    return StreamingHttpResponse(chunks, content_type="image/jpeg")


@require_POST
@with_draft
def photo_remove(request: HttpRequest, sending: Contribution, photo_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Take a photo out again; its bytes are erased."""
    actions.remove_photo(photo=own_photo(request, photo_id))
    return JsonResponse({}) if wants_json(request) else redirect("contributions:photo_list")


def _openness() -> dict[str, Any]:
    """Whether photos can be given now and in this language; the languages to choose from where it is only that."""
    languages = languages_to_give_in()
    has_room, is_open = queries.giving_open(), (get_language() or "en") in languages
    names = list(languages.values()) if has_room and not is_open else []
    return {"giving_open": has_room and is_open, "other_languages": ", ".join(names)}


def _not_added(request: HttpRequest, sentence: str) -> HttpResponse:
    if wants_json(request):
        return refused(sentence)
    messages.error(request, sentence)
    return redirect("contributions:photo_list")


def _added(request: HttpRequest, added: actions.Added, number: int) -> HttpResponse:
    sentence = ""
    if added.is_repeat:
        words = _("Photo %(number)d is already here, as photo %(first)d.")
        sentence = words % {"number": number, "first": added.photo.number}
    if wants_json(request):
        return JsonResponse({"photo": photo_data(added.photo), "notice": sentence}, status=200 if sentence else 201)
    if sentence:
        messages.info(request, sentence)
    return redirect("contributions:photo_list")
