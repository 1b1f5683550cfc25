"""A sending, its photos, the people marked in them, and the ways back out. Pixels lie sealed in the vault."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contributions.transitions import CampaignState, ClaimState, InvitationState, PhotoState, SendingState
from vault.models import DataKey, SealedObject


class PauseReason(models.TextChoices):
    """Why giving is paused, in words for everybody."""

    CATCHING_UP = "catching_up", _("We have many photos to check, and take new ones when these are done.")
    ETHICS = "ethics", _("A question about the project is with the ethics committee. We wait for its answer.")
    TECHNICAL = "technical", _("We are working on the site.")
    SAFETY = "safety", _("We are looking into a safety question.")


class CampaignMove(models.Model):
    """One change of the campaign, by an administrator; the newest says where it stands. Rows are only ever added."""

    id = models.BigAutoField(primary_key=True)
    state = models.CharField(max_length=12, choices=CampaignState.choices)
    reason = models.CharField(max_length=20, choices=PauseReason.choices, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="paused") & ~models.Q(reason="")
                | ~models.Q(state="paused") & models.Q(reason=""),
                name="only_a_pause_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.at:%Y-%m-%d}"


class Contribution(models.Model):
    """One sending. Its id lives in the sender's session; `participant` is known once an address was given.

    `participant` names nobody: the address stands in the other database.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=12, choices=SendingState.choices, default=SendingState.DRAFT)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(default=timezone.now)
    adult_stated_at = models.DateTimeField()
    participant = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "stopped", "lapsed"])
                | models.Q(participant__isnull=False, sent_at__isnull=False),
                name="sent_has_participant_and_time",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["participant"], name="sendings_of_a_participant")]

    def __str__(self) -> str:
        return str(self.id)


class Photo(models.Model):
    """One photograph of one sending: sealed objects under the photo's own key, never a file name, never EXIF.

    `number` is what the person sees ("photo 2") and never changes. `received_sha256` and `received_md5` are digests
    of the bytes as sent, for known lists and for "already here"; they are emptied with the bytes. `client_key` is drawn
    by the browser, so that a retried upload is one photo. `taken_decade` is the decade in which the sender thinks it
    was taken (1980), `found_frame` where the picture without the print's border seems to be, and `frame` where the
    sender said that it is: four corners clockwise from the top left, x and y in turn, as fractions of the rebuilt
    photo.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="photos")
    number = models.PositiveSmallIntegerField()
    client_key = models.UUIDField()
    state = models.CharField(max_length=12, choices=PhotoState.choices, default=PhotoState.RECEIVED)
    refusal = models.CharField(max_length=30, blank=True)
    received_bytes = models.PositiveIntegerField()
    received_sha256 = models.CharField(max_length=64, blank=True)
    received_md5 = models.CharField(max_length=32, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    nobody = models.BooleanField(default=False)
    taken_decade = models.PositiveSmallIntegerField(null=True)
    found_frame = ArrayField(models.FloatField(), size=8, null=True)
    frame = ArrayField(models.FloatField(), size=8, null=True)
    received_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    preview_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", null=True)
    received = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+")
    full = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+", null=True)
    rendition = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+", null=True)
    thumbnail = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+", null=True)
    preview = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar = ["contribution", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contribution", "number"], name="photo_number_is_unique"),
            models.UniqueConstraint(fields=["contribution", "client_key"], name="photo_client_key_is_unique"),
            models.CheckConstraint(
                condition=~models.Q(state="ready")
                | models.Q(
                    ready_at__isnull=False,
                    full__isnull=False,
                    rendition__isnull=False,
                    thumbnail__isnull=False,
                    width__isnull=False,
                    height__isnull=False,
                ),
                name="ready_photo_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(state="erased", erased_at__isnull=False)
                | (~models.Q(state="erased") & models.Q(erased_at__isnull=True)),
                name="erased_photo_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(taken_decade__isnull=True)
                | models.Q(taken_decade__gte=1850, taken_decade__lte=2090),
                name="photo_was_taken_in_a_decade",
            ),
            models.CheckConstraint(
                condition=(models.Q(found_frame__isnull=True) | models.Q(found_frame__len=8))
                & (models.Q(frame__isnull=True) | models.Q(frame__len=8)),
                name="frame_has_four_corners",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Basis(models.TextChoices):
    """On what a marked person's agreement rests. `invited` becomes confirmed or no answer: `Grounds`."""

    SELF = "self", _("this is me")
    AFFIRMED = "affirmed", _("an adult now, and agreed")
    INVITED = "invited", _("asked by us")
    UNDER_18 = "under_18", _("still under 18")
    HAS_DIED = "has_died", _("has died")
    CANNOT_ASK = "cannot_ask", _("cannot be asked")


