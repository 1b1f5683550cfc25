"""Pictures that are cut out of photos, once for every release."""

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from annotation.models import Reading
from contributions.models import Photo
from vault.models import SealedObject

_TO_CUT = models.Q(cut_at__isnull=True, dropped_at__isnull=True, refused=False, parked_at__isnull=True)


class CropRows(models.QuerySet["Crop"]):
    """Crops by how far they are."""

    def standing(self) -> Self:
        """Were not dropped: cut, or begun."""
        return self.filter(dropped_at__isnull=True)

    def waiting(self) -> Self:
        """Are still to be made."""
        return self.filter(_TO_CUT)

    def parked(self) -> Self:
        """Were put aside by the workers after their tries."""
        return self.filter(cut_at__isnull=True, dropped_at__isnull=True, parked_at__isnull=False)


class Crop(models.Model):
    """The picture that a settled reading cuts out, rendered once: a JPEG sealed under the photo's own key.

    `covered` are the painted boxes that are left in it: x, y, width and height in its pixels; `told` is what every
    release tells of it, as releases.samples works it out of the reading, which never changes. One that cannot be
    rendered is parked after its tries; `error` is how the last one ended; `refused` is one whose corners cannot be laid
    straight.
    """

    reading = models.OneToOneField(Reading, on_delete=models.PROTECT, primary_key=True, related_name="crop")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="crops")
    sealed = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+", null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    covered = models.JSONField(default=list)
    told = models.TextField(blank=True, db_default="")
    refused = models.BooleanField(default=False)
    begun_at = models.DateTimeField(default=timezone.now)
    cut_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True, help_text="its reading counts no more, or its photo left")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=80, blank=True, db_default="")
    parked_at = models.DateTimeField(null=True)

    objects: ClassVar = CropRows.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(cut_at__isnull=True)
                | models.Q(dropped_at__isnull=False)
                | models.Q(sealed__isnull=False, width__isnull=False, height__isnull=False) & ~models.Q(told=""),
                name="a_crop_is_whole",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["begun_at"], name="crops_waiting", condition=_TO_CUT),
            models.Index(fields=["parked_at"], name="crops_parked", condition=models.Q(parked_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.reading_id)
