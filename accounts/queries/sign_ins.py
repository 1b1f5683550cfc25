"""A person's own sign-ins: which of them are open, and what was changed lately."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import session
from accounts.models import SignIn, SignInChange, User

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """One sign-in as its person sees it; `seen` is when an open session was last used, else None."""

    sign_in: SignIn
    is_open: bool
    is_this: bool
    seen: datetime | None


def sign_ins(person: User, *, this: str | None) -> list[Shown]:
    """The person's last sign-ins, newest first; `this` is the key of the session that asks."""
    rows = list(person.sign_ins.all()[:SHOWN])
    found = Session.objects.filter(
        session_key__in=[row.session_key for row in rows if row.session_key], expire_date__gt=timezone.now()
    )
    kept: dict[str, Mapping[str, Any]] = {one.session_key: one.get_decoded() for one in found}
    return [_shown(row, person, kept.get(row.session_key or "", {}), this) for row in rows]


def changes(person: User) -> list[SignInChange]:
    """What the person changed lately about how they sign in, newest first."""
    return list(person.sign_in_changes.all()[:SHOWN])


def _shown(row: SignIn, person: User, kept: Mapping[str, Any], this: str | None) -> Shown:
    is_open = _belongs(kept, person) and not session.ran_out(kept)
    seen = datetime.fromtimestamp(kept[session.KEY]["seen"], tz=UTC) if is_open else None
    return Shown(row, is_open, is_open and row.session_key == this, seen)


def _belongs(kept: Mapping[str, Any], person: User) -> bool:
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    held = str(kept.get(HASH_SESSION_KEY, ""))
    return kept.get(SESSION_KEY) == str(person.pk) and any(constant_time_compare(held, one) for one in hashes)
