"""One small row per photo to read, and the readings, which are only ever appended."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.transitions import TaskState
from contributions.models import Person, Photo
from vault.models import SealedObject


class Task(models.Model):
    """One photo waiting for a reading. Taken by one UPDATE ... FOR UPDATE SKIP LOCKED over the partial index."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    photo = models.OneToOneField(Photo, on_delete=models.PROTECT, related_name="task")
    state = models.CharField(max_length=12, choices=TaskState.choices, default=TaskState.OPEN)
    priority = models.SmallIntegerField(default=0)
    order = models.FloatField()
    version = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True)
    leased_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    state="leased", lease__isnull=False, leased_to__isnull=False, leased_until__isnull=False
                )
                | (
                    ~models.Q(state="leased")
                    & models.Q(lease__isnull=True, leased_to__isnull=True, leased_until__isnull=True)
                ),
                name="lease_is_whole",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["-priority", "order"], name="open_tasks", condition=models.Q(state="open")),
            models.Index(fields=["leased_until"], name="leases", condition=models.Q(state="leased")),
        ]

    def __str__(self) -> str:
        return str(self.id)


class NotNow(models.Model):
    """A task that somebody put off: it goes back to the pool, but not to this person for a while."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="put_off")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.task_id)


class Exclusion(models.TextChoices):
    """Why a photo does not belong. The code stands in the log and in the release's documents."""

    UNSAFE = "unsafe", _("unsafe")
    NOT_CHILDHOOD = "not_childhood", _("not a childhood photo")
    NOT_A_PHOTO = "not_a_photo", _("not a photograph")
    CONSENT_UNCLEAR = "consent_unclear", _("consent unclear")
    MISSING_CONSENT = "missing_consent", _("a person's consent is missing")
    DUPLICATE = "duplicate", _("duplicate")
    QUALITY = "quality", _("quality")
    IDENTIFYING_TEXT = "identifying_text", _("identifying text")
    OTHER = "other", _("other")


class Reading(models.Model):
    """One annotator's answer for one photo. Appended; the settled answer is the newest one that stands.

    The crop is fractions (0 to 1) of the rebuilt photo. `key` is drawn by the browser: the same submit is one reading.
    """

    id = models.BigAutoField(primary_key=True)
    reading_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="readings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    exclusion = models.CharField(max_length=20, choices=Exclusion.choices, blank=True)
    exclusion_note = models.CharField(max_length=300, blank=True)
    crop_left = models.FloatField(default=0)
    crop_top = models.FloatField(default=0)
    crop_right = models.FloatField(default=1)
    crop_bottom = models.FloatField(default=1)
    seconds = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    crop_left__gte=0,
                    crop_top__gte=0,
                    crop_right__lte=1,
                    crop_bottom__lte=1,
                    crop_left__lt=models.F("crop_right"),
                    crop_top__lt=models.F("crop_bottom"),
                ),
                name="crop_is_inside_the_photo",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["task", "-id"], name="newest_reading_of_a_task")]

    def __str__(self) -> str:
        return str(self.reading_id)


class ReadingPerson(models.Model):
    """One person as an annotator read them: `person` is the contributor's mark, empty for one the annotator added.

    `suggested` is one the annotator added where a model had seen a face.
    """

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="persons")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.PositiveSmallIntegerField()
    x = models.FloatField()
    y = models.FloatField()
    moved = models.BooleanField(default=False)
    suggested = models.BooleanField(default=False)
    age_years = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reading", "number"], name="reading_person_number_is_unique"),
            models.CheckConstraint(
                condition=models.Q(x__gte=0, x__lte=1, y__gte=0, y__lte=1), name="read_person_is_inside_the_photo"
            ),
            models.CheckConstraint(condition=models.Q(age_years__gte=0, age_years__lt=130), name="read_age_is_an_age"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class ReadingCover(models.Model):
    """Something that releases cover, such as a name on the print: a box in fractions (0 to 1) of the rebuilt photo."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="covers")
    left = models.FloatField()
    top = models.FloatField()
    right = models.FloatField()
    bottom = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(left__gte=0, top__gte=0, right__lte=1, bottom__lte=1)
                & models.Q(left__lt=models.F("right"), top__lt=models.F("bottom")),
                name="cover_is_inside_the_photo",
            )
        ]

    def __str__(self) -> str:
        return str(self.reading_id)


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


class TextSearch(models.Model):
    """Whether text was looked for on a photo. The row is the job of a worker of its own, which takes it when idle.

    A search that failed too often is parked: nothing was found out, and nobody waits for it. `read` holds what the text
    says, sealed under the photo's key, until an annotator was shown it once.
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
            )
        ]

    def __str__(self) -> str:
        return str(self.photo_id)
