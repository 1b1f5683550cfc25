"""New ways in: after a lost phone or key, when somebody comes back, and after the site's secret was stolen."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from accounts.actions.administrators import check_asked_by_another, held_now, lock_another
from accounts.actions.inviting import INVITED, make_invitation, withdraw_all
from accounts.actions.own_sign_in import end_all
from accounts.models import Invitation, SignInReset, User
from accounts.refusals import NothingToApprove
from accounts.roles import DECIDE_IN_TWOS
from audit.actions import record
from audit.models import EventKind

RESET_ASKED = EventKind("staff:reset_asked", "{actor} asked to reset how staff member {subject} signs in.", ("reset",))
RESET_APPROVED = EventKind(
    "staff:reset_approved", "{actor} agreed to reset how staff member {subject} signs in.", ("reset",)
)
RESET_DROPPED = EventKind(
    "staff:reset_dropped", "{actor} set aside that staff member {subject} signs in anew.", ("reset",)
)
REACTIVATED = EventKind("staff:reactivated", "{actor} reactivated staff member {subject}.")
FACTORS_ENDED = EventKind(
    "staff:factors_ended",
    "{actor} ended the authenticator app and the recovery codes of staff member {subject}, who sets them up anew.",
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

    Who was deactivated comes back by it. Raises NotYourself, NotAdministrator, NothingToApprove, or NeedsAnother.
    """
    lock_another(person, by)
    asked = SignInReset.objects.open().select_for_update().filter(person=person)
    if not asked:
        raise NothingToApprove(gettext("Nobody asked for this in the last days."))
    reset = next((row for row in asked if row.asked_by_id != by.pk), asked[0])
    check_asked_by_another(by, asker=reset.asked_by_id)
    reset.approved_at, reset.approved_by = timezone.now(), by
    reset.save(update_fields=["approved_at", "approved_by"])
    Authenticator.objects.filter(user_id=person.pk).delete()
    person.set_unusable_password()
    person.save(update_fields=["password"])
    end_all(person)
    record(RESET_APPROVED, subject=person.pk, by=by.actor, reset=str(reset.id))
    _let_in(person, by)
    row = make_invitation(address=person.email, roles=set(person.roles), by=by, renews=person)
    record(INVITED, subject=row.id, by=by.actor, invitation=str(row.id), roles=sorted(person.roles))
    return row


@transaction.atomic
def reactivate(*, person: User, by: User) -> SignInReset | None:
    """Let the person in again, with the roles held before; who decides in twos comes back by a reset alone.

    The reset that another administrator has to agree to, where one was asked for, else None. Raises NotYourself or
    NotAdministrator.
    """
    lock_another(person, by)
    if not DECIDE_IN_TWOS.isdisjoint(held_now(person)):
        return ask_reset(person=person, by=by)
    _let_in(person, by)
    return None


@transaction.atomic
def end_factors() -> int:
    """End everything about signing in that is made from the site's secret; how many people enrol anew.

    For whoever runs the site, once the secret is another one. Passkeys stay: of them the site holds public halves only.
    """
    made = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    ending = list(User.objects.filter(pk__in=made.values("user_id")).order_by("pk"))
    made.delete()
    for person in ending:
        record(FACTORS_ENDED, subject=person.pk, by="system")
    for person in User.objects.order_by("pk"):
        end_all(person)
    withdraw_all(Invitation.objects.open(), by="system")
    return len(ending)


def drop_resets(rows: QuerySet[SignInReset], by: User) -> None:
    """Set aside resets that nobody agreed to: the log alone keeps that they were asked for."""
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        record(RESET_DROPPED, subject=row.person_id, by=by.actor, reset=str(row.pk))
        row.delete()


def _let_in(person: User, by: User) -> None:
    """Switch the account on, where it was off."""
    if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        record(REACTIVATED, subject=person.pk, by=by.actor)
