"""The frame of a print, on this browser's own photo: four corners, or nothing to keep all of it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contributions import actions
from contributions.forms import FrameForm
from contributions.models import Contribution
from contributions.views.drafts import own_photo, refused, wants_json, with_draft


@require_POST
@with_draft
def photo_frame(request: HttpRequest, sending: Contribution, photo_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Say where the picture lies in the photo of a print."""
    photo, form = own_photo(request, photo_id), FrameForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.NotAFrame
        frame = actions.frame_photo(photo=photo, corners=form.cleaned_data["corners"])
    except actions.NotAFrame:
        return refused(_("This frame cannot be used. Put its corners around the picture, and keep them in order."))
    return JsonResponse({"frame": frame}) if wants_json(request) else redirect("contributions:photo_mark", photo.pk)