class Grounds(models.TextChoices):
    """On what a person's agreement rests in the end, as releases count it; all but the first three are missing."""

    SELF = "self", _("the contributor")
    CONFIRMED = "confirmed", _("agreed by own link")
    AFFIRMED = "affirmed", _("agreed, says the contributor")
    UNDER_18 = "under_18", _("still under 18")
    HAS_DIED = "has_died", _("has died")
    CANNOT_ASK = "cannot_ask", _("cannot be asked")
    NO_ANSWER = "no_answer", _("did not answer")


class Person(models.Model):
    """A mark on a photo: where the person is, how old as written and as understood (years), and who it is.

    `x` and `y` are fractions (0 to 1) of the rebuilt photo's width and height. The age is empty until written; ages
    are years with two decimals, `age_low` and `age_high` the range the words allow, `age_rule` the rule that read them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="persons")
    number = models.PositiveSmallIntegerField()
    x = models.FloatField()
    y = models.FloatField()
    age_text = models.CharField(max_length=60, blank=True)
    age_years = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    age_low = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    age_high = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    age_rule = models.CharField(max_length=40, blank=True)
    adult_confirmed = models.BooleanField(default=False)
    basis = models.CharField(max_length=12, choices=Basis.choices, blank=True)

    class Meta:
        ordering: ClassVar = ["photo", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["photo", "number"], name="person_number_is_unique"),
            models.CheckConstraint(
                condition=models.Q(x__gte=0, x__lte=1, y__gte=0, y__lte=1), name="person_is_inside_the_photo"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ConsentSubject(models.Model):
    """The opaque id that consent records speak of: one per participant and photo.

    `reminded_end` and `reminded_terms` say what its person was last reminded of: that the agreement ends at that time,
    that a text of these terms asks for more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.UUIDField()
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="subjects")
    reminded_end = models.DateTimeField(null=True)
    reminded_terms = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "photo"], name="one_subject_per_participant_and_photo")
        ]

    def __str__(self) -> str:
        return str(self.id)


