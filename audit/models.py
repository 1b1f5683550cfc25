"""What the log holds, as Django sees it, and how a room declares its events."""

import json
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from audit.kinds import EventKind, EventKindRefused, FieldsDoNotMatch

__all__ = ["Event", "EventKind", "EventKindRefused", "FieldsDoNotMatch", "Head", "Verification"]


class Event(models.Model):
    """One entry of the log. Only audit.record() adds one; no role that runs the site may change it."""

    index = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    action = models.TextField()
    actor = models.TextField()
    subject = models.TextField()
    mentions: "ArrayField[Any, list[str]]" = ArrayField(models.TextField())
    leaf = models.TextField()
    leaf_hash = models.BinaryField()
    chain = models.BinaryField()

    class Meta:
        managed = False
        # The table stands in a schema of its own, owned by a role without login.
        db_table = '"audit"."event"'
        ordering: ClassVar = ["index"]

    def __str__(self) -> str:
        return f"{self.index} {self.action}"

    @property
    def data(self) -> dict[str, Any]:
        """The fields recorded with the event, read from the leaf that was hashed."""
        data: dict[str, Any] = json.loads(self.leaf)["data"]
        return data


class Head(models.Model):
    """The one row that says how many entries there are and where the chain ends."""

    one = models.BooleanField(primary_key=True)
    size = models.BigIntegerField()
    chain = models.BinaryField()

    class Meta:
        managed = False
        db_table = '"audit"."head"'

    def __str__(self) -> str:
        return f"{self.size} entries"


class Verification(models.Model):
    """The result of one recomputation of the whole log, for the first line of the auditor's desk."""

    checked_at = models.DateTimeField()
    size = models.BigIntegerField(help_text="entries found good, counted from the first")
    first_bad = models.BigIntegerField(null=True, help_text="index of the first entry that is not as it was recorded")
    reason = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-checked_at"], name="verification_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(first_bad__isnull=True, reason="")
                | (models.Q(first_bad__isnull=False) & ~models.Q(reason="")),
                name="a_bad_entry_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.size} entries good at {self.checked_at:%H:%M}"
