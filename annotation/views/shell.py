"""What the workbench's page holds whoever opens it, for annotators and adjudicators alike."""

from typing import Any
from uuid import UUID

from django.conf import settings

from annotation.answers import MOST_COUNTED
from annotation.keymap import LETTERS
from annotation.models import Exclusion
from annotation.queries import keymap_of
from annotation.vocabulary import terms_for_page


def shell(staff_id: UUID) -> dict[str, Any]:
    """This person's keys, the vocabulary, the reasons with their letters, and the settings that the page needs.

    `undo_seconds` are seconds, `ahead` photos beside the one on the screen.
    """
    return {
        "keymap": keymap_of(staff_id),
        "vocabulary": terms_for_page(),
        "reasons": [
            {"code": reason.value, "words": reason.label, "letter": letter, "needs_words": reason == Exclusion.OTHER}
            for reason, letter in LETTERS.items()
        ],
        "most_counted": MOST_COUNTED,
        "ahead": settings.READING_AHEAD,
        "undo_seconds": settings.UNDO_SECONDS,
    }
