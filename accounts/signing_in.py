"""The entry in the log for each sign-in, and the invented people of a demonstration."""

from collections.abc import Sequence
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.actions import SIGNED_IN
from accounts.demo import Invented
from accounts.models import User
from audit.actions import record


@transaction.atomic
def note_sign_in(*, person: User, steps: Sequence[dict[str, Any]]) -> None:
    """Record that the person signed in, and by what: the last of allauth's authentication steps."""
    last = steps[-1] if steps else {"method": "invitation"}
    record(SIGNED_IN, subject=person.pk, by=person.actor, method=str(last.get("type", last["method"])))


@transaction.atomic
def enrol_invented(invented: Invented) -> User:
    """The invented person's account, made on first use: no password, and a second factor whose secret nobody has."""
    person = User.objects.filter(email=invented.email).first()
    if person is None:
        person = User.objects.enrol(email=invented.email, name=invented.name)
        TOTP.activate(person, generate_totp_secret())
    person.groups.set(Group.objects.filter(name=invented.role))
    return person
