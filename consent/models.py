"""What a person agreed to: notices, records, receipts. A record's subject is an opaque id; this room knows no photo."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.transitions import ConsentState


class Scope(models.TextChoices):
    """What a person can agree to, each by itself. `updates` (be written to) is kept in identity, not here."""

    RESEARCH = "research", _("research to protect children")
    SHARING = "sharing", _("sharing with approved partner institutions")
    ILLUSTRATION = "illustration", _("shown in publications and talks")


class Method(models.TextChoices):
    """How an answer came, or what ended it; the label is what a receipt says."""

    ASKED = "asked", _("the page that asked")
    LINK = "link", _("a link from an e-mail, then a button")
    PAGE = "page", _("a button on the page of the photos")
    CODE = "code", _("the withdrawal code, then a button")
    STOP = "stopped", _("the button Stop and delete")
    TIME = "time", _("the time was over")
    LAPSE = "lapsed", _("nobody answered in time")
    ERASURE = "erased", _("the photo is not kept")
    DESK = "desk", _("we ended it")


class ConsentNotice(models.Model):
    """One version of the notice in one language. Published once; the database refuses any later change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    text = models.TextField(help_text="Markdown, with the campaign's own names filled in")
    sha256 = models.CharField(max_length=64, help_text="of the title, an empty line and the text, as UTF-8")
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices))
    approval = models.CharField(max_length=100)
    read_by = models.CharField(max_length=200)
    terms = models.PositiveSmallIntegerField(
        default=1, help_text="how often the use was widened up to this version: consent under lower terms is not enough"
    )
    valid_months = models.PositiveSmallIntegerField(null=True, help_text="empty: a consent stays until it is withdrawn")
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "language"], name="one_notice_per_language"),
            models.CheckConstraint(
                condition=~models.Q(approval="") & ~models.Q(read_by=""), name="notice_is_approved_and_read"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.language}"


class ConsentRecord(models.Model):
    """One answer to one notice. Appended, never changed: the database refuses UPDATE and DELETE.

    `subject` is an opaque id, one per participant and photo. The newest record of a subject is its state. `decision`
    is the id of the act (a claimed link, a withdrawal code used, a staff ruling) that all records written by it
    share.
    """

    id = models.BigAutoField(primary_key=True)
    record_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.UUIDField()
    notice = models.ForeignKey(ConsentNotice, on_delete=models.PROTECT, null=True)
    state = models.CharField(max_length=20, choices=ConsentState.choices)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices), default=list)
    decision = models.UUIDField()
    by = models.CharField(max_length=80)
    method = models.CharField(max_length=20)
    expires_at = models.DateTimeField(null=True, help_text="until when it is in force; empty: until it is withdrawn")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "decision"], name="one_record_per_subject_and_decision"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["given", "renewed"]) | models.Q(scopes__contains=["research"]),
                name="consent_in_force_has_research",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject", "-id"], name="newest_record_of_a_subject"),
            models.Index(fields=["decision"], name="records_of_a_decision"),
            models.Index(
                fields=["expires_at"], name="consents_by_expiry", condition=models.Q(expires_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.state}"


class Receipt(models.Model):
    """What a person holds in their hand after a decision. Its withdrawal code is kept as SHA-256 only and stays valid.

    A decision can have more than one: when a process died before the mail was written, the code died with it, and the
    receipt is issued again with a new one. `document` is the consent record of ISO/IEC TS 27560 as DPV JSON-LD, exactly
    as the person gets it, without the code; its SHA-256 stands in the log.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.UUIDField()
    participant = models.UUIDField()
    code_sha256 = models.BinaryField(max_length=32, unique=True)
    document = models.TextField(blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["participant"], name="receipts_of_a_participant"),
            models.Index(fields=["decision"], name="receipts_of_a_decision"),
        ]

    def __str__(self) -> str:
        return str(self.id)
