"""Staff people. Their addresses live only here and in their invitations."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
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

    def administrators(self) -> "QuerySet[User]":
        """Everybody who may act as an administrator now."""
        return self.filter(is_active=True, groups__name="administrator")


class User(AbstractBaseUser, PermissionsMixin):
    """A staff person. Contributors have no account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # How often all sessions of this person were ended at once: each session holds what it was when it began.
    sessions_ended = models.PositiveIntegerField(default=0, db_default=0)

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

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must hold to count: it changes with the password, and when all sessions are ended.

        Before the first time it is what Django makes of the password alone.
        """
        held = f"{self.password}:{self.sessions_ended}" if self.sessions_ended else self.password
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        return salted_hmac(salt, held, secret=secret, algorithm="sha256").hexdigest()
