"""Legal holds."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from contributions.models import Photo
from screening.transitions import HoldState


class LegalHold(models.Model):
    """The law obliges us to keep a photo: its erasure waits, its use does not come back, and nobody outside can tell.

    `reference` is the number under which the order stands in the custodian's own files; it holds no name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="holds")
    reference = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=HoldState.choices, default=HoldState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    placed_at = models.DateTimeField(null=True)
    lifting_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    lifting_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["photo"], condition=~models.Q(state__in=["lifted", "dropped"]), name="one_open_hold_per_photo"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["placed", "lifting", "lifted"])
                | (
                    models.Q(placed_by__isnull=False, placed_at__isnull=False)
                    & ~models.Q(placed_by=models.F("proposed_by"))
                ),
                name="two_officers_place_a_hold",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="lifted")
                | (
                    models.Q(lifted_by__isnull=False, lifted_at__isnull=False, lifting_by__isnull=False)
                    & ~models.Q(lifted_by=models.F("lifting_by"))
                ),
                name="two_officers_lift_a_hold",
            ),
            models.CheckConstraint(
                condition=models.Q(placed_at__isnull=True, placed_by__isnull=True)
                | models.Q(placed_at__isnull=False, placed_by__isnull=False),
                name="who_placed_a_hold_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(lifting_at__isnull=True, lifting_by__isnull=True)
                | models.Q(lifting_at__isnull=False, lifting_by__isnull=False),
                name="who_asked_to_lift_a_hold_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | models.Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="who_lifted_a_hold_and_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
