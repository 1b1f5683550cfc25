"""The invented people of a demonstration."""

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.demo import Invented
from accounts.models import User


@transaction.atomic
def enrol_invented(invented: Invented) -> User:
    """The invented person's account, made on first use: no password, and a second factor whose secret nobody has."""
    person = User.objects.filter(email=invented.email).first()
    if person is None:
        person = User.objects.enrol(email=invented.email, name=invented.name)
        TOTP.activate(person, generate_totp_secret())
    person.groups.set(Group.objects.filter(name=invented.role))
    return person
