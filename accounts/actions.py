"""What is done about staff, each with its entry in the log: by id only, never by address or name."""

import logging
import smtplib
import uuid
from collections.abc import Iterable
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Invitation, SignInReset, User
from accounts.roles import check_roles
from accounts.tokens import link_for, token_for, token_hash
from audit.actions import record
from audit.models import EventKind

log = logging.getLogger(__name__)

INVITED = EventKind(
    "staff:invited", "{actor} made invitation {invitation} for the roles {roles}.", ("invitation", "roles")
)
INVITATION_WITHDRAWN = EventKind(
    "staff:invitation_withdrawn", "{actor} withdrew invitation {invitation}.", ("invitation",)
)
JOINED = EventKind(
    "staff:joined",
    "Staff member {subject} used invitation {invitation} with the roles {roles}.",
    ("invitation", "roles"),
)
SIGNED_IN = EventKind("staff:signed_in", "Staff member {subject} signed in by {method}.", ("method",))
ROLES_CHANGED = EventKind("staff:roles_changed", "{actor} gave staff member {subject} the roles {roles}.", ("roles",))
DEACTIVATED = EventKind("staff:deactivated", "{actor} deactivated staff member {subject}.")
REACTIVATED = EventKind("staff:reactivated", "{actor} reactivated staff member {subject}.")
RESET_ASKED = EventKind("staff:reset_asked", "{actor} asked to reset how staff member {subject} signs in.", ("reset",))
RESET_APPROVED = EventKind(
    "staff:reset_approved", "{actor} agreed to reset how staff member {subject} signs in.", ("reset",)
)


class Refused(Exception):
    """Something about staff was refused; its text is for the person who asked."""


class AlreadyStaff(Refused):
    """The invited address belongs to a staff person."""


class InvitationNotValid(Refused):
    """The invitation was used, withdrawn, or is too old."""


class NotYourself(Refused):
    """Nobody changes their own roles or state."""


class NotAdministrator(Refused):
    """The person acting is no longer an administrator."""


class ResetNeedsAnother(Refused):
    """The administrator who asked for a reset cannot be the one who agrees to it."""


class NothingToApprove(Refused):
    """Nobody asked for this reset in the last INVITATION_HOURS hours, or it was done."""


@transaction.atomic
def invite(*, email: str, roles: Iterable[str], by: User | None, mailed: bool = True) -> Invitation:
    """Invite an address with these roles; an older open invitation to it stops working.

    `by` is None for the command line. Raises AlreadyStaff, NotAdministrator, or RolesRefused.
    """
    address, wanted = email.strip().lower(), set(roles)
    check_roles(wanted)
    if by is not None:
        _lock_administrators(by)
    if User.objects.filter(email=address).exists():
        raise AlreadyStaff(gettext("This person is already on the list."))
    return _make_invitation(address=address, roles=wanted, by=by, mailed=mailed)


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Make an open invitation useless. Raises InvitationNotValid when it is no longer open, NotAdministrator."""
    _lock_administrators(by)
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not row.is_open:
        raise InvitationNotValid(gettext("This invitation was used or is too old."))
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    record(INVITATION_WITHDRAWN, subject=row.id, by=by.actor, invitation=str(row.id))


@transaction.atomic
def join(*, invitation: uuid.UUID, name: str, password: str) -> User:
    """Use an invitation, once: the person exists from now on, or can sign in again. Raises InvitationNotValid."""
    row = Invitation.objects.select_for_update().filter(pk=invitation).first()
    if row is None or not row.is_open or (row.renews is None and User.objects.filter(email=row.email).exists()):
        raise InvitationNotValid(gettext("This invitation was used or is too old."))
    if row.renews is None:
        person = User.objects.enrol(email=row.email, name=name, password=password)
        person.groups.set(row.groups.all())
    else:
        person = row.renews
        person.name = name.strip()
        person.set_password(password)
        person.save(update_fields=["name", "password"])
    row.used_at, row.used_by = timezone.now(), person
    row.save(update_fields=["used_at", "used_by"])
    record(JOINED, subject=person.id, by=person.actor, invitation=str(row.id), roles=sorted(person.roles))
    return person


@transaction.atomic
def change_roles(*, person: User, roles: Iterable[str], by: User) -> None:
    """Give the person exactly these roles. Raises NotYourself, NotAdministrator, or RolesRefused."""
    wanted = set(roles)
    check_roles(wanted)
    _lock_another(person, by)
    person.groups.set(_groups(wanted))
    record(ROLES_CHANGED, subject=person.pk, by=by.actor, roles=sorted(wanted))


@transaction.atomic
def deactivate(*, person: User, by: User) -> None:
    """Shut the person out from the next request on. Raises NotYourself or NotAdministrator."""
    _lock_another(person, by)
    User.objects.filter(pk=person.pk).update(is_active=False)
    record(DEACTIVATED, subject=person.pk, by=by.actor)


@transaction.atomic
def reactivate(*, person: User, by: User) -> None:
    """Let the person in again, with the roles held before. Raises NotYourself or NotAdministrator."""
    _lock_another(person, by)
    User.objects.filter(pk=person.pk).update(is_active=True)
    record(REACTIVATED, subject=person.pk, by=by.actor)


@transaction.atomic
def ask_reset(*, person: User, by: User) -> SignInReset:
    """Ask another administrator to replace the person's password and factors. Raises NotYourself, NotAdministrator."""
    _lock_another(person, by)
    reset = SignInReset.objects.create(person=person, asked_by=by)
    record(RESET_ASKED, subject=person.pk, by=by.actor, reset=str(reset.id))
    return reset


