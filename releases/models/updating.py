"""What became of the photos, told to everybody and mailed to those who asked: updates, per language."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from releases.transitions import UpdateState


class Update(models.Model):
    """What became of the photos, told to everybody: written by one curator, made public by another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=12, choices=UpdateState.choices, default=UpdateState.DRAFT)
    drafted_at = models.DateTimeField(default=timezone.now)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    mailed_at = models.DateTimeField(null=True, help_text="a mail was written to everybody who asked for it")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("drafted_by")),
                name="update_takes_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_at__isnull=True, approved_by__isnull=True)
                | models.Q(approved_at__isnull=False, approved_by__isnull=False),
                name="update_approved_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="update_ended_at_and_by",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved") | models.Q(approved_at__isnull=False),
                name="public_update_is_approved",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class UpdateText(models.Model):
    """An update in one language: a title, and Markdown."""

    update = models.ForeignKey(Update, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=120)
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["language"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["update", "language"], name="one_update_text_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.update_id} {self.language}"
