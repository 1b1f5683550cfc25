"""What the workbench is told when an answer is not kept: in words, with what went wrong as a code."""

from typing import Any, Final
from uuid import UUID

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation import queries
from annotation.actions import AnswerNotValid

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
_WORDS: Final[dict[str, Any]] = {
    "people": gettext_lazy("The list of people does not fit this photo. Open the photo again."),
    "age": gettext_lazy("Give every person an age in years, such as 7 or 3.5. A range begins below it and ends above."),
    "place": gettext_lazy("A person stands outside of the photo. Move the mark into it."),
    "box": gettext_lazy("A box around a head lies outside of the photo. Move it into it, or remove it."),
    "count": gettext_lazy("There are at least as many people as you marked."),
    "corners": gettext_lazy("The corners of the picture do not make a frame. Move them apart."),
    "cover": gettext_lazy("At most 20 covers are kept, each inside the photo. Remove one, or let one cover more."),
    "terms": gettext_lazy("A word of the description is not known. Load the page again."),
    "exclusion": gettext_lazy("Choose a reason for excluding this photo."),
    "note": gettext_lazy("Write in a few words what it is, in 300 characters at most."),
    "answer": gettext_lazy("This photo is yours to settle. Read it, or exclude it."),
}
_ELSE: Final = gettext_lazy("The answer could not be read. Load the page again; what you typed is kept.")

# By the code word, and whether somebody else holds the photo or answered it.
_LOST: Final[dict[tuple[str, bool], Any]] = {
    ("withdrawn", False): gettext_lazy("This photo was withdrawn. Your answer is not needed any more."),
    ("stopped", False): gettext_lazy("This photo may not be shown just now. Your answer was not kept."),
    ("changed", False): gettext_lazy("You have this photo open in another window, newer than this one."),
    ("expired", True): gettext_lazy("You held this photo for too long, and somebody else reads it now."),
    ("expired", False): gettext_lazy(
        "You held this photo for too long, so it went back to the queue. You can take it again."
    ),
    ("gone", False): gettext_lazy("You held this photo for too long, and it waits for somebody else now."),
    ("cap", False): gettext_lazy(
        "You held this photo for too long, so it went back to the queue. You have reached the limit of today."
    ),
    ("break", False): gettext_lazy(
        "You held this photo for too long, so it went back to the queue. You can take it again after your break."
    ),
    ("answered", False): gettext_lazy("You have answered this photo. Your answer stands."),
    ("read", True): gettext_lazy(
        "Somebody else answered this photo meanwhile. That answer stands, and yours was not kept."
    ),
}


def not_valid(refusal: AnswerNotValid) -> JsonResponse:
    """422: which field of the answer, and which person's, with what to do."""
    text = str(_WORDS.get(refusal.field, _ELSE))
    if refusal.person is not None:
        text = _("Person %(number)d: %(text)s") % {"number": refusal.person + 1, "text": text}
    return JsonResponse({"text": text, "field": refusal.field, "person": refusal.person}, status=UNPROCESSABLE)


def lost(task_id: UUID, staff_id: UUID, version: int | None = None) -> JsonResponse:
    """409: what became of the photo meanwhile, held in this version, and whether it can be taken again."""
    found = queries.why_lost(task_id, staff_id, version)
    theirs = queries.in_words(found.answer) if found.answer else None
    return _conflict(found.why, _LOST[found.why, found.by_another], can_take=found.can_take, theirs=theirs)


def taken_back() -> JsonResponse:
    """409: the answer was kept once, and its giver took it back."""
    return _conflict("taken_back", _("You took this answer back, so it was not kept again."))


def not_yours() -> JsonResponse:
    """409: an answer stays as it is; why is not told."""
    return _conflict("stands", _("This answer stands. A lead can have the photo read again."))


def _conflict(why: str, text: object, *, can_take: bool = False, theirs: str | None = None) -> JsonResponse:
    return JsonResponse({"why": why, "text": str(text), "can_take": can_take, "theirs": theirs}, status=CONFLICT)
