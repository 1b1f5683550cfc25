"""When each person signed in and by what, what they changed about it, and the counters that slow guessing down."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.devices import BROWSERS, SYSTEMS
from accounts.models.people import User


class SignIn(models.Model):
    """One sign-in of one person, for that person to look at: no network address, and of the device two words.

    It is open as long as its session is; the sessions' own table says that (accounts.queries.sign_ins).
    """

    class How(models.TextChoices):
        """By what: the last step of it."""

        TOTP = "totp", _("Password and code")
        WEBAUTHN = "webauthn", _("Passkey")
        RECOVERY_CODES = "recovery_codes", _("Password and recovery code")
        PASSWORD = "password", _("Password")
        INVITATION = "invitation", _("Invitation")
        DEMO = "demo", _("Demonstration page")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_ins")
    at = models.DateTimeField(default=timezone.now, editable=False)
    how = models.CharField(max_length=20, choices=How.choices)
    browser = models.CharField(max_length=20, choices=list(BROWSERS.items()))
    system = models.CharField(max_length=20, choices=list(SYSTEMS.items()))
    # Unique among those that still have one.
    session_key = models.CharField(max_length=40, unique=True, null=True)  # noqa: DJ001

    class Meta:
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [models.Index(fields=["person", "-at"], name="sign_in_of_person")]

    def __str__(self) -> str:
        return f"sign-in {self.id}"


class SignInChange(models.Model):
    """One change that a person made to how they sign in, and the mail that tells them of it."""

    class What(models.TextChoices):
        """What was changed."""

        APP_ADDED = "app_added", _("An authenticator app was set up.")
        APP_REMOVED = "app_removed", _("The authenticator app was removed.")
        PASSKEY_ADDED = "passkey_added", _("A passkey was added.")
        PASSKEY_REMOVED = "passkey_removed", _("A passkey was removed.")
        CODES_MADE = "codes_made", _("New recovery codes were made; the old ones stopped working.")
        PASSWORD_CHANGED = "password_changed", _("The password was changed.")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_in_changes")
    what = models.CharField(max_length=20, choices=What.choices)
    at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [
            models.Index(fields=["person", "-at"], name="sign_in_change_of_person"),
            models.Index(fields=["at"], condition=models.Q(sent_at=None), name="sign_in_change_to_send"),
        ]

    def __str__(self) -> str:
        return f"change {self.id}"


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