class Invitation(models.Model):
    """One marked person whom we ask, by mail. `participant` names nobody: the address stands in the other database.

    The answer is a consent, of the subject of this participant and this photo. An answer can be changed as long as the
    photo is held; one that did not come within settings.INVITATION_DAYS is no answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="invitation")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="invitations")
    participant = models.UUIDField()
    state = models.CharField(max_length=12, choices=InvitationState.choices, default=InvitationState.WRITTEN)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["photo", "participant"], name="one_invitation_per_participant_and_photo"),
            models.CheckConstraint(
                condition=models.Q(state__in=["written", "lapsed"]) | models.Q(asked_at__isnull=False),
                name="asked_invitation_has_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["participant"], name="invitations_of_a_participant"),
            models.Index(fields=["asked_at"], name="invitations_waiting", condition=models.Q(state="asked")),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Claim(models.Model):
    """The word of somebody who thinks they are pictured and was never asked. Staff settle it.

    The words lie sealed under a key of their own, which is destroyed when the claim is settled. `participant` is who
    wrote it, `sender` the participant who may have sent the photo, as the person said: ids that name nobody. While the
    claim is open and `blocks`, what the sender had sent when it was opened is out of use. The sender of a claim that
    came to nothing is forgotten settings.CLAIM_PAUSE_DAYS after it was settled.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=12, choices=ClaimState.choices, default=ClaimState.WRITTEN)
    participant = models.UUIDField()
    sender = models.UUIDField(null=True)
    blocks = models.BooleanField(default=False)
    language = models.CharField(max_length=10)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    words = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["written", "lapsed"]) | models.Q(opened_at__isnull=False),
                name="opened_claim_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_by="")
                | (models.Q(closed_at__isnull=False) & ~models.Q(closed_by="")),
                name="who_closed_a_claim_and_when",
            ),
            models.UniqueConstraint(
                fields=["sender"], condition=models.Q(state="open", blocks=True), name="one_claim_blocks_a_sender"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ClaimedPhoto(models.Model):
    """A photo that an open claim may be about: out of use until staff ruled on it."""

    class Ruling(models.TextChoices):
        SHOWN = "shown", _("the person is shown")
        NOT_SHOWN = "not_shown", _("the person is not shown")

    id = models.BigAutoField(primary_key=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="photos")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="claims")
    ruling = models.CharField(max_length=12, choices=Ruling.choices, blank=True)
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField(default=timezone.now)
    ruled_by = models.CharField(max_length=80, blank=True)
    ruled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "photo"], name="one_photo_once_per_claim"),
            models.CheckConstraint(
                condition=models.Q(ruling="", ruled_at__isnull=True)
                | (~models.Q(ruling="") & models.Q(ruled_at__isnull=False)),
                name="claim_ruling_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(ruled_at__isnull=True, ruled_by="")
                | (models.Q(ruled_at__isnull=False) & ~models.Q(ruled_by="")),
                name="who_ruled_on_a_claim_and_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


# Of a withdrawal: neither taken back nor carried out.
UNDER_WAY = models.Q(cancelled_at__isnull=True, erased_at__isnull=True)


class CoverageCount(models.Model):
    """What the public page of ages and decades shows, as it was counted last: one row, rounded numbers alone.

    `shown` holds three tables: people by "age" and by "age decade", photos by "decade". A group under five is absent.
    """

    one = models.BooleanField(primary_key=True, default=True)
    at = models.DateTimeField()
    shown = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(one=True), name="coverage_is_counted_in_one_row")
        ]

    def __str__(self) -> str:
        return f"coverage {self.at:%Y-%m-%d}"


class Withdrawal(models.Model):
    """A photo on its way out: use stopped at `stopped_at`, bytes erased from `erase_from` on, unless cancelled."""

    class Cause(models.TextChoices):
        OWN_NO = "own_no", _("somebody shown, or the giver, said no")
        REVOKED = "revoked", _("ended by us")
        EXPIRED = "expired", _("not agreed to again in time")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="withdrawals")
    decision = models.UUIDField()
    cause = models.CharField(max_length=12, choices=Cause.choices, default=Cause.OWN_NO)
    stopped_at = models.DateTimeField(default=timezone.now)
    erase_from = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["photo"],
                condition=UNDER_WAY,
                name="one_open_withdrawal_per_photo",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at__isnull=True) | models.Q(erased_at__isnull=True),
                name="withdrawal_ends_one_way",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Step(models.Model):
    """One step of a photo's way (settings.INTAKE_STEPS and its siblings). The row is the job."""

    class Phase(models.TextChoices):
        INTAKE = "intake", "after the bytes arrived"
        CONSENTED = "consented", "after consent was given"
        WITHDRAWAL = "withdrawal", "after use was stopped"

    id = models.BigAutoField(primary_key=True)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="steps")
    phase = models.CharField(max_length=12, choices=Phase.choices)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["photo", "phase", "name"],
                condition=models.Q(done_at__isnull=True),
                name="one_open_step_of_a_name",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["created_at"],
                name="steps_waiting",
                condition=models.Q(done_at__isnull=True, parked_at__isnull=True),
            ),
            models.Index(
                fields=["parked_at"],
                name="steps_parked",
                condition=models.Q(done_at__isnull=True, parked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.photo_id} {self.name}"
