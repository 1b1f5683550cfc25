"""A lost phone or key: one administrator asks to replace a person's ways in, another one agrees."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.actions.administrators import check_is_another, lock_another, still_asked
from accounts.actions.inviting import INVITED, make_invitation
from accounts.actions.own_sign_in import end_all
from accounts.models import Invitation, SignInReset, User
from accounts.refusals import NothingToApprove
from audit.actions import record
from audit.models import EventKind

RESET_ASKED = EventKind("staff:reset_asked", "{actor} asked to reset how staff member {subject} signs in.", ("reset",))
RESET_APPROVED = EventKind(
    "staff:reset_approved", "{actor} agreed to reset how staff member {subject} signs in.", ("reset",)
)


@transaction.atomic
def ask_reset(*, person: User, by: User) -> SignInReset:
    """Ask another administrator to replace the person's password and factors. Raises NotYourself, NotAdministrator."""
    lock_another(person, by)
    reset = SignInReset.objects.create(person=person, asked_by=by)
    record(RESET_ASKED, subject=person.pk, by=by.actor, reset=str(reset.id))
    return reset


@transaction.atomic
def approve_reset(*, person: User, by: User) -> Invitation:
    """Agree to the newest reset asked for: every way in is destroyed at once and a new invitation is sent.

    Raises NotYourself, NotAdministrator, NothingToApprove, or NeedsAnother.
    """
    lock_another(person, by)
    asked = SignInReset.objects.select_for_update().filter(person=person, approved_at=None, asked_at__gte=still_asked())
    if not asked:
        raise NothingToApprove(gettext("Nobody asked for this in the last days."))
    reset = next((row for row in asked if row.asked_by_id != by.pk), asked[0])
    check_is_another(by, than=reset.asked_by_id)
    reset.approved_at, reset.approved_by = timezone.now(), by
    reset.save(update_fields=["approved_at", "approved_by"])
    Authenticator.objects.filter(user_id=person.pk).delete()
    person.set_unusable_password()
    person.save(update_fields=["password"])
    end_all(person)
    record(RESET_APPROVED, subject=person.pk, by=by.actor, reset=str(reset.id))
    row = make_invitation(address=person.email, roles=set(person.roles), by=by, renews=person)
    record(INVITED, subject=row.id, by=by.actor, invitation=str(row.id), roles=sorted(person.roles))
    return row
