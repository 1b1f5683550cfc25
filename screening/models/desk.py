"""What the safety officer's desk keeps: proposals for a second officer, what was passed on, who was told."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contributions.models import Photo
from screening.models.verdicts import RulingReason
from screening.transitions import VerdictState


class RulingProposal(models.Model):
    """What one officer proposes for a photo that a known list has to do with; another one agrees or does not.

    Nothing moves before that. `agreed` is empty while it waits.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="ruling_proposals")
    state = models.CharField(max_length=10, choices=VerdictState.choices)
    reason = models.CharField(max_length=20, choices=RulingReason.choices)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    agreed = models.BooleanField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["photo"], condition=models.Q(agreed__isnull=True), name="one_open_proposal_per_photo"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True, decided_at__isnull=True)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="who_decided_a_proposal_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(agreed__isnull=True, decided_at__isnull=True)
                | models.Q(agreed__isnull=False, decided_at__isnull=False),
                name="a_decided_proposal_has_an_answer",
            ),
            models.CheckConstraint(
                condition=~models.Q(agreed=True) | ~models.Q(decided_by=models.F("proposed_by")),
                name="two_officers_rule_on_known_lists",
            ),
        ]

    def __str__(self) -> str:
        return self.state


class PassedOn(models.Model):
    """A held photo that an officer left to another one, without a reason; a second time changes nothing."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="passed_on")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["photo", "staff"], name="passed_on_once")]

    def __str__(self) -> str:
        return str(self.photo_id)


class Escalation(models.Model):
    """Who outside was told about a photo, when, and under which number it is filed; appended. No names of people."""

    class Told(models.TextChoices):
        """Whom the written procedure names."""

        POLICE = "police", _("Police")
        HOTLINE = "hotline", _("National hotline")
        ETHICS = "ethics", _("Ethics committee")
        COUNSEL = "counsel", _("Legal counsel")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="escalations")
    told = models.CharField(max_length=10, choices=Told.choices)
    told_at = models.DateTimeField()
    reference = models.CharField(max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["told_at", "at"]

    def __str__(self) -> str:
        return self.told
