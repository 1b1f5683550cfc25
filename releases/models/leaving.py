"""What holders of releases are told to delete: numbered, signed notices, each of several photos together."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from releases.models.releasing import Audience, PublicId


class WithdrawalNotice(models.Model):
    """One notice to the holders of one audience's releases. `text` is the JSON that `signature` (Ed25519) is over."""

    id = models.BigAutoField(primary_key=True)
    audience = models.CharField(max_length=12, choices=Audience.choices)
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField()
    signature = models.BinaryField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audience", "number"], name="notice_number_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.audience} {self.number}"


class NoticeItem(models.Model):
    """One photo in one notice, by its public id."""

    notice = models.ForeignKey(WithdrawalNotice, on_delete=models.PROTECT, related_name="items")
    public_id = models.ForeignKey(PublicId, on_delete=models.PROTECT, related_name="notices")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "public_id"], name="once_per_notice")]

    def __str__(self) -> str:
        return str(self.public_id_id)
