"""Whether a known list has to do with a photo, so that one officer alone does not rule on it."""

from uuid import UUID

from screening.codes import CodeKind, kind_of
from screening.models import Finding, Verdict
from screening.queries.gate import newest_verdict, verdicts_of
from screening.transitions import VerdictState


def needs_two(photo_id: UUID) -> bool:
    """Whether a ruling takes a second officer: the photo is locked, or was found on a known list."""
    last = newest_verdict(photo_id)
    return last is not None and takes_two(photo_id, last)


def takes_two(photo_id: UUID, last: Verdict) -> bool:
    """The same, of a photo whose newest verdict is `last`. Once locked, it takes two until it was ruled clear."""
    found = Finding.objects.filter(photo=photo_id).values_list("codes", flat=True)
    codes = [*last.reasons, *(word for row in found for word in row)]
    if last.state == VerdictState.LOCKED or any(kind_of(word) == CodeKind.KNOWN for word in codes):
        return True
    lock = verdicts_of(photo_id).filter(state=VerdictState.LOCKED).first()
    return lock is not None and not verdicts_of(photo_id).filter(state=VerdictState.CLEAR, pk__gt=lock.pk).exists()
