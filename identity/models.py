"""The only room that knows a contributor's address. Everything here lives in a database of its own."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone


class Identity(models.Model):
    """One address, sealed to the mail worker's public key, under one random participant id.

    Until the address is verified only its mask (a…@example.org) can be shown; the address itself can be read by the
    mail worker alone. It is found again by a keyed blind index.
    """

    participant = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    blind_index = models.BinaryField(max_length=32, unique=True)
    sealed_address = models.BinaryField()
    mask = models.CharField(max_length=120)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(default=timezone.now)
    verified_at = models.DateTimeField(null=True)
    updates_since = models.DateTimeField(null=True)
    reminders_stopped_at = models.DateTimeField(null=True)
    more_due_at = models.DateTimeField(null=True, help_text="when the one mail goes that was asked for")
    bounced_at = models.DateTimeField(null=True, help_text="a mail came back for good")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["more_due_at"], name="more_waiting", condition=models.Q(more_due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.participant)


class Keep(models.Model):
    """Says that a sending, an invitation or a claim (`subject`) still needs this identity. Written first, removed last.

    From `quiet_since` on the person is told nothing more on account of it: everything of it is promised to be deleted,
    and whether the law keeps a copy back must not show (requirement K10).
    """

    subject = models.UUIDField(primary_key=True)
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="keeps")
    created_at = models.DateTimeField(default=timezone.now)
    quiet_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.subject)


class DoNotWrite(models.Model):
    """An address that does not want to be invited or reminded again: the keyed blind index alone, kept for good.

    Whoever asks us for a link of their own still gets it.
    """

    blind_index = models.BinaryField(max_length=32, primary_key=True)
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return "do not write"


class Link(models.Model):
    """A door that a mail carries: one action, one subject, once, for its time. Only the token's SHA-256 is kept.

    `claim` is drawn when a choice is posted and becomes the id of the decision in the research database; `closed_at`
    is set once that decision is committed there.
    """

    class Action(models.TextChoices):
        CONSENT = "consent", "agree or not to one sending"
        MANAGE = "manage", "open the person's own pages"
        INVITATION = "invitation", "answer for oneself in one photo"
        CLAIM = "claim", "confirm that one thinks to be pictured"
        REMINDERS = "reminders", "stop reminders"
        UPDATES = "updates", "stop updates"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_sha256 = models.BinaryField(max_length=32, unique=True)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="links")
    action = models.CharField(max_length=20, choices=Action.choices)
    subject = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    claim = models.UUIDField(null=True, unique=True)
    claimed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(claim__isnull=True, claimed_at__isnull=True)
                | models.Q(claim__isnull=False, claimed_at__isnull=False),
                name="link_claim_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(claim__isnull=False),
                name="link_closed_after_claim",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Mail(models.Model):
    """One mail to one person, written by whoever decides, sent by the mail worker.

    `context` is sealed to the mail worker: it may carry a link's token. A mail that belongs to a decision waits until
    that decision is committed in the research database (`ready_at`).
    """

    class Kind(models.TextChoices):
        CONSENT_LINK = "consent_link", "your link: open it to agree or not"
        MANAGE_LINK = "manage_link", "your link: change or withdraw"
        RECEIPT = "receipt", "receipt"
        INVITATION = "invitation", "somebody asks you about a photo"
        CLAIM_LINK = "claim_link", "your link: confirm what you told us"
        CLAIM_ANSWER = "claim_answer", "we looked at what you told us"
        REMINDER = "reminder", "please answer again, or your photos leave"
        MORE = "more", "the one mail that somebody asked for, to give more"
        UPDATE = "update", "what became of the photos"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    language = models.CharField(max_length=10)
    context = models.BinaryField()
    enclosed = models.BinaryField(default=bytes)
    decision = models.UUIDField(null=True)
    asked_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    bounce = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "kind"],
                condition=~models.Q(kind="update"),
                name="one_mail_of_a_kind_per_decision",
            ),
            # An update is one decision and goes to many: `decision` is the update's id.
            models.UniqueConstraint(
                fields=["decision", "identity"], condition=models.Q(kind="update"), name="one_mail_of_an_update_each"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="mail_waiting", condition=models.Q(sent_at__isnull=True)),
            models.Index(fields=["decision"], name="mails_by_decision"),
        ]

    def __str__(self) -> str:
        return str(self.id)


# Mails that nobody waits for: one click stops them (RFC 8058), and with them nothing else.
REMINDERS = (Mail.Kind.REMINDER, Mail.Kind.MORE)


class WaitingEvent(models.Model):
    """An event on its way to the log, which lives in the other database. Its id makes the way idempotent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    action = models.CharField(max_length=64)
    subject = models.UUIDField()
    actor = models.CharField(max_length=80)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.action


class LogMark(models.Model):
    """How far the log was, and when, as this database last agreed with it: one row, which a backup brings back old.

    Whoever was deleted here is named in the log at or after this mark, or was gone before the mark was made. The clock
    renews it all the time, so that a process that cannot read the log sees by its age that a backup came back.
    """

    ONLY: ClassVar = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    size = models.BigIntegerField(help_text="entries of the log")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.size)


class LinkRequest(models.Model):
    """Somebody typed an address and asked for a link. Whether we know it is looked up later, by the mail worker.

    The page writes the same row for every address, so that neither its answer nor its time says anything. The row
    goes when it is answered.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    blind_index = models.BinaryField(max_length=32)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.id)


class Attempt(models.Model):
    """A counted attempt under a keyed hash whose key lives for a day: limits need no address and no list of clients."""

    purpose = models.CharField(max_length=30)
    digest = models.BinaryField(max_length=32)
    weight = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["purpose", "digest", "at"], name="attempts_by_digest")]

    def __str__(self) -> str:
        return self.purpose


class DailyKey(models.Model):
    """The day's random key for `Attempt.digest`; yesterday's is deleted, and with it what its hashes could say."""

    day = models.DateField(primary_key=True)
    key = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.day)
