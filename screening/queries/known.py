"""Whether a known list has to do with a photo, so that one officer alone does not rule on it."""

from typing import Final
from uuid import UUID

from screening.models import Finding, Verdict
from screening.queries.gate import newest_verdict
from screening.transitions import VerdictState

KNOWN: Final = "known:"


def is_known(photo_id: UUID) -> bool:
    """Whether a ruling takes a second officer: the photo is locked, or was found on a known list."""
    last = newest_verdict(photo_id)
    return last is not None and takes_two(photo_id, last)


def takes_two(photo_id: UUID, last: Verdict) -> bool:
    """The same, of a photo whose newest verdict is `last`."""
    found = Finding.objects.filter(photo=photo_id).values_list("codes", flat=True)
    codes = [*last.reasons, *(code for row in found for code in row)]
    return last.state == VerdictState.LOCKED or any(code.startswith(KNOWN) for code in codes)
