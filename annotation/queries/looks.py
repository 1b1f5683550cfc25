"""How many pictures were opened for a question that staff asked of the collection."""

from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, DateField, QuerySet
from django.db.models.functions import TruncWeek

from annotation.days import midnight, monday, today
from annotation.models import Search
from screening.models import View

# A view for this reason is a look at a photo that a question found; its task is the question.
REASON: Final = "search"


@dataclass(frozen=True, slots=True)
class PerQuestion:
    """Questions that were asked, and pictures that were opened for them."""

    questions: int = 0
    looks: int = 0

    @property
    def ratio(self) -> float | None:
        """Pictures opened per question; None where nothing was asked."""
        return self.looks / self.questions if self.questions else None


@dataclass(frozen=True, slots=True)
class Exposures:
    """What questions cost in looks: in all, and week by week (the Monday, UTC), the oldest first; none is left out."""

    total: PerQuestion
    weeks: dict[date, PerQuestion]


def exposures_per_question(days: int, staff_id: UUID | None = None) -> Exposures:
    """Pictures opened per question of the last `days` days (UTC, today included), of one person or of everybody."""
    first = today() - timedelta(days=days - 1)
    since = midnight(first)
    asked, looked = Search.objects.filter(at__gte=since), View.objects.filter(at__gte=since, reason=REASON)
    if staff_id is not None:
        asked, looked = asked.filter(by_id=staff_id), looked.filter(staff_id=staff_id)
    questions, looks = _by_week(asked), _by_week(looked)
    begin = monday(first)
    weeks = [begin + timedelta(weeks=week) for week in range((today() - begin).days // 7 + 1)]
    return Exposures(
        PerQuestion(sum(questions.values()), sum(looks.values())),
        {week: PerQuestion(questions.get(week, 0), looks.get(week, 0)) for week in weeks},
    )


def _by_week(rows: QuerySet[Any]) -> dict[date, int]:
    """How many rows by the Monday of their week."""
    weeks = rows.order_by().annotate(week=TruncWeek("at", output_field=DateField(), tzinfo=UTC))
    return dict(weeks.values_list("week").annotate(number=Count("pk")))
