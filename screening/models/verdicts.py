"""What screening found and judged, under which policy, and who looked at what."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contributions.models import Photo
from screening.transitions import VerdictState


class RulingReason(models.TextChoices):
    """Why the safety officer ruled as they did."""

    ORDINARY = "ordinary", _("An ordinary photo")
    UNSAFE = "unsafe", _("Unsafe")
    NOT_A_PHOTO = "not_a_photo", _("Not a photograph")
    UNCLEAR = "unclear", _("Cannot be decided from the facts")
    KNOWN = "known", _("Known material, or it may be")
    LIST_TOOK_IT_BACK = "list_took_it_back", _("The list took the hash back")
    NOT_THE_SAME = "not_the_same", _("The match is another picture")


class Finding(models.Model):
    """What one screening step found for one photo: codes, and the figures behind them; never a picture.

    Rewritten when the step runs again. `codes` are words that the log may show up to their first colon. `facts` are for
    the officer alone: scores, distances, what a list is of. `lists` are the versions of the known lists that were
    asked, `made_with` the versions of method, index and models.
    """

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="findings")
    step = models.CharField(max_length=40)
    codes = ArrayField(models.CharField(max_length=100), default=list)
    facts = models.JSONField(default=dict)
    lists = models.JSONField(default=dict)
    made_with = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["photo", "step"], name="one_finding_per_step")]

    def __str__(self) -> str:
        return self.step


class Verdict(models.Model):
    """The judgement of one content under one policy. Appended; the newest counts.

    `content` is the id of the sealed object that was judged: as good as a hash, since an object never changes, and it
    leaves nothing behind by which an erased photo could be recognised. `by` is "system" or "staff:<id>". `policy` names
    the policy and the chain of models it ran with (screening.queries.policy), `lists` and `made_with` the versions of
    the known lists, the index and the models.
    """

    id = models.BigAutoField(primary_key=True)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="verdicts")
    content = models.UUIDField()
    policy = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=VerdictState.choices)
    reasons = ArrayField(models.CharField(max_length=100), default=list)
    lists = models.JSONField(default=dict)
    made_with = models.JSONField(default=dict)
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["photo", "-id"], name="newest_verdict_of_a_photo"),
            models.Index(
                fields=["state", "at"], name="verdicts_held_or_locked", condition=models.Q(state__in=["held", "locked"])
            ),
        ]

    def __str__(self) -> str:
        return self.state


class PolicyChange(models.Model):
    """When another policy or chain of models began to count; appended, the newest counts.

    Until `deadline` verdicts under the policy before it are good, too; then only those under `policy`.
    """

    id = models.BigAutoField(primary_key=True)
    policy = models.CharField(max_length=40)
    made_with = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    deadline = models.DateTimeField()

    def __str__(self) -> str:
        return self.policy


class View(models.Model):
    """One look of one staff member at one image, written before the first byte.

    `task` is the id of what it belonged to, as the room that asked calls it: a task that was handed out, or a question
    to the collection, which is outside of a task all the same (screening.queries.stops.OUTSIDE). Else it is empty.
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
