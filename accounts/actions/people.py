"""Roles and state of somebody on the staff."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from accounts.actions.administrators import check_asked_by_another, groups_of, held_now, lock_another
from accounts.actions.inviting import withdraw_all
from accounts.actions.own_sign_in import end_all
from accounts.actions.resetting import drop_resets
from accounts.models import Invitation, RolesRequest, SignInReset, User
from accounts.refusals import NothingToApprove
from accounts.roles import DECIDE_IN_TWOS, check_roles
from audit.actions import record
from audit.models import EventKind

ROLES_CHANGED = EventKind("staff:roles_changed", "{actor} gave staff member {subject} the roles {roles}.", ("roles",))
ROLES_ASKED = EventKind(
    "staff:roles_asked",
    "{actor} asked that staff member {subject} holds the roles {roles}; it takes a second administrator.",
    ("request", "roles"),
)
ROLES_APPROVED = EventKind(
    "staff:roles_approved", "{actor} agreed that staff member {subject} holds the roles {roles}.", ("request", "roles")
)
ROLES_DROPPED = EventKind(
    "staff:roles_dropped", "{actor} set aside which roles staff member {subject} was to hold.", ("request",)
)
DEACTIVATED = EventKind("staff:deactivated", "{actor} deactivated staff member {subject}.")


@transaction.atomic
def change_roles(*, person: User, roles: Iterable[str], by: User) -> RolesRequest | None:
    """Give the person exactly these roles; a role that decides in twos is asked for, and another administrator agrees.

    The request where one was made, else None. Raises NotYourself, NotAdministrator, or RolesRefused.
    """
    wanted = set(roles)
    check_roles(wanted)
    lock_another(person, by)
    RolesRequest.objects.unsettled().filter(person=person).update(withdrawn_at=timezone.now())
    if DECIDE_IN_TWOS & wanted - held_now(person):
        request = RolesRequest.objects.create(person=person, asked_by=by)
        request.groups.set(groups_of(wanted))
        record(ROLES_ASKED, subject=person.pk, by=by.actor, request=str(request.pk), roles=sorted(wanted))
        return request
    _give(person, wanted, by)
    record(ROLES_CHANGED, subject=person.pk, by=by.actor, roles=sorted(wanted))
    return None


@transaction.atomic
def approve_roles(*, request: UUID, person: User, by: User) -> None:
    """Agree to the roles that another administrator asked for.

    Raises NotYourself, NotAdministrator, NothingToApprove, NeedsAnother, or RolesRefused.
    """
    lock_another(person, by)
    row = _asked(request, person)
    check_asked_by_another(by, asker=row.asked_by_id)
    wanted = set(row.groups.values_list("name", flat=True))
    check_roles(wanted)
    row.approved_at, row.approved_by = timezone.now(), by
    row.save(update_fields=["approved_at", "approved_by"])
    _give(person, wanted, by)
    record(ROLES_APPROVED, subject=person.pk, by=by.actor, request=str(row.pk), roles=sorted(wanted))


@transaction.atomic
def drop_roles(*, request: UUID, person: User, by: User) -> None:
    """Set aside what was asked for, by oneself or another. Raises NotYourself, NotAdministrator, NothingToApprove."""
    lock_another(person, by)
    _drop(RolesRequest.objects.filter(pk=_asked(request, person).pk), by)


@transaction.atomic
def deactivate(*, person: User, by: User) -> None:
    """Shut the person out from the next request on, for good: no session comes back with the account.

    Nor does what the person asked for as an administrator go on, or what others asked for the person, or a link that
    would renew how the person signs in. Raises NotYourself or NotAdministrator.
    """
    lock_another(person, by)
    User.objects.filter(pk=person.pk).update(is_active=False)
    end_all(person)
    record(DEACTIVATED, subject=person.pk, by=by.actor)
    _drop_asked_by(person, by)
    withdraw_all(Invitation.objects.open().filter(renews=person), by=by.actor)
    _drop(RolesRequest.objects.open().filter(person=person), by)
    drop_resets(SignInReset.objects.open().filter(person=person), by)


def _give(person: User, roles: set[str], by: User) -> None:
    """The person holds these roles from now on; who is an administrator no more has nothing left under way as one."""
    if "administrator" in held_now(person) - roles:
        _drop_asked_by(person, by)
    person.groups.set(groups_of(roles))


def _drop_asked_by(person: User, by: User) -> None:
    """End what the person began or agreed to as an administrator and nobody used yet.

    A link that renews somebody else stays: it goes to that person, whose former ways in are gone.
    """
    invited = Q(invited_by=person) | Q(approved_by=person)
    withdraw_all(Invitation.objects.open().filter(invited, renews=None), by=by.actor)
    _drop(RolesRequest.objects.open().filter(asked_by=person), by)
    drop_resets(SignInReset.objects.open().filter(asked_by=person), by)


def _drop(rows: QuerySet[RolesRequest], by: User) -> None:
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    RolesRequest.objects.filter(pk__in=[row.pk for row in found]).update(withdrawn_at=timezone.now())
    for row in found:
        record(ROLES_DROPPED, subject=row.person_id, by=by.actor, request=str(row.pk))


def _asked(request: UUID, person: User) -> RolesRequest:
    row = RolesRequest.objects.open().select_for_update(of=("self",)).filter(pk=request, person=person).first()
    if row is None:
        raise NothingToApprove(gettext("Nobody asks for this any more. Nothing changed."))
    return row
