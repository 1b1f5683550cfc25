"""Who may have releases, what was handed to whom, what they fetched, deleted, and made of it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from releases.models.releasing import Audience, Release


class Recipient(models.Model):
    """An institution under an agreement, entered by one curator and approved by another.

    `address` is that of the person who answers for the copy there; nobody else's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.CharField(max_length=200)
    contact = models.CharField(max_length=120)
    address = models.EmailField()
    audience = models.CharField(max_length=12, choices=Audience.choices)
    agreement = models.CharField(max_length=120, help_text="the agreement's reference")
    agreement_until = models.DateField()
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("entered_by")),
                name="recipient_takes_two_people",
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q((f"{step}_at__isnull", True), (f"{step}_by__isnull", True))
                    | models.Q((f"{step}_at__isnull", False), (f"{step}_by__isnull", False)),
                    name=f"recipient_{step}_at_and_by",
                )
                for step in ("approved", "ended")
            ),
        ]

    def __str__(self) -> str:
        return self.institution


class Delivery(models.Model):
    """One release handed to one recipient, by a link that ends. Only the SHA-256 of the link's token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="deliveries")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="deliveries")
    token_sha256 = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, help_text="its link was mailed")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="delivery_ended_at_and_by",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Download(models.Model):
    """One file that was fetched, or a part of it from byte `start` on, written before the first byte goes out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="downloads")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="downloads")
    path = models.CharField(max_length=120)
    start = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["delivery", "at"], name="downloads_of_a_delivery")]

    def __str__(self) -> str:
        return str(self.id)


class PruneReport(models.Model):
    """What a recipient says was deleted from a copy: up to which notice, and how many photos are `left` in it.

    `document` is what the script wrote.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="reports")
    notice_number = models.PositiveIntegerField()
    left = models.PositiveIntegerField()
    document = models.TextField()
    uploaded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.id)


class Reminder(models.Model):
    """One mail to a recipient whose copy still holds what a notice names: `step` counts them per notice."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="reminders")
    notice_number = models.PositiveIntegerField()
    step = models.PositiveSmallIntegerField()
    written_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "notice_number", "step"], name="one_reminder_per_step"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.step}"


class Use(models.Model):
    """What a release was used for, told to everybody whose photos are in it: a project, a model, a report."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="uses")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="uses")
    project = models.CharField(max_length=200)
    model = models.CharField(max_length=200, blank=True)
    report = models.URLField(max_length=300, blank=True)
    told_at = models.DateTimeField(default=timezone.now)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="use_ended_at_and_by",
            )
        ]

    def __str__(self) -> str:
        return self.project
