"""Staff: people, invitations, and what a lost second factor is replaced by. Staff addresses live only here."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.roles import ROLES


class StaffManager(BaseUserManager["User"]):
    """Makes staff people; an address is stored in lower case so that it names one person."""

    def enrol(self, *, email: str, name: str, password: str | None = None) -> "User":
        """Store a person; without a password nobody can sign in by one."""
        person = self.model(email=email.strip().lower(), name=name.strip())
        person.set_password(password)
        person.save(using=self._db)
        return person

    def with_roles(self) -> "QuerySet[User]":
        """People with the names of their roles, in one statement."""
        return self.annotate(held=ArraySubquery(Group.objects.filter(user=OuterRef("pk")).values("name")))


class User(AbstractBaseUser, PermissionsMixin):
    """A staff person. Contributors have no account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="staff_email_is_lower_case"),
            # Every right comes from a role; nobody passes every check.
            models.CheckConstraint(condition=Q(is_superuser=False), name="nobody_is_superuser"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> str:
        """How the log names this person."""
        return f"staff:{self.pk}"

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles held, read once per loaded person, so afresh on each request: where they were not read with it."""
        held: list[str] | None = getattr(self, "held", None)
        return frozenset(self.groups.values_list("name", flat=True) if held is None else held) & ROLES.keys()

    @property
    def role_labels(self) -> list[str]:
        """The roles as people read them, in the fixed order of roles."""
        return [str(label) for role, label in ROLES.items() if role in self.roles]

    def has_role(self, *names: str) -> bool:
        """Whether the person holds any of these roles."""
        return not self.roles.isdisjoint(names)


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
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_is_lower_case"),
            models.UniqueConstraint(
                fields=["email"], condition=Q(used_at=None, withdrawn_at=None), name="one_open_invitation_per_address"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.id}"

    @property
    def is_open(self) -> bool:
        """Whether the link still works."""
        return self.used_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()


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


class CacheRow(models.Model):
    """The table behind Django's database cache: counters of sign-in attempts and codes already used.

    A model, so that migrations, grants and the test database know the table; only the cache reads or writes it.
    """

    cache_key = models.CharField(primary_key=True, max_length=255)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_cache"

    def __str__(self) -> str:
        return self.cache_key
