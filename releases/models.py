"""Frozen, signed versions of the dataset, the public ids their items carry, and updates for the public."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from annotation.models import Reading
from contributions.models import Photo
from releases.transitions import ReleaseState, UpdateState
from vault.models import DataKey, SealedObject


class Audience(models.TextChoices):
    """For whom a release is made. The scope that every photo in it needs follows from it."""

    OWN = "own", "the institution's own research"
    PARTNERS = "partners", "approved partner institutions"


class Release(models.Model):
    """One version of the dataset. `number` counts per audience; `log_index` is the log entry it was frozen at."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audience = models.CharField(max_length=12, choices=Audience.choices)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=ReleaseState.choices, default=ReleaseState.DRAFT)
    bases = ArrayField(models.CharField(max_length=12))
    with_nobody = models.BooleanField(default=False)
    drafted_at = models.DateTimeField(default=timezone.now)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(null=True)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    built_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    log_index = models.BigIntegerField(null=True)
    manifest = models.TextField(blank=True)
    signature = models.BinaryField(null=True)
    archive_bytes = models.BigIntegerField(null=True)
    archive_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", null=True)
    archive = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+", null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    parked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audience", "number"], name="release_number_is_unique"),
            models.UniqueConstraint(
                fields=["audience"],
                condition=models.Q(state__in=["draft", "frozen", "built"]),
                name="one_release_in_the_making",
            ),
            models.CheckConstraint(
                condition=models.Q(published_by__isnull=True) | ~models.Q(published_by=models.F("frozen_by")),
                name="release_takes_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(frozen_at__isnull=True, frozen_by__isnull=True)
                | models.Q(frozen_at__isnull=False, frozen_by__isnull=False),
                name="frozen_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True, published_by__isnull=True)
                | models.Q(published_at__isnull=False, published_by__isnull=False),
                name="published_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audience} {self.number}"


class PublicId(models.Model):
    """The random id under which one audience knows one photo: drawn once, kept over versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audience = models.CharField(max_length=12, choices=Audience.choices)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="public_ids")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audience", "photo"], name="one_public_id_per_audience"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Item(models.Model):
    """One photo in one frozen release, with the reading that counts. `dropped_at` says that it was withdrawn since."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="items")
    public_id = models.ForeignKey(PublicId, on_delete=models.PROTECT, related_name="items")
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "public_id"], name="item_once_per_release")]

    def __str__(self) -> str:
        return str(self.public_id_id)


class Download(models.Model):
    """One download of one release's archive, written before the first byte."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="downloads")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.id)


class Update(models.Model):
    """What became of the photos, told to everybody: written by one curator, made public by another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=12, choices=UpdateState.choices, default=UpdateState.DRAFT)
    drafted_at = models.DateTimeField(default=timezone.now)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
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
