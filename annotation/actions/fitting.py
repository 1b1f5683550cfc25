"""Whether an answer fits the photo, and the role of whoever gives it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final
from uuid import UUID

from annotation import vocabulary
from annotation.answers import MOST_COUNTED, AnswerNotValid, PersonRead, Said
from annotation.models import Answer, Exclusion
from annotation.transitions import Stage
from contributions.queries import can_be_laid, is_frame

MOST_YEARS: Final = Decimal(130)


def check(said: Said, *, stage: str, marks: frozenset[UUID], size: tuple[int, int] = (1, 1)) -> None:
    """Raise AnswerNotValid unless this answers a task at this stage; `marks` are the contributor's on the photo.

    `size` is the photo's width and height in pixels.
    """
    if said.kind == Answer.PEOPLE:
        _check_people(said, marks, size)
    elif said.kind == Answer.EXCLUDED:
        _check_exclusion(said)
    elif said.kind != Answer.UNDECIDED or stage == Stage.SETTLING:
        # An adjudicator has nobody to leave it to.
        raise AnswerNotValid("answer")


def _check_exclusion(said: Said) -> None:
    if said.exclusion not in Exclusion.values:
        raise AnswerNotValid("exclusion")
    if said.exclusion == Exclusion.OTHER and not said.note.strip():
        raise AnswerNotValid("note")


def _check_people(said: Said, marks: frozenset[UUID], size: tuple[int, int]) -> None:
    used = [read.mark for read in said.people if read.mark is not None]
    if len(used) != len(set(used)) or not marks.issuperset(used):
        raise AnswerNotValid("people")
    for number, read in enumerate(said.people):
        for field in _unfit(read):
            raise AnswerNotValid(field, number)
    fits = {
        "count": len(said.people) <= said.people_count <= MOST_COUNTED,
        "corners": is_frame(said.corners) and can_be_laid(said.corners, size),
        "cover": all(cover.is_inside for cover in said.covers),
        "terms": len(said.terms) == len(set(said.terms)) and all(vocabulary.is_term(term) for term in said.terms),
    }
    for field, fit in fits.items():
        if not fit:
            raise AnswerNotValid(field)


def _unfit(read: PersonRead) -> Iterator[str]:
    """The fields of one person that do not fit."""
    if not (0 <= read.x <= 1 and 0 <= read.y <= 1):
        yield "place"
    if read.box is not None and not read.box.is_inside:
        yield "box"
    if not 0 <= read.low <= read.age_years <= read.high < MOST_YEARS:
        yield "age"
