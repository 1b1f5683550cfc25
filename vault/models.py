"""Data keys, the objects sealed under them, and the epochs that wrap the keys. The vault knows no photo."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Epoch(models.Model):
    """When an epoch began to wrap keys and when its key was destroyed. Its key is in the keyring, never here."""

    number = models.PositiveIntegerField(primary_key=True)
    created_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"epoch {self.number}"


class DataKey(models.Model):
    """One key of one photo or archive, wrapped under an epoch. Destroying it makes its objects unreadable."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    epoch = models.PositiveIntegerField(help_text="the epoch that wraps it, or wrapped it last")
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(wrapped__isnull=True, destroyed_at__isnull=False)
                | Q(wrapped__isnull=False, destroyed_at__isnull=True),
                name="a_key_is_wrapped_or_destroyed",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["epoch"], name="destroyed_by_epoch", condition=Q(destroyed_at__isnull=False))
        ]

    def __str__(self) -> str:
        return str(self.id)


class SealedObject(models.Model):
    """One sealed file. Its id is its name in the storage."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="sealed")
    size = models.BigIntegerField(help_text="bytes of the plaintext")
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the plaintext, in hex; empty once deleted")
    created_at = models.DateTimeField(default=timezone.now)
    dropped_at = models.DateTimeField(null=True, help_text="deletion was decided; nobody reads it any more")
    deleted_at = models.DateTimeField(null=True, help_text="the bytes are gone from the storage")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(dropped_at__isnull=False, sha256=""),
                name="deleted_after_dropped_and_nameless",
            ),
            models.CheckConstraint(condition=Q(size__gte=0), name="size_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["dropped_at"],
                name="waiting_for_deletion",
                condition=Q(dropped_at__isnull=False, deleted_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
