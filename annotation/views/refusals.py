"""What the workbench is told when an answer is not kept: in words, with what went wrong as a code."""

from typing import Any, Final
from uuid import UUID

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation import queries
from annotation.actions import AnswerNotValid, NotYoursToTakeBack

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
_WORDS: Final[dict[str, Any]] = {
    "people": gettext_lazy("The list of people does not fit this photo. Open the photo again."),
    "age": gettext_lazy("Give every person an age in years, such as 7 or 3.5. A range begins below it and ends above."),
    "place": gettext_lazy("A person stands outside of the photo. Move the mark into it."),
    "box": gettext_lazy("A box around a head lies outside of the photo. Move it into it, or remove it."),
    "count": gettext_lazy("There are at least as many people as you marked."),
    "corners": gettext_lazy("The corners of the picture do not make a frame. Move them apart."),
    "cover": gettext_lazy("A cover lies outside of the photo. Move it into it, or remove it."),
    "terms": gettext_lazy("A word of the description is not known. Load the page again."),
    "exclusion": gettext_lazy("Choose a reason for excluding this photo."),
    "note": gettext_lazy("Write in a few words what it is, in 300 characters at most."),
    "answer": gettext_lazy("This photo is yours to settle. Read it, or exclude it."),
}
_ELSE: Final = gettext_lazy("The answer could not be read. Load the page again; what you typed is kept.")

_TAKING_BACK: Final[dict[str, Any]] = {
    "read": gettext_lazy(
        "There is a later answer for this photo, so yours cannot be taken back. A lead can reopen it."
    ),
    "expired": gettext_lazy("Somebody else has this photo open just now, so your answer cannot be taken back yet."),
    "withdrawn": gettext_lazy("This photo was withdrawn. Your answer is not needed any more."),
    "stopped": gettext_lazy("This photo may not be shown just now, so the answer stays as it is."),
}


def not_valid(refusal: AnswerNotValid) -> JsonResponse:
    """422: which field of the answer, and which person's, with what to do."""
    text = str(_WORDS.get(refusal.field, _ELSE))
    if refusal.person is not None:
        text = _("Person %(number)d: %(text)s") % {"number": refusal.person + 1, "text": text}
    return JsonResponse({"text": text, "field": refusal.field, "person": refusal.person}, status=UNPROCESSABLE)


def lost(task_id: UUID, staff_id: UUID) -> JsonResponse:
    """409: what became of the photo meanwhile, and whether it can be taken again."""
    found = queries.why_lost(task_id, staff_id)
    body = {"why": found.why, "text": found.text, "can_take": found.can_take, "theirs": found.theirs}
    return JsonResponse(body, status=CONFLICT)


def not_yours(refusal: NotYoursToTakeBack) -> JsonResponse:
    """409: why an answer stays as it is."""
    why = str(refusal)
    return JsonResponse(
        {"why": why, "text": str(_TAKING_BACK[why]), "can_take": False, "theirs": None}, status=CONFLICT
    )
