"""What one administrator asks for and another one agrees to: invitations, roles, and a new way to sign in."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models.people import User
from accounts.roles import ROLES


class Invitation(models.Model):
    """A link by which one person sets a name and a password: a new person, or one whose sign-in was reset.

    The token itself is stored nowhere: accounts.tokens derives it from the row's id when the mail is written.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField()
    groups = models.ManyToManyField(Group, related_name="+")
    renews = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="renewals")
    token_hash = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    needs_approval = models.BooleanField(default=False, db_default=False)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(used_at=None, used_by=None) | Q(used_at__isnull=False, used_by__isnull=False),
                name="invitation_used_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="invitation_approved_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(invited_by__isnull=False) & ~Q(approved_by=F("invited_by")),
                name="invitation_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(needs_approval=False)
                | Q(approved_at__isnull=False)
                | Q(used_at=None, sent_at=None, invited_by__isnull=False),
                name="invitation_waits_for_approval",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_is_lower_case"),
            models.UniqueConstraint(
                fields=["email"], condition=Q(used_at=None, withdrawn_at=None), name="one_open_invitation_per_address"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.id}"

    @property
    def is_open(self) -> bool:
        """Whether the link still works, or will once it is approved."""
        return self.used_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()

    @property
    def is_waiting(self) -> bool:
        """Whether it is open and a second administrator has to agree before its link works."""
        return self.is_open and self.needs_approval and self.approved_at is None

    @property
    def works(self) -> bool:
        """Whether its link leads somewhere now."""
        return self.is_open and not self.is_waiting

    @property
    def role_labels(self) -> list[str]:
        """The roles as people read them, in the fixed order of roles."""
        held = {group.name for group in self.groups.all()}
        return [str(label) for role, label in ROLES.items() if role in held]


class SignInReset(models.Model):
    """One administrator asks to replace a person's password and second factors, another one agrees."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_in_resets")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="reset_approved_at_and_by",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("person"))
                & (Q(approved_by=None) | ~Q(approved_by=F("asked_by")) & ~Q(approved_by=F("person"))),
                name="reset_takes_two_others",
            ),
        ]

    def __str__(self) -> str:
        return f"sign-in reset {self.id}"


class RolesRequest(models.Model):
    """One administrator asks that a person holds exactly these roles, another one agrees."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="roles_requests")
    groups = models.ManyToManyField(Group, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="roles_approved_at_and_by",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("person"))
                & (Q(approved_by=None) | ~Q(approved_by=F("asked_by")) & ~Q(approved_by=F("person"))),
                name="roles_take_two_others",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(approved_at=None, withdrawn_at=None),
                name="one_open_roles_request_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"roles request {self.id}"

    @property
    def role_labels(self) -> list[str]:
        """The roles as people read them, in the fixed order of roles."""
        held = {group.name for group in self.groups.all()}
        return [str(label) for role, label in ROLES.items() if role in held]
