"""By what a photo is recognised: hashes of its picture and of the bytes as received. They go with the photo's use."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contributions.models import Photo
from screening.bits import Bits


class PhotoHash(models.Model):
    """PDQ of one form of a photo in eight orientations: the whole picture, or what lies in its print's border.

    The border is the one that was found, else the giver's; where both differ, the giver's is a form of its own, so that
    nobody puts a picture beyond finding by moving a frame.

    `turns` are the hashes of the eight turned and mirrored pictures, upright first; `bands` the sixteen 16-bit bands of
    the upright one, each as band * 65536 + value, by which near-duplicates are found. `frame` are the corners that the
    framed form was cut by (as Photo.frame), `quality` PDQ's own 0 to 100, `method` the version of the way from pixels
    to hash (screening.hashing.METHOD).
    """

    class Form(models.TextChoices):
        """What was hashed."""

        WHOLE = "whole", _("the whole picture")
        FRAMED = "framed", _("the picture without the print's border")
        MOVED = "moved", _("the picture as its giver moved the border")

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="hashes")
    form = models.CharField(max_length=6, choices=Form.choices)
    method = models.CharField(max_length=20)
    quality = models.PositiveSmallIntegerField()
    turns = ArrayField(Bits(256), size=8)
    bands = ArrayField(models.IntegerField(), size=16)
    frame = ArrayField(models.FloatField(), size=8, null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["photo", "form"], name="one_hash_per_form")]
        indexes: ClassVar = [GinIndex(fields=["bands"], name="hashes_by_band")]

    def __str__(self) -> str:
        return self.form


class PhotoDigest(models.Model):
    """A keyed hash of a digest (MD5 or SHA-256) of a photo's received bytes, to match lists that grow later."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="digests")
    keyed = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["photo", "keyed"], name="digest_once_per_photo")]
        indexes: ClassVar = [models.Index(fields=["keyed"], name="photo_digests_by_value")]

    def __str__(self) -> str:
        return str(self.photo_id)


class NearDuplicate(models.Model):
    """Two photos of nearly the same picture; `one` has the smaller id. Staff say whether it is the same picture.

    `distance` is the smallest Hamming distance (0 to 60 bits) between their forms and orientations. When one of the two
    is withdrawn while the other stays, `asked_at` is set and staff say what becomes of the other: `answer`.
    """

    class Answer(models.TextChoices):
        """What became of the photo that stayed when its near-duplicate was withdrawn."""

        STAYS = "stays", _("it stays: another picture, or another person's to decide")
        TAKEN_OUT = "taken_out", _("it was taken out, too")

    one = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    distance = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField(default=timezone.now)
    same = models.BooleanField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="two_photos_are_compared_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="the_smaller_id_comes_first"),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True, decided_at__isnull=True)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="who_compared_two_photos_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(same__isnull=True, decided_at__isnull=True)
                | models.Q(same__isnull=False, decided_at__isnull=False),
                name="a_compared_pair_has_an_answer",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_by__isnull=True, answered_at__isnull=True)
                | models.Q(answered_by__isnull=False, answered_at__isnull=False),
                name="who_answered_for_the_other_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="an_answered_pair_has_an_answer",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-found_at"], name="pairs_to_compare", condition=models.Q(same__isnull=True)),
            models.Index(
                fields=["asked_at"], name="pairs_to_answer", condition=models.Q(asked_at__isnull=False, answer="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.distance)
