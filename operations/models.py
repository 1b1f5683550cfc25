"""What is kept of how the site runs: who served which queue last, what each look found, and the alarms it led to."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    """The last sign of one worker that takes tasks from one queue; `working_since` while it is at one."""

    queue = models.CharField(max_length=12)
    worker = models.CharField(max_length=120)
    at = models.DateTimeField()
    working_since = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["queue", "worker"], name="one_heartbeat_of_a_worker_and_queue")
        ]

    def __str__(self) -> str:
        return f"{self.queue} {self.at:%H:%M:%S}"


class Look(models.Model):
    """What one look at the whole site found: the figures by name, and what was wrong, as `code` or `code:about`."""

    at = models.DateTimeField(default=timezone.now)
    figures = models.JSONField()
    found = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at"], name="looks_newest_first")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Alarm(models.Model):
    """Something that somebody has to see to, from the second look in a row that found it until two found it well."""

    code = models.CharField(max_length=24)
    about = models.CharField(max_length=24, blank=True)
    raised_at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True)
    mails = models.PositiveIntegerField(default=0)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-raised_at", "code", "about"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code", "about"], condition=models.Q(cleared_at__isnull=True), name="one_open_alarm_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """As a look names it."""
        return f"{self.code}:{self.about}" if self.about else self.code
