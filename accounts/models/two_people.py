"""What one administrator asks for and another one agrees to: invitations, roles, and a new way to sign in."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models.people import User
from accounts.roles import ROLES


def _at_and_by(table: str, step: str) -> models.CheckConstraint:
    """Who took a step is known exactly where its time is."""
    at, by = f"{step}_at", f"{step}_by"
    return models.CheckConstraint(
        condition=Q(**{at: None, by: None}) | Q(**{f"{at}__isnull": False, f"{by}__isnull": False}),
        name=f"{table}_{at}_and_by",
    )


def _two_others(name: str) -> models.CheckConstraint:
    """Neither who asks nor who agrees is the person, and they are two."""
    return models.CheckConstraint(
        condition=~Q(asked_by=F("person"))
        & (Q(approved_by=None) | ~Q(approved_by=F("asked_by")) & ~Q(approved_by=F("person"))),
        name=name,
    )


def _still_asked() -> datetime:
    """What was asked for before this moment has lapsed."""
    return timezone.now() - timedelta(hours=settings.INVITATION_HOURS)


_WAITS = Q(needs_approval=True, approved_at=None)


class InvitationRows(models.QuerySet["Invitation"]):
    """Invitations by how far they are."""

    def unsettled(self) -> Self:
        """Neither used nor withdrawn, however old: an address has one of these at most."""
        return self.filter(used_at=None, withdrawn_at=None)

    def open(self) -> Self:
        """The link works, or will once a second administrator agrees."""
        return self.unsettled().filter(expires_at__gt=timezone.now())

    def waiting(self) -> Self:
        """Open, and a second administrator has to agree before the link works."""
        return self.open().filter(_WAITS)

    def working(self) -> Self:
        """The link leads somewhere now."""
        return self.open().exclude(_WAITS)


class ResetRows(models.QuerySet["SignInReset"]):
    """Resets by how far they are."""

    def open(self) -> Self:
        """Can still be agreed to."""
        return self.filter(approved_at=None, asked_at__gte=_still_asked())


class RolesRows(models.QuerySet["RolesRequest"]):
    """Requests for roles by how far they are."""

    def unsettled(self) -> Self:
        """Neither agreed to nor set aside, however old: a person has one of these at most."""
        return self.filter(approved_at=None, withdrawn_at=None)

    def open(self) -> Self:
        """Can still be agreed to."""
        return self.unsettled().filter(asked_at__gte=_still_asked())


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

    objects = InvitationRows.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            *(_at_and_by("invitation", step) for step in ("used", "approved")),
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

    objects = ResetRows.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            _at_and_by("reset", "approved"),
            _two_others("reset_takes_two_others"),
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

    objects = RolesRows.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            _at_and_by("roles", "approved"),
            _two_others("roles_take_two_others"),
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
