"""A person's own sign-ins: each is noted, a change to how one signs in is told, and sessions are ended for good."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.devices import browser_of, system_of
from accounts.models import CacheRow, SignIn, SignInChange, User
from audit.actions import record
from audit.models import EventKind

SIGNED_IN = EventKind("staff:signed_in", "Staff member {subject} signed in by {method}.", ("method",))
SIGN_IN_CHANGED = EventKind(
    "staff:sign_in_changed", "Staff member {subject} changed how they sign in: {change}.", ("change",)
)
SESSIONS_ENDED = EventKind("staff:sessions_ended", "Staff member {subject} ended {number} sessions.", ("number",))


@transaction.atomic
def note_sign_in(*, person: User, steps: Sequence[dict[str, Any]], session_key: str | None, agent: str) -> None:
    """Record that the person signed in, and by what: the last of allauth's authentication steps.

    `agent` is the header User-Agent, of which two words are kept.
    """
    last = steps[-1] if steps else {"method": "invitation"}
    how = str(last.get("type", last["method"]))
    SignIn.objects.filter(session_key=session_key).update(session_key=None)
    SignIn.objects.create(
        person=person, how=how, browser=browser_of(agent), system=system_of(agent), session_key=session_key
    )
    record(SIGNED_IN, subject=person.pk, by=person.actor, method=how)


@transaction.atomic
def note_change(*, person: User, what: SignInChange.What) -> None:
    """Record a change that the person made to how they sign in, have it mailed to them, and end every session.

    The caller keeps the session in which it was made.
    """
    SignInChange.objects.create(person=person, what=what)
    end_all(person)
    record(SIGN_IN_CHANGED, subject=person.pk, by=person.actor, change=str(what))


@transaction.atomic
def end_sessions(*, person: User, sign_ins: Iterable[UUID]) -> int:
    """End these sessions of the person's own; how many had been there."""
    ended = _delete(person.sign_ins.filter(pk__in=list(sign_ins)).values_list("session_key", flat=True))
    record(SESSIONS_ENDED, subject=person.pk, by=person.actor, number=ended)
    return ended


@transaction.atomic
def end_other_sessions(*, person: User, keep: str | None) -> None:
    """End every session of the person's own, whether it is on their list or not, but for the one with the key `keep`.

    The caller lets that one go on.
    """
    record(SESSIONS_ENDED, subject=person.pk, by=person.actor, number=end_all(person, keep=keep))


def end_all(person: User, *, keep: str | None = None) -> int:
    """End every session of the person, for good; how many were known by their rows. The event is the caller's.

    The one with the key `keep` ends, too, unless the caller lets it go on, and is not counted.
    """
    User.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1)
    person.refresh_from_db(fields=["sessions_ended"])
    return _delete(person.sign_ins.exclude(session_key=keep).values_list("session_key", flat=True))


def rename_session(*, old: str, new: str | None) -> None:
    """Follow a session that was given a new key."""
    SignIn.objects.filter(session_key=old).update(session_key=new)


def forget_old_sign_ins() -> None:
    """Delete what people's lists of their own sign-ins show no more, and counters of attempts that ran out."""
    now = timezone.now()
    CacheRow.objects.filter(expires__lt=now).delete()
    oldest = now - timedelta(days=settings.SIGN_INS_DAYS)
    SignIn.objects.filter(at__lt=oldest).delete()
    SignInChange.objects.filter(at__lt=oldest, sent_at__isnull=False).delete()


def _delete(keys: Iterable[str | None]) -> int:
    deleted, _by_model = Session.objects.filter(session_key__in=[key for key in keys if key]).delete()
    return deleted
