"""What staff keep at their desks: keys of their own, and the questions that they asked of the collection."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class KeyMap(models.Model):
    """The workbench's keys as one person has them: an action's name to its key; those that are absent are as built.

    `letters_off` switches single letters off (WCAG 2.1.4).
    """

    staff = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    keys = models.JSONField(default=dict)
    letters_off = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.pk)


class Search(models.Model):
    """One question that somebody asked of the collection. A view for the reason "search" names it as its task."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    criteria = models.JSONField(default=dict)
    found = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["by", "-at"], name="searches_of_a_person"),
            models.Index(fields=["at"], name="searches_by_time"),
        ]

    def __str__(self) -> str:
        return str(self.id)
