"""Giving, up to the photos: choosing. Only this browser's own sending is changed."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contributions import actions
from contributions.forms import UploadForm
from contributions.models import Contribution
from contributions.queries.giving import has_preview, next_number
from contributions.views.drafts import client_of, own_photo, refused, wants_json, with_draft
from contributions.views.shown import document_data, list_data, photo_data
from vault import actions as vault

# Refusals that pass by themselves: the page offers to try the same file again.
PASSING = frozenset({"no_room", "too_many_this_hour"})


@require_GET
@with_draft
def photo_list(request: HttpRequest, sending: Contribution) -> HttpResponse:
    """The photos of this sending, as they arrive. The script shows each photo's marks in the same document."""
    # For the form without script; the script draws a key for each file.
    return render(request, "contributions/give_photos.html", document_data(sending) | {"client_key": uuid4()})


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
        return _not_added(request, refusal.sentence(number), again=refusal.code in PASSING)
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


def _not_added(request: HttpRequest, sentence: str, *, again: bool = False) -> HttpResponse:
    if wants_json(request):
        return refused(sentence, again=again)
    messages.error(request, sentence)
    return redirect("contributions:photo_list")


def _added(request: HttpRequest, added: actions.Added, number: int) -> HttpResponse:
    sentence = ""
    if added.is_repeat and added.photo.number != number:
        words = _("Photo %(number)d is already here, as photo %(first)d.")
        sentence = words % {"number": number, "first": added.photo.number}
    if wants_json(request):
        answer = {"photo": photo_data(added.photo), "notice": sentence, "repeat": added.is_repeat}
        return JsonResponse(answer, status=200 if added.is_repeat else 201)
    if sentence:
        messages.info(request, sentence)
    return redirect("contributions:photo_list")
