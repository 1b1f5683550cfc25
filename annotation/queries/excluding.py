"""Which of many photos a lead can exclude, and why not the others."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery, TextChoices
from django.utils.translation import gettext_lazy as _

from annotation.models import Answer, Reading, Task
from annotation.queries.rounds import answered_by
from annotation.transitions import Stage, TaskState


class WhyNot(TextChoices):
    """Why a photo cannot be excluded by a lead just now."""

    UNKNOWN = "unknown", _("not known here")
    GIVEN_BACK = "given_back", _("given back to the contributor")
    HELD = "held", _("being read by somebody just now")
    EXCLUDED = "excluded", _("excluded already")
    ANSWERED = "answered", _("answered by you and waiting for somebody else")


@dataclass(frozen=True, slots=True)
class Excludable:
    """Photos asked about: the tasks of those that can be excluded, and the ids of the others with the reason."""

    tasks: list[Task]
    left: dict[UUID, WhyNot]

    @property
    def left_by_reason(self) -> list[tuple[WhyNot, list[UUID]]]:
        """Those that cannot be excluded, by reason, in the order of reasons."""
        found = [(why, [photo for photo, its in self.left.items() if its == why]) for why in WhyNot]
        return [(why, photos) for why, photos in found if photos]


def excludable(photo_ids: Collection[UUID], staff_id: UUID, tasks: QuerySet[Task] | None = None) -> Excludable:
    """Ask for this lead about photos by their ids, in the order given; an action hands in `tasks` that it locks.

    Where somebody else is to answer what the lead has answered, the lead does not end it.
    """
    newest = Reading.objects.filter(task=OuterRef("pk")).order_by("-id").values("answer")[:1]
    rows = (Task.objects.all() if tasks is None else tasks).filter(photo__in=photo_ids)
    mine = Exists(answered_by(staff_id).filter(task=OuterRef("pk")))
    found = {task.photo_id: task for task in rows.annotate(newest=Subquery(newest), mine=mine).order_by("pk")}
    why = {photo: _why_not(found.get(photo)) for photo in dict.fromkeys(photo_ids)}
    return Excludable(
        tasks=[found[photo] for photo, reason in why.items() if reason is None],
        left={photo: reason for photo, reason in why.items() if reason is not None},
    )


def _why_not(task: Task | None) -> WhyNot | None:
    if task is None:
        return WhyNot.UNKNOWN
    if task.state == TaskState.READ:
        return WhyNot.EXCLUDED if task.newest == Answer.EXCLUDED else None  # type: ignore[attr-defined]
    if task.state == TaskState.OPEN and task.stage != Stage.FIRST and task.mine:  # type: ignore[attr-defined]
        return WhyNot.ANSWERED
    return {TaskState.GIVEN_BACK: WhyNot.GIVEN_BACK, TaskState.LEASED: WhyNot.HELD}.get(TaskState(task.state))
