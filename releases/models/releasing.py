"""Frozen, signed versions of the dataset, their items, and the public ids that these carry."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models import Reading
from contributions.models import Photo
from releases.transitions import ReleaseState
from vault.models import DataKey, SealedObject


class Audience(models.TextChoices):
    """For whom a release is made. The scope that every photo in it needs follows from it."""

    OWN = "own", _("the institution's own research")
    PARTNERS = "partners", _("approved partner institutions")


class Readings(models.TextChoices):
    """Which answers of staff count for a release."""

    SETTLED = "settled", _("every photo that was read")
    AGREED = "agreed", _("only photos that two people read and agreed on, or an adjudicator settled")


class Split(models.TextChoices):
    """For what a photo is suggested. All photos of one person, and all of one picture, are on one side."""

    TRAIN = "train", _("training")
    VALIDATION = "validation", _("validation")
    TEST = "test", _("testing")


class Release(models.Model):
    """One version of the dataset. `number` counts per audience; `log_index` is the log entry it was frozen at.

    `notices` is how many withdrawal notices its audience had been sent by then. `photos` is how many it was frozen
    with, and from the build on how many its manifest names, whoever leaves later. `papers_key` seals what says
    something of the release and no photo, and is kept; `tables_key` the annotations, and is destroyed with the first
    photo that leaves.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audience = models.CharField(max_length=12, choices=Audience.choices)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=ReleaseState.choices, default=ReleaseState.DRAFT)
    bases = ArrayField(models.CharField(max_length=12))
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    readings = models.CharField(max_length=8, choices=Readings.choices, default=Readings.SETTLED)
    with_nobody = models.BooleanField(default=False)
    drafted_at = models.DateTimeField(default=timezone.now)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(null=True)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    log_index = models.BigIntegerField(null=True)
    notices = models.PositiveIntegerField(default=0)
    photos = models.PositiveIntegerField(default=0)
    built_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    retraction = models.TextField(blank=True, help_text="why it is taken back, for those who hold it")
    retraction_asked_at = models.DateTimeField(null=True)
    retraction_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    retracted_at = models.DateTimeField(null=True)
    retracted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    papers_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", null=True)
    tables_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", null=True)
    claim = models.UUIDField(null=True, help_text="of the worker that writes its documents")
    claimed_at = models.DateTimeField(null=True)
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
                # Those that ended before freezing took two people stand as they were.
                condition=models.Q(frozen_by__isnull=True)
                | ~models.Q(frozen_by=models.F("drafted_by"))
                | models.Q(state__in=["superseded", "retracted", "aborted"]),
                name="freezing_takes_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(published_by__isnull=True) | ~models.Q(published_by=models.F("frozen_by")),
                name="release_takes_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(retracted_by__isnull=True)
                | models.Q(retraction_asked_by__isnull=False) & ~models.Q(retracted_by=models.F("retraction_asked_by")),
                name="retracting_takes_two_people",
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q((f"{step}_at__isnull", True), (f"{step}_by__isnull", True))
                    | models.Q((f"{step}_at__isnull", False), (f"{step}_by__isnull", False)),
                    name=f"{step}_at_and_by",
                )
                for step in ("frozen", "published", "retraction_asked", "retracted")
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


_TO_WRITE = models.Q(built_at__isnull=True, destroyed_at__isnull=True, parked_at__isnull=True)


class ShardRows(models.QuerySet["Shard"]):
    """Shards by how far they are."""

    def waiting(self) -> Self:
        """Are still to be written."""
        return self.filter(_TO_WRITE)

    def parked(self) -> Self:
        """Were put aside by the workers after their tries."""
        return self.filter(built_at__isnull=True, destroyed_at__isnull=True, parked_at__isnull=False)


class ItemRows(models.QuerySet["Item"]):
    """Items by whether they left their release."""

    def standing(self) -> Self:
        """Did not leave it."""
        return self.filter(dropped_at__isnull=True)

    def left(self) -> Self:
        """Left it."""
        return self.filter(dropped_at__isnull=False)


class Shard(models.Model):
    """One WebDataset file, sealed under a key of its own, in every release that holds just these photos as they are.

    `slot` is its number in those releases; `recipe` is the digest of all that its bytes are made of. A worker that
    writes it holds `claim`; with the key destroyed nobody reads it any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audience = models.CharField(max_length=12, choices=Audience.choices)
    slot = models.PositiveIntegerField()
    recipe = models.CharField(max_length=64)
    planned_at = models.DateTimeField(default=timezone.now)
    claim = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    parked_at = models.DateTimeField(null=True)
    built_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(null=True, help_text="bytes of the tar file")
    sha256 = models.CharField(max_length=64, blank=True)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", null=True)
    sealed = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+", null=True)
    destroyed_at = models.DateTimeField(null=True)

    objects: ClassVar = ShardRows.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["audience", "slot", "recipe"],
                condition=models.Q(destroyed_at__isnull=True),
                name="one_shard_per_recipe",
            ),
            models.CheckConstraint(
                condition=models.Q(built_at__isnull=True)
                | models.Q(size__isnull=False, key__isnull=False, sealed__isnull=False),
                name="a_built_shard_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["planned_at"], name="shards_to_write", condition=_TO_WRITE),
        ]

    def __str__(self) -> str:
        return f"{self.audience} {self.slot:06}"


class Item(models.Model):
    """One photo in one frozen release, with the reading that counts. `dropped_at` says that it was withdrawn since.

    `grounds` says of each person read, in their order, on what the agreement rested when it was frozen (empty for one
    whom the contributor did not mark); `taken_decade` what was said of its time then; `group` is the smallest public id
    among the images that show one picture.
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="items")
    public_id = models.ForeignKey(PublicId, on_delete=models.PROTECT, related_name="items")
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="+")
    grounds = ArrayField(models.CharField(max_length=12, blank=True), default=list)
    taken_decade = models.PositiveSmallIntegerField(null=True)
    group = models.UUIDField(null=True)
    split = models.CharField(max_length=12, choices=Split.choices, blank=True)
    shard = models.ForeignKey(Shard, on_delete=models.PROTECT, related_name="items", null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    dropped_at = models.DateTimeField(null=True)

    objects: ClassVar = ItemRows.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "public_id"], name="item_once_per_release")]
        indexes: ClassVar = [
            models.Index(fields=["release", "shard"], name="items_by_shard"),
            models.Index(fields=["dropped_at"], name="items_dropped", condition=models.Q(dropped_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.public_id_id)


class ReleaseFile(models.Model):
    """One file of a release beside its shards, sealed: its `path` in the bag; `is_paper`: it tells of no photo."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="files")
    path = models.CharField(max_length=120)
    is_paper = models.BooleanField()
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["path"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "path"], name="a_path_once_per_release")]

    def __str__(self) -> str:
        return self.path
