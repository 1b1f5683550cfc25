"""What an adjudicator is shown of a photo: two readings side by side, in words, and only what differs."""

from typing import Final, TypedDict

from django.db.models import QuerySet

from annotation.models import Answer, Reading, Task
from annotation.queries.differing import Row, Shown, rows
from annotation.queries.opinions import pair_of
from annotation.queries.rounds import DECIDED, standing_answers
from annotation.queries.states import DraftState, state_of

_SIDES: Final = 2
# Among so many answers the two sides are found, after some who could not decide.
_NEWEST: Final = 8


class ReadingShown(TypedDict):
    """One side: which reading, what kind of answer, and all of it as a state for the page."""

    reading: str
    answer: str
    state: DraftState


class Sides(TypedDict):
    """The sides of a task that waits for an adjudicator: none, one, or the two that differ, the older first."""

    readings: list[ReadingShown]
    rows: list[Row]
    question: str


NO_SIDES: Final = Sides(readings=[], rows=[], question="")


def standing(task: Task) -> QuerySet[Reading]:
    """The answers of a task that nobody took back, the newest first."""
    return standing_answers().filter(task=task).prefetch_related("persons", "covers").order_by("-id")


def sides(task: Task) -> Sides:
    """What the adjudicator is shown; never whose reading is whose.

    The question is what the newest answer notes, if that is by somebody who could not decide. The readings are the two
    newest of those who did.
    """
    newest = list(standing(task)[:_NEWEST])
    question = newest[0].note if newest and newest[0].answer == Answer.UNDECIDED else ""
    decided = [reading for reading in newest if reading.answer in DECIDED][:_SIDES][::-1]
    shown = [
        ReadingShown(reading=str(reading.reading_id), answer=reading.answer, state=state_of(reading))
        for reading in decided
    ]
    if len(decided) < _SIDES:
        return Sides(readings=shown, rows=[], question=question)
    pair = pair_of(decided[0], decided[1], task.photo)
    compared = Shown(pair, decided, [side["state"] for side in shown])
    return Sides(readings=shown, rows=list(rows(compared)), question=question)
