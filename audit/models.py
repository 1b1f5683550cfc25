"""What the log holds, as Django sees it, and how a room declares its events."""

import json
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from audit.kinds import EventKind, EventKindRefused, FieldsDoNotMatch

__all__ = ["Event", "EventKind", "EventKindRefused", "FieldsDoNotMatch", "Head", "Mention", "Refill"]


class Event(models.Model):
    """One entry of the log. Only audit.record() adds one; no role that runs the site may change it."""

    index = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    action = models.TextField()
    actor = models.TextField()
    subject = models.TextField()
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
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = '"audit"."head"'

    def __str__(self) -> str:
        return f"{self.size} entries"


class Mention(models.Model):
    """One id that one entry is about, with what the entry says was done (see audit.content.mentions)."""

    pk = models.CompositePrimaryKey("mentioned", "index")
    mentioned = models.TextField(db_column="id")
    index = models.BigIntegerField()
    action = models.TextField()

    class Meta:
        managed = False
        db_table = '"audit"."mention"'
        ordering: ClassVar = ["mentioned", "index"]

    def __str__(self) -> str:
        return f"{self.mentioned} in {self.index}"


class Refill(models.Model):
    """The log was refilled after a backup was restored: entries `first` (index) up to `size`, not included, came back.

    What they tell is not in the tables until the replay has brought it there; the site does not open before.
    """

    first = models.BigIntegerField()
    size = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    replayed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.first} to {self.size}"
