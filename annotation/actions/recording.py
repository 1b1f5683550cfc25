"""What the log says of answers: numbers and code words alone, never a place, an age or a note."""

from annotation.answers import Said
from annotation.models import Answer, Comparison, Reading
from audit.actions import record
from audit.models import EventKind
from contributions.queries import WHOLE

_TIES = (("photo", "reading"),)
READ = EventKind(
    "photo:read",
    "{actor} read photo {photo}; people found in it: {people}.",
    fields=("photo", "reading", "people", "moved", "cropped"),
    optional=("suggested", "covered", "stage", "counted", "boxes", "described", "adopts"),
    ties=_TIES,
)
EXCLUDED = EventKind(
    "photo:excluded",
    "{actor} excluded photo {photo}, for the reason {reason}.",
    fields=("photo", "reading", "reason"),
    optional=("stage", "adopts"),
    ties=_TIES,
)
UNDECIDED = EventKind(
    "photo:undecided",
    "{actor} left photo {photo} to somebody who settles what others cannot decide.",
    fields=("photo", "reading", "stage"),
    ties=_TIES,
)
TAKEN_BACK = EventKind(
    "photo:taken_back",
    "{actor} took an answer for photo {photo} back.",
    fields=("photo", "reading", "taken_back", "stage"),
    ties=_TIES,
)
DISPUTED = EventKind(
    "photo:disputed",
    "Two readings of photo {photo} differ in {differences}; somebody else settles it.",
    fields=("photo", "reading", "differences"),
    ties=_TIES,
)


def record_answer(reading: Reading, said: Said, *, moved: int, suggested: int) -> None:
    """Write an answer into the log: `moved` of its people stand elsewhere than marked, `suggested` were a machine's."""
    photo, by = str(reading.task.photo_id), f"staff:{reading.by_id}"
    common = {"photo": photo, "reading": str(reading.reading_id), "stage": str(reading.stage)}
    adopts = {"adopts": str(reading.adopts.reading_id)} if reading.adopts else {}
    if said.kind == Answer.UNDECIDED:
        record(UNDECIDED, subject=photo, by=by, **common)
    elif said.kind == Answer.EXCLUDED:
        record(EXCLUDED, subject=photo, by=by, **common, **adopts, reason=reading.exclusion)
    else:
        record(
            READ,
            subject=photo,
            by=by,
            **common,
            **adopts,
            people=len(said.people),
            counted=said.people_count,
            moved=moved,
            suggested=suggested,
            boxes=sum(read.box is not None for read in said.people),
            cropped=tuple(said.corners) != WHOLE,
            covered=len(said.covers),
            described=len(said.terms),
        )


def record_dispute(comparison: Comparison) -> None:
    """Write down that two readings differ in something that somebody else settles."""
    second = comparison.second
    photo = str(second.task.photo_id)
    record(
        DISPUTED,
        subject=photo,
        by="system",
        photo=photo,
        reading=str(second.reading_id),
        differences=list(comparison.differences),
    )


def record_taking_back(row: Reading, taken: Reading) -> None:
    """Write down that somebody's answer `taken` was taken back by `row`."""
    photo = str(row.task.photo_id)
    record(
        TAKEN_BACK,
        subject=photo,
        by=f"staff:{row.by_id}",
        photo=photo,
        reading=str(row.reading_id),
        taken_back=str(taken.reading_id),
        stage=str(row.stage),
    )
