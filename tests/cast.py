"""The staff that tests work with: people of a role, signed in as a real sign-in leaves them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from tests import standing

PASSWORD = "four plain words together"
# The clock of everybody's app stands still in tests, so that no code runs out between two lines.
APP_CLOCK = 59_000_000
Casting = Callable[..., "Member"]


@dataclass
class Member:
    """One staff person with a browser (`client`) of their own, and the secret in their authenticator app."""

    user: User
    secret: str = ""
    client: Client = field(default_factory=Client)

    @property
    def actor(self) -> str:
        """How the log names the person."""
        return self.user.actor

    def code(self) -> str:
        """What the person's app shows now."""
        return str(format_hotp_value(hotp_value(self.secret, APP_CLOCK)))

    def sign_in(self) -> None:
        """A new session, as password and code leave it (tests/accounts/test_sign_in.py compares the two)."""
        self.client.cookies.clear()
        # Ending all sessions counts up, and a session that does not know it is none.
        self.user.refresh_from_db(fields=["sessions_ended"])
        self.client.force_login(self.user, backend="accounts.backends.StaffBackend")
        now = time.time()
        steps: list[dict[str, Any]] = [{"method": "password", "at": now, "email": self.user.email}]
        if self.secret:
            totp = Authenticator.objects.get(user=self.user, type=Authenticator.Type.TOTP)
            steps.append({"method": "mfa", "at": now, "id": totp.pk, "type": "totp"})
        self.change_session(
            staff={"since": now, "seen": now},
            account_authentication_methods=steps,
            account_authentication_methods_user=str(self.user.pk),
        )

    def change_session(self, **values: Any) -> None:
        """Write these keys into the person's session."""
        session = self.client.session
        session.update(values)
        session.set_expiry(0)
        session.save()


@cache
def hashed_password() -> str:
    """PASSWORD as the database keeps it, made once: hashing is slow on purpose."""
    return make_password(PASSWORD)


@pytest.fixture
def staff(db: None, monkeypatch: pytest.MonkeyPatch) -> Casting:
    """`staff("lead")` is a signed-in lead with a second factor; `staff()` has no role."""

    monkeypatch.setattr("allauth.mfa.totp.internal.auth.yield_hotp_counters_from_time", lambda: iter([APP_CLOCK]))

    def cast(*roles: str, second_factor: bool = True, signed_in: bool = True) -> Member:
        asked = (roles, second_factor, signed_in)
        user, secret, cookies = standing.step(("staff", *asked), lambda: _enrolled(*asked))
        member = Member(user, secret)
        member.client.cookies = cookies
        return member

    return cast


def _enrolled(roles: Sequence[str], second_factor: bool, signed_in: bool) -> tuple[User, str, SimpleCookie]:
    name = f"{'-'.join(roles) or 'nobody'}-{User.objects.count() + 1}"
    member = Member(User.objects.enrol(email=f"{name}@example.org", name=name.capitalize()))
    member.user.password = hashed_password()
    member.user.save(update_fields=["password"])
    member.user.groups.set(Group.objects.filter(name__in=roles))
    if second_factor:
        member.secret = generate_totp_secret()
        TOTP.activate(member.user, member.secret)
        RecoveryCodes.activate(member.user)
    if signed_in:
        member.sign_in()
    return member.user, member.secret, member.client.cookies
