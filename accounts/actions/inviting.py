"""Invitations: made by one administrator, agreed to by a second one where the role decides in twos, used once."""

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from accounts.actions.administrators import check_asked_by_another, groups_of, lock_administrators
from accounts.models import Invitation, User
from accounts.refusals import AlreadyStaff, InvitationNotValid, NothingToApprove
from accounts.roles import DECIDE_IN_TWOS, check_roles
from accounts.tokens import token_for, token_hash
from audit.actions import record
from audit.models import EventKind

INVITED = EventKind(
    "staff:invited", "{actor} made invitation {invitation} for the roles {roles}.", ("invitation", "roles")
)
INVITATION_ASKED = EventKind(
    "staff:invitation_asked",
    "{actor} asked for invitation {invitation} for the roles {roles}; it takes a second administrator.",
    ("invitation", "roles"),
)
INVITATION_APPROVED = EventKind(
    "staff:invitation_approved",
    "{actor} agreed to invitation {invitation} for the roles {roles}.",
    ("invitation", "roles"),
)
INVITATION_WITHDRAWN = EventKind(
    "staff:invitation_withdrawn", "{actor} withdrew invitation {invitation}.", ("invitation",)
)
JOINED = EventKind(
    "staff:joined",
    "Staff member {subject} used invitation {invitation} with the roles {roles}.",
    ("invitation", "roles"),
)


@transaction.atomic
def invite(*, email: str, roles: Iterable[str], by: User | None, mailed: bool = True) -> Invitation:
    """Invite an address with these roles; an older open invitation to it stops working.

    Where one of the roles decides in twos it waits until another administrator agrees (`approve_invitation`). `by` is
    None for the command line: whoever runs it has the database, and it makes the first administrators, who have no
    second one yet. Raises AlreadyStaff, NotAdministrator, or RolesRefused.
    """
    address, wanted = email.strip().lower(), set(roles)
    check_roles(wanted)
    if by is not None:
        lock_administrators(by)
    if User.objects.filter(email=address).exists():
        raise AlreadyStaff(gettext("This person is already on the list."))
    waits = by is not None and not DECIDE_IN_TWOS.isdisjoint(wanted)
    row = make_invitation(address=address, roles=wanted, by=by, mailed=mailed, waits=waits)
    kind = INVITATION_ASKED if waits else INVITED
    record(kind, subject=row.id, by=by.actor if by else "system", invitation=str(row.id), roles=sorted(wanted))
    return row


@transaction.atomic
def approve_invitation(*, invitation: Invitation, by: User) -> None:
    """Agree to an invitation that another administrator asked for: it is mailed, and lasts its whole time from now.

    Raises NotAdministrator, NothingToApprove, or NeedsAnother.
    """
    lock_administrators(by)
    row = Invitation.objects.waiting().select_for_update(of=("self",)).filter(pk=invitation.pk).first()
    if row is None:
        raise NothingToApprove(gettext("Nobody asks for this any more. Nothing changed."))
    check_asked_by_another(by, asker=row.invited_by_id)
    row.approved_at, row.approved_by = timezone.now(), by
    row.expires_at = row.approved_at + timedelta(hours=settings.INVITATION_HOURS)
    row.save(update_fields=["approved_at", "approved_by", "expires_at"])
    roles = sorted(row.groups.values_list("name", flat=True))
    record(INVITATION_APPROVED, subject=row.id, by=by.actor, invitation=str(row.id), roles=roles)


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Make an open invitation useless. Raises InvitationNotValid when it is no longer open, NotAdministrator."""
    lock_administrators(by)
    if not withdraw_all(Invitation.objects.open().filter(pk=invitation.pk), by=by.actor):
        raise InvitationNotValid(gettext("This invitation was used or is too old."))


@transaction.atomic
def join(*, invitation: uuid.UUID, name: str, password: str) -> User:
    """Use an invitation, once: the person exists from now on, or can sign in again. Raises InvitationNotValid."""
    row = Invitation.objects.working().select_for_update(of=("self",)).filter(pk=invitation).first()
    if row is None or (row.renews is None and User.objects.filter(email=row.email).exists()):
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


def make_invitation(
    *,
    address: str,
    roles: set[str],
    by: User | None,
    renews: User | None = None,
    mailed: bool = True,
    waits: bool = False,
) -> Invitation:
    """The row of a new invitation, in place of any open one to this address. Its event is the caller's."""
    now = timezone.now()
    Invitation.objects.unsettled().filter(email=address).update(withdrawn_at=now)
    key = uuid.uuid4()
    row = Invitation.objects.create(
        id=key,
        email=address,
        renews=renews,
        token_hash=token_hash(token_for(key)),
        invited_by=by,
        needs_approval=waits,
        expires_at=now + timedelta(hours=settings.INVITATION_HOURS),
        sent_at=None if mailed else now,
    )
    row.groups.set(groups_of(roles))
    return row


def withdraw_all(rows: QuerySet[Invitation], *, by: str) -> int:
    """Make these invitations useless, each with its entry in the log; how many there were. `by` is as in the log."""
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    Invitation.objects.filter(pk__in=[row.pk for row in found]).update(withdrawn_at=timezone.now())
    for row in found:
        record(INVITATION_WITHDRAWN, subject=row.id, by=by, invitation=str(row.id))
    return len(found)
