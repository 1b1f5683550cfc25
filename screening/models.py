"""Verdicts, the known lists they rest on, and who looked at what."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contributions.models import Photo
from screening.transitions import HoldState, VerdictState


class RulingReason(models.TextChoices):
    """Why the safety officer ruled as they did."""

    ORDINARY = "ordinary", _("An ordinary photo")
    UNSAFE = "unsafe", _("Unsafe")
    NOT_A_PHOTO = "not_a_photo", _("Not a photograph")
    UNCLEAR = "unclear", _("Cannot be decided from the facts")


class KnownList(models.Model):
    """A list of digests of known material, by name; `version` grows with every import and stands on every verdict."""

    name = models.CharField(max_length=60, primary_key=True)
    version = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class KnownDigest(models.Model):
    """One digest of a list, kept only as a keyed hash, so that the database does not carry the list itself."""

    known_list = models.ForeignKey(KnownList, on_delete=models.CASCADE, related_name="digests")
    keyed = models.BinaryField(max_length=32)
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["known_list", "keyed"], name="digest_once_per_list"),
        ]
        indexes: ClassVar = [models.Index(fields=["keyed"], name="digests_by_value")]

    def __str__(self) -> str:
        return self.known_list_id


class Finding(models.Model):
    """What one screening step found for one photo: a code, never a picture. Rewritten when the step runs again."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="findings")
    step = models.CharField(max_length=40)
    codes = ArrayField(models.CharField(max_length=60), default=list)
    lists = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["photo", "step"], name="one_finding_per_step")]

    def __str__(self) -> str:
        return self.step


class Verdict(models.Model):
    """The judgement of one content under one policy. Appended; the newest counts.

    `content` is the id of the sealed object that was judged: as good as a hash, since an object never changes, and it
    leaves nothing behind by which an erased photo could be recognised. `by` is "system" or "staff:<id>".
    """

    id = models.BigAutoField(primary_key=True)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="verdicts")
    content = models.UUIDField()
    policy = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=VerdictState.choices)
    reasons = ArrayField(models.CharField(max_length=60), default=list)
    lists = models.JSONField(default=dict)
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["photo", "-id"], name="newest_verdict_of_a_photo")]

    def __str__(self) -> str:
        return self.state


class View(models.Model):
    """One look of one staff member at one image, written before the first byte.

    `task` is the id of the work it belonged to, as the room that hands out the work calls it; empty outside of one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="views")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rendition = models.CharField(max_length=12)
    reason = models.CharField(max_length=60)
    task = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["staff", "at"], name="views_of_a_person"),
            models.Index(fields=["-at"], name="views_newest_first"),
        ]

    def __str__(self) -> str:
        return self.rendition


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
