"""Who of the staff may open no picture for now, because they opened too many in an hour."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ViewStop(models.Model):
    """One person's views are stopped until somebody else, a lead or an administrator, lets them go on."""

    class Cause(models.TextChoices):
        """Which number was too high."""

        HOUR = "hour", _("more pictures in an hour than one person reads")
        OUTSIDE = "outside", _("more pictures outside of tasks in an hour than the work needs")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=8, choices=Cause.choices)
    views = models.PositiveIntegerField(help_text="in the hour before")
    at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["staff"], condition=models.Q(lifted_at__isnull=True), name="one_open_stop_per_person"
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | models.Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="who_lifted_a_stop_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_by__isnull=True) | ~models.Q(lifted_by=models.F("staff")),
                name="nobody_lifts_their_own_stop",
            ),
        ]

    def __str__(self) -> str:
        return self.cause