@transaction.atomic
def approve_reset(*, person: User, by: User) -> Invitation:
    """Agree to the newest reset asked for: every way in is destroyed at once and a new invitation is sent.

    Raises NotYourself, NotAdministrator, NothingToApprove, or ResetNeedsAnother.
    """
    _lock_another(person, by)
    since = timezone.now() - timedelta(hours=settings.INVITATION_HOURS)
    asked = SignInReset.objects.select_for_update().filter(person=person, approved_at=None, asked_at__gte=since)
    if not asked:
        raise NothingToApprove(gettext("Nobody asked for this in the last days."))
    reset = next((row for row in asked if row.asked_by_id != by.pk), None)
    if reset is None:
        raise ResetNeedsAnother(gettext("Another administrator must agree to this."))
    reset.approved_at, reset.approved_by = timezone.now(), by
    reset.save(update_fields=["approved_at", "approved_by"])
    Authenticator.objects.filter(user_id=person.pk).delete()
    person.set_unusable_password()  # This also ends every session of the person.
    person.save(update_fields=["password"])
    record(RESET_APPROVED, subject=person.pk, by=by.actor, reset=str(reset.id))
    return _make_invitation(address=person.email, roles=set(person.roles), by=by, renews=person)


def send_invitations() -> int:
    """Mail every open invitation that was not sent yet; how many went. A failing one waits for the next call."""
    waiting = Invitation.objects.filter(sent_at=None, used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())
    return sum(_send(pk) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _send(pk: uuid.UUID) -> bool:
    row = Invitation.objects.select_for_update(skip_locked=True).filter(pk=pk, sent_at=None).first()
    if row is None:
        return False
    text = render_to_string("accounts/mail/invitation.txt", {"link": link_for(row.id), "invitation": row})
    try:
        send_mail(gettext("Your invitation"), text, None, [row.email])
    except (smtplib.SMTPException, OSError) as error:
        log.warning("Invitation %s could not be sent: %s", row.id, type(error).__name__)
        return False
    row.sent_at = timezone.now()
    row.save(update_fields=["sent_at"])
    return True


def _make_invitation(
    *, address: str, roles: set[str], by: User | None, renews: User | None = None, mailed: bool = True
) -> Invitation:
    now = timezone.now()
    Invitation.objects.filter(email=address, used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    key = uuid.uuid4()
    row = Invitation.objects.create(
        id=key,
        email=address,
        renews=renews,
        token_hash=token_hash(token_for(key)),
        invited_by=by,
        expires_at=now + timedelta(hours=settings.INVITATION_HOURS),
        sent_at=None if mailed else now,
    )
    row.groups.set(_groups(roles))
    actor = by.actor if by else "system"
    record(INVITED, subject=row.id, by=actor, invitation=str(row.id), roles=sorted(roles))
    return row


def _groups(roles: Iterable[str]) -> QuerySet[Group]:
    return Group.objects.filter(name__in=roles)


def _lock_another(person: User, by: User) -> None:
    if person.pk == by.pk:
        raise NotYourself(gettext("Ask another administrator: nobody changes their own entry."))
    _lock_administrators(by)


def _lock_administrators(by: User) -> None:
    """Two administrators who shut each other out at the same moment take turns, so that one always remains."""
    administrators = User.objects.select_for_update(of=("self",)).filter(is_active=True, groups__name="administrator")
    if by.pk not in [person.pk for person in administrators.order_by("pk")]:
        raise NotAdministrator(gettext("You are no longer an administrator."))
