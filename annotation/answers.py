"""What staff answer for one photo, as plain values known to every layer of this room, and what is wrong with one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from annotation.boxes import Box
from annotation.models import Answer
from contributions.queries import WHOLE

# A photo of a school has hundreds of people in it, a crowd more than anybody counts.
MOST_COUNTED: Final = 999


@dataclass(frozen=True, slots=True)
class PersonRead:
    """One person as staff saw them: the contributor's mark (or None), place as fractions, age and its range in years.

    Without a range the age is all of it. `box` is around the head, where somebody drew one; `suggestion` the machine's
    suggestion that was taken for a mark, if it was one.
    """

    mark: UUID | None
    x: float
    y: float
    age_years: Decimal
    age_low: Decimal | None = None
    age_high: Decimal | None = None
    box: Box | None = None
    suggestion: int | None = None

    @property
    def low(self) -> Decimal:
        """The least that the age may be."""
        return self.age_years if self.age_low is None else self.age_low

    @property
    def high(self) -> Decimal:
        """The most that the age may be."""
        return self.age_years if self.age_high is None else self.age_high


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: people with all that goes with them, an exclusion with its reason, or that nobody here can decide.

    `count` is all people in the picture, None: as many as are listed. `corners` is the picture without its border, as
    contributions.queries.is_frame has corners; `terms` are ids of annotation.vocabulary; `adopts` the reading that an
    adjudicator found right.
    """

    kind: Answer = Answer.PEOPLE
    people: Sequence[PersonRead] = ()
    count: int | None = None
    corners: Sequence[float] = WHOLE
    covers: Sequence[Box] = ()
    terms: Sequence[str] = ()
    exclusion: str = ""
    note: str = ""
    adopts: UUID | None = None

    @property
    def people_count(self) -> int:
        """All people in the picture; none are counted in an answer that is not about people."""
        if self.kind != Answer.PEOPLE:
            return 0
        return len(self.people) if self.count is None else self.count


class AnswerNotValid(Exception):
    """The answer does not fit: which `field` of it, and the place of the person in the list, if it is one's.

    Fields are people, age, place, box, count, corners, cover, terms, exclusion, note, "answer" for one that is not this
    person's to give, and "shape" for anything that no page of ours sends.
    """

    def __init__(self, field: str, person: int | None = None) -> None:
        """Keep the field and the person."""
        super().__init__(field)
        self.field = field
        self.person = person
