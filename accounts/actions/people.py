"""Roles and state of somebody on the staff."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.actions.administrators import check_is_another, groups_of, lock_another, still_asked
from accounts.actions.own_sign_in import end_all
from accounts.models import RolesRequest, User
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
REACTIVATED = EventKind("staff:reactivated", "{actor} reactivated staff member {subject}.")


@transaction.atomic
def change_roles(*, person: User, roles: Iterable[str], by: User) -> RolesRequest | None:
    """Give the person exactly these roles; a role that decides in twos is asked for, and another administrator agrees.

    The request where one was made, else None. Raises NotYourself, NotAdministrator, or RolesRefused.
    """
    wanted = set(roles)
    check_roles(wanted)
    lock_another(person, by)
    RolesRequest.objects.filter(person=person, approved_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    if DECIDE_IN_TWOS & wanted - _held_now(person):
        request = RolesRequest.objects.create(person=person, asked_by=by)
        request.groups.set(groups_of(wanted))
        record(ROLES_ASKED, subject=person.pk, by=by.actor, request=str(request.pk), roles=sorted(wanted))
        return request
    person.groups.set(groups_of(wanted))
    record(ROLES_CHANGED, subject=person.pk, by=by.actor, roles=sorted(wanted))
    return None


@transaction.atomic
def approve_roles(*, request: UUID, person: User, by: User) -> None:
    """Agree to the roles that another administrator asked for.

    Raises NotYourself, NotAdministrator, NothingToApprove, NeedsAnother, or RolesRefused.
    """
    lock_another(person, by)
    row = _asked(request, person)
    check_is_another(by, than=row.asked_by_id)
    wanted = set(row.groups.values_list("name", flat=True))
    check_roles(wanted)
    row.approved_at, row.approved_by = timezone.now(), by
    row.save(update_fields=["approved_at", "approved_by"])
    person.groups.set(groups_of(wanted))
    record(ROLES_APPROVED, subject=person.pk, by=by.actor, request=str(row.pk), roles=sorted(wanted))


@transaction.atomic
def drop_roles(*, request: UUID, person: User, by: User) -> None:
    """Set aside what was asked for, by oneself or another. Raises NotYourself, NotAdministrator, NothingToApprove."""
    lock_another(person, by)
    row = _asked(request, person)
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    record(ROLES_DROPPED, subject=person.pk, by=by.actor, request=str(row.pk))


@transaction.atomic
def deactivate(*, person: User, by: User) -> None:
    """Shut the person out from the next request on, for good: no session comes back with the account.

    Raises NotYourself or NotAdministrator.
    """
    lock_another(person, by)
    User.objects.filter(pk=person.pk).update(is_active=False)
    end_all(person)
    record(DEACTIVATED, subject=person.pk, by=by.actor)


@transaction.atomic
def reactivate(*, person: User, by: User) -> None:
    """Let the person in again, with the roles held before. Raises NotYourself or NotAdministrator."""
    lock_another(person, by)
    User.objects.filter(pk=person.pk).update(is_active=True)
    record(REACTIVATED, subject=person.pk, by=by.actor)


def _held_now(person: User) -> set[str]:
    return set(person.groups.values_list("name", flat=True))


def _asked(request: UUID, person: User) -> RolesRequest:
    row = (
        RolesRequest.objects.select_for_update(of=("self",))
        .filter(pk=request, person=person, approved_at=None, withdrawn_at=None, asked_at__gte=still_asked())
        .first()
    )
    if row is None:
        raise NothingToApprove(gettext("Nobody asks for this any more. Nothing changed."))
    return row
