"""What models saw in photos, to be confirmed by people."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.boxes import Box
from contributions.models import Photo
from vault.models import SealedObject


class Suggestion(models.Model):
    """What a model saw in a photo, to be confirmed by a person: a box in fractions (0 to 1) of the rebuilt photo.

    Never who somebody is: no embedding is made. `score` is 0 to 1, `model` the model's name and version.
    """

    class Kind(models.TextChoices):
        """What was seen."""

        FACE = "face", _("a face")
        TEXT = "text", _("text on the print")

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="suggestions")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    left = models.FloatField()
    top = models.FloatField()
    right = models.FloatField()
    bottom = models.FloatField()
    score = models.FloatField()
    model = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(left__gte=0, top__gte=0, right__lte=1, bottom__lte=1)
                & models.Q(left__lt=models.F("right"), top__lt=models.F("bottom")),
                name="suggestion_is_inside_the_photo",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["photo", "kind"], name="suggestions_of_a_photo")]

    def __str__(self) -> str:
        return self.kind

    @property
    def box(self) -> Box:
        """Where it is."""
        return Box(self.left, self.top, self.right, self.bottom)


class TextSearch(models.Model):
    """Whether text was looked for on a photo. The row is the job of a worker of its own, which takes it when idle.

    A search that failed too often is parked: nothing was found out, and nobody waits for it. `read` holds what the text
    says, sealed under the photo's key, until the photo is settled; `shown_at` is when somebody was shown it last.
    """

    photo = models.OneToOneField(Photo, on_delete=models.CASCADE, primary_key=True, related_name="text_search")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    read = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+", null=True)
    shown_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"],
                name="texts_to_look_for",
                condition=models.Q(done_at__isnull=True, parked_at__isnull=True),
            ),
            models.Index(fields=["parked_at"], name="texts_parked", condition=models.Q(parked_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.photo_id)
