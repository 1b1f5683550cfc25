"""What staff answered, appended and never changed, and how two answers for one photo compare."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.boxes import Box
from annotation.models.tasks import Task
from annotation.transitions import Stage
from contributions.models import Person


class Answer(models.TextChoices):
    """What kind of answer a reading is."""

    PEOPLE = "people", _("read")
    EXCLUDED = "excluded", _("excluded")
    UNDECIDED = "undecided", _("cannot decide")
    TAKEN_BACK = "taken_back", _("taken back")


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


def whole() -> list[float]:
    """The corners of all of a photo, clockwise from the top left."""
    return [0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0]


class Reading(models.Model):
    """One answer for one photo. Appended; the settled answer is the newest of a task that is read.

    `corners` is the picture without its border, as contributions.queries.is_frame has corners; `people_count` all
    people in it, those who carry no mark included; `terms` words of annotation.vocabulary. `stage` is what the task
    waited for; `done`: a lead excluded it unseen. A row that takes an earlier one back has no answer of its own;
    `adopts` is the reading that an adjudicator found right.
    `key` is drawn by the browser: the same submit is one reading.
    """

    id = models.BigAutoField(primary_key=True)
    reading_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="readings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.FIRST)
    answer = models.CharField(max_length=12, choices=Answer.choices, default=Answer.PEOPLE)
    exclusion = models.CharField(max_length=20, choices=Exclusion.choices, blank=True)
    note = models.CharField(max_length=300, blank=True)
    people_count = models.PositiveSmallIntegerField(default=0)
    corners = ArrayField(models.FloatField(), size=8, default=whole)
    terms = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    takes_back = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="taken_back")
    adopts = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    seconds = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(corners__len=8), name="reading_has_four_corners"),
            models.CheckConstraint(
                condition=(models.Q(answer="excluded") & ~models.Q(exclusion=""))
                | (~models.Q(answer="excluded") & models.Q(exclusion="")),
                name="excluded_is_for_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="taken_back", takes_back__isnull=False)
                | (~models.Q(answer="taken_back") & models.Q(takes_back__isnull=True)),
                name="taking_back_names_a_reading",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["task", "-id"], name="newest_reading_of_a_task"),
            models.Index(fields=["by", "-at"], name="readings_of_a_person"),
            models.Index(fields=["at"], name="readings_by_time"),
            GinIndex(fields=["terms"], name="readings_by_term"),
        ]

    def __str__(self) -> str:
        return str(self.reading_id)


class ReadingPerson(models.Model):
    """One person as staff read them: `person` is the contributor's mark, empty for one that staff added.

    `x` and `y` are fractions of the rebuilt photo, as is the box around the head, where somebody drew one. The age is
    in years, with the range that it may lie in. `suggested` is one who was added where a model had seen a face.
    """

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="persons")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.PositiveSmallIntegerField()
    x = models.FloatField()
    y = models.FloatField()
    left = models.FloatField(null=True)
    top = models.FloatField(null=True)
    right = models.FloatField(null=True)
    bottom = models.FloatField(null=True)
    moved = models.BooleanField(default=False)
    suggested = models.BooleanField(default=False)
    age_years = models.DecimalField(max_digits=5, decimal_places=2)
    age_low = models.DecimalField(max_digits=5, decimal_places=2)
    age_high = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reading", "number"], name="reading_person_number_is_unique"),
            models.CheckConstraint(
                condition=models.Q(x__gte=0, x__lte=1, y__gte=0, y__lte=1), name="read_person_is_inside_the_photo"
            ),
            models.CheckConstraint(
                condition=models.Q(left__isnull=True, top__isnull=True, right__isnull=True, bottom__isnull=True)
                | models.Q(
                    left__gte=0,
                    top__gte=0,
                    right__lte=1,
                    bottom__lte=1,
                    left__lt=models.F("right"),
                    top__lt=models.F("bottom"),
                ),
                name="box_of_a_person_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    age_low__gte=0,
                    age_low__lte=models.F("age_years"),
                    age_years__lte=models.F("age_high"),
                    age_high__lt=130,
                ),
                name="read_age_is_an_age",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def box(self) -> Box | None:
        """The box around the head, where somebody drew one."""
        if self.left is None or self.top is None or self.right is None or self.bottom is None:
            return None
        return Box(self.left, self.top, self.right, self.bottom)


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

    @property
    def box(self) -> Box:
        """Where it is."""
        return Box(self.left, self.top, self.right, self.bottom)


class Comparison(models.Model):
    """How a second opinion compares with the first reading. Appended.

    `differences` are codes of annotation.agreement.rules; `figures` what agreement is computed from, as written there.
    """

    id = models.BigAutoField(primary_key=True)
    first = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="+")
    second = models.OneToOneField(Reading, on_delete=models.PROTECT, related_name="comparison")
    differences = ArrayField(models.CharField(max_length=20), default=list)
    figures = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="comparisons_by_time")]

    def __str__(self) -> str:
        return str(self.pk)
