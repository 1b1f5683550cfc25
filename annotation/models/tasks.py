"""The queue: one small row per photo to read."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from annotation.transitions import FOR_ANNOTATORS, Stage, TaskState
from contributions.models import Photo

_STAFF = settings.AUTH_USER_MODEL


class Task(models.Model):
    """One photo and the answer that it waits for. Taken by one UPDATE ... FOR UPDATE SKIP LOCKED over a partial index.

    `stage` says which answer; the higher `priority` (annotation.priorities) comes first, then the lower `order`, which
    is drawn. `first_by` gave the first reading and is never asked for the second; `meant_for` is whom the lead left it
    to, empty for everybody. `waiting_since` is when this stage began to wait. `version`
    is drawn anew at every hand-out, so that it tells nobody how often the photo was handed out before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    photo = models.OneToOneField(Photo, on_delete=models.PROTECT, related_name="task")
    state = models.CharField(max_length=12, choices=TaskState.choices, default=TaskState.OPEN)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.FIRST)
    priority = models.SmallIntegerField(default=0)
    order = models.FloatField()
    version = models.PositiveIntegerField(default=0)
    first_by = models.ForeignKey(_STAFF, on_delete=models.PROTECT, null=True, related_name="+")
    meant_for = models.ForeignKey(_STAFF, on_delete=models.PROTECT, null=True, related_name="+")
    lease = models.UUIDField(null=True)
    leased_to = models.ForeignKey(_STAFF, on_delete=models.PROTECT, null=True, related_name="+")
    leased_until = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    state="leased", lease__isnull=False, leased_to__isnull=False, leased_until__isnull=False
                )
                | (
                    ~models.Q(state="leased")
                    & models.Q(lease__isnull=True, leased_to__isnull=True, leased_until__isnull=True)
                ),
                name="lease_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(state="given_back")
                | models.Q(state="read", stage="done")
                | (~models.Q(state="read") & ~models.Q(stage="done")),
                name="read_is_when_nothing_more_is_asked",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["-priority", "order"],
                include=["first_by", "meant_for"],
                name="open_tasks",
                condition=models.Q(state=TaskState.OPEN, stage__in=FOR_ANNOTATORS),
            ),
            models.Index(
                fields=["-priority", "order"],
                name="tasks_to_settle",
                condition=models.Q(state=TaskState.OPEN, stage=Stage.SETTLING),
            ),
            models.Index(
                fields=["-created_at", "-id"],
                name="tasks_newest_first",
                condition=~models.Q(state=TaskState.GIVEN_BACK),
            ),
            models.Index(fields=["leased_until"], name="leases", condition=models.Q(state="leased")),
        ]

    def __str__(self) -> str:
        return str(self.id)


class NotNow(models.Model):
    """A task that somebody put off: it goes back to the pool, but not to this person for a while."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="put_off")
    staff = models.ForeignKey(_STAFF, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.task_id)
