"""Who decides some things in twos is made by two administrators: nobody alone comes to be two people."""

from collections import Counter

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import Invitation, RolesRequest, SignInReset, User
from accounts.tasks import send_invitations
from accounts.tokens import token_for
from audit.models import Event
from tests.cast import PASSWORD, Casting, Member

pytestmark = [pytest.mark.django_db(databases=["default"]), pytest.mark.requirement("W2")]

PEOPLE = "/staff/people/"
IN_TWOS = ["officer", "curator", "administrator"]


def open_link(invitation: Invitation) -> int:
    address = reverse("accounts:join_open", args=[token_for(invitation.id)])
    return Client().get(address, follow=True).status_code


def asked(first: Member, role: str) -> Invitation:
    first.client.post(reverse("accounts:invite"), {"email": "noor@example.org", "roles": [role]})
    return Invitation.objects.get(email="noor@example.org")


@pytest.mark.parametrize("role", IN_TWOS)
def test_an_invitation_to_a_role_that_decides_in_twos_waits_for_a_second_administrator(
    staff: Casting, role: str
) -> None:
    first, second = staff("administrator"), staff("administrator")
    invitation = asked(first, role)
    send_invitations()
    assert (mail.outbox, open_link(invitation)) == ([], 410)
    with pytest.raises(actions.InvitationNotValid):
        actions.join(invitation=invitation.id, name="Noor", password=PASSWORD)
    approve = reverse("accounts:invitation_approve", args=[invitation.pk])
    assert approve not in first.client.get(PEOPLE).content.decode()
    first.client.post(approve)
    assert Invitation.objects.get().approved_at is None
    assert b"1 entry to agree to" in second.client.get("/staff/").content
    assert b"entry to agree to" not in first.client.get("/staff/").content
    assert approve in second.client.get(PEOPLE).content.decode()
    second.client.post(approve)
    send_invitations()
    assert [message.to for message in mail.outbox] == [["noor@example.org"]]
    assert open_link(invitation) == 200
    assert actions.join(invitation=invitation.id, name="Noor", password=PASSWORD).roles == {role}


def test_its_time_begins_when_the_second_agrees_and_what_nobody_agrees_to_lapses(staff: Casting) -> None:
    first, second = staff("administrator"), staff("administrator")
    invitation = asked(first, "curator")
    before = invitation.expires_at
    actions.approve_invitation(invitation=invitation, by=second.user)
    invitation.refresh_from_db()
    assert invitation.expires_at > before
    with pytest.raises(actions.NothingToApprove):
        actions.approve_invitation(invitation=invitation, by=second.user)
    stale = actions.invite(email="late@example.org", roles=["curator"], by=first.user)
    Invitation.objects.filter(pk=stale.pk).update(expires_at=timezone.now())
    with pytest.raises(actions.NothingToApprove):
        actions.approve_invitation(invitation=stale, by=second.user)


def test_without_a_second_administrator_the_page_says_who_can_help_and_the_command_line_makes_one(
    staff: Casting,
) -> None:
    first = staff("administrator")
    assert b"from the command line" in first.client.get(PEOPLE).content
    invitation = actions.invite(email="second@example.org", roles=["administrator"], by=None)
    assert open_link(invitation) == 200
    actions.join(invitation=invitation.id, name="Second", password=PASSWORD)
    assert b"from the command line" not in first.client.get(PEOPLE).content


@pytest.mark.parametrize("role", IN_TWOS)
def test_a_role_that_decides_in_twos_is_given_by_two(staff: Casting, role: str) -> None:
    first, second, person = staff("administrator"), staff("administrator"), staff("annotator")
    change = reverse("accounts:roles_change", args=[person.user.pk])
    first.client.post(change, {"roles": [role]})
    request = RolesRequest.objects.get()
    approve = reverse("accounts:roles_approve", args=[person.user.pk, request.pk])
    page = reverse("accounts:person", args=[person.user.pk])
    assert approve not in first.client.get(page).content.decode()
    first.client.post(approve)
    assert User.objects.get(pk=person.user.pk).roles == {"annotator"}
    assert approve in second.client.get(page).content.decode()
    second.client.post(approve)
    assert User.objects.get(pk=person.user.pk).roles == {role}
    # What somebody holds already, and what is taken away, is one administrator's to say.
    first.client.post(change, {"roles": ["annotator"]})
    assert User.objects.get(pk=person.user.pk).roles == {"annotator"}


def test_what_was_asked_for_is_agreed_to_as_it_was_asked_or_not_at_all(staff: Casting) -> None:
    first, second, person = staff("administrator"), staff("administrator"), staff("annotator").user
    old = actions.change_roles(person=person, roles=["curator"], by=first.user)
    new = actions.change_roles(person=person, roles=["officer"], by=first.user)
    assert old is not None
    assert new is not None
    with pytest.raises(actions.NothingToApprove):
        actions.approve_roles(request=old.pk, person=person, by=second.user)
    second.client.post(reverse("accounts:roles_drop", args=[person.pk, new.pk]))
    with pytest.raises(actions.NothingToApprove):
        actions.approve_roles(request=new.pk, person=person, by=second.user)
    assert User.objects.get(pk=person.pk).roles == {"annotator"}


def test_nobody_agrees_to_their_own_roles_or_after_they_stopped_being_an_administrator(staff: Casting) -> None:
    first, second, person = staff("administrator"), staff("administrator"), staff("annotator").user
    request = actions.change_roles(person=person, roles=["administrator"], by=first.user)
    assert request is not None
    with pytest.raises(actions.NotYourself):
        actions.approve_roles(request=request.pk, person=person, by=person)
    second.user.groups.clear()
    with pytest.raises(actions.NotAdministrator):
        actions.approve_roles(request=request.pk, person=person, by=second.user)


def test_the_database_refuses_a_second_who_is_the_first_and_an_invitation_sent_before_the_second_agreed(
    staff: Casting,
) -> None:
    first, person = staff("administrator").user, staff("annotator").user
    invitation = actions.invite(email="noor@example.org", roles=["curator"], by=first)
    request = actions.change_roles(person=person, roles=["curator"], by=first)
    assert request is not None
    now = timezone.now()
    for rows, change in (
        (Invitation.objects.filter(pk=invitation.pk), {"approved_by": first, "approved_at": now}),
        (Invitation.objects.filter(pk=invitation.pk), {"sent_at": now}),
        (RolesRequest.objects.filter(pk=request.pk), {"approved_by": first, "approved_at": now}),
        (RolesRequest.objects.filter(pk=request.pk), {"approved_by": person, "approved_at": now}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


@pytest.mark.parametrize("role", IN_TWOS)
def test_who_decides_in_twos_comes_back_by_two_and_with_new_ways_in(staff: Casting, role: str) -> None:
    first, second, person = staff("administrator"), staff("administrator"), staff(role).user
    page, agree = (reverse(f"accounts:{name}", args=[person.pk]) for name in ("person", "reset_approve"))
    first.client.post(reverse("accounts:deactivate", args=[person.pk]))
    assert b"takes a second administrator. The old password" in first.client.get(page).content
    first.client.post(reverse("accounts:reactivate", args=[person.pk]))
    assert agree not in first.client.get(page).content.decode()
    first.client.post(agree)
    assert not User.objects.get(pk=person.pk).is_active
    assert b"would come back" in second.client.get(PEOPLE).content
    assert agree in second.client.get(page).content.decode()
    second.client.post(agree)
    found = User.objects.get(pk=person.pk)
    assert (found.is_active, set(found.roles), found.has_usable_password()) == (True, {role}, False)
    assert not Authenticator.objects.filter(user=person).exists()
    assert open_link(Invitation.objects.get(renews=person)) == 200


def under_way(asker: User, second: User, person: User) -> list[Invitation]:
    """Something of each kind that the administrator began; the invitations among it."""
    invitations = [
        actions.invite(email="open@example.org", roles=["annotator"], by=asker),
        actions.invite(email="waits@example.org", roles=["curator"], by=asker),
        actions.invite(email="agreed@example.org", roles=["curator"], by=asker),
        actions.invite(email="seconded@example.org", roles=["curator"], by=second),
    ]
    actions.approve_invitation(invitation=invitations[2], by=second)
    actions.approve_invitation(invitation=invitations[3], by=asker)
    actions.change_roles(person=person, roles=["curator"], by=asker)
    actions.ask_reset(person=person, by=asker)
    return invitations


@pytest.mark.parametrize("how", ["deactivated", "another role"])
def test_who_is_an_administrator_no_more_leaves_nothing_under_way(staff: Casting, how: str) -> None:
    leaver, second, person = (staff(role).user for role in ("administrator", "administrator", "annotator"))
    other = actions.invite(email="other@example.org", roles=["annotator"], by=second)
    invitations = under_way(leaver, second, person)
    if how == "deactivated":
        actions.deactivate(person=leaver, by=second)
    else:
        actions.change_roles(person=leaver, roles=["annotator"], by=second)
    assert [open_link(invitation) for invitation in invitations] == [410] * 4
    assert open_link(other) == 200
    assert not RolesRequest.objects.open().exists()
    assert not SignInReset.objects.exists()
    connection.check_constraints()
    said = Counter(event.action.removeprefix("staff:") for event in Event.objects.filter(actor=second.actor))
    assert (said["invitation_withdrawn"], said["roles_dropped"], said["reset_dropped"]) == (4, 1, 1)


def test_nothing_renews_or_promotes_somebody_who_was_deactivated(staff: Casting) -> None:
    first, second, person = (staff(role).user for role in ("administrator", "administrator", "annotator"))
    actions.ask_reset(person=person, by=first)
    link = actions.approve_reset(person=person, by=second)
    actions.ask_reset(person=person, by=first)
    request = actions.change_roles(person=person, roles=["curator"], by=first)
    assert request is not None
    actions.deactivate(person=person, by=first)
    assert open_link(link) == 410
    with pytest.raises(actions.InvitationNotValid):
        actions.join(invitation=link.pk, name="Noor", password=PASSWORD)
    with pytest.raises(actions.NothingToApprove):
        actions.approve_reset(person=person, by=second)
    with pytest.raises(actions.NothingToApprove):
        actions.approve_roles(request=request.pk, person=person, by=second)
    assert not User.objects.get(pk=person.pk).is_active


def test_what_somebody_asked_who_may_no_longer_ask_is_not_agreed_to(staff: Casting) -> None:
    first, second, person = (staff(role).user for role in ("administrator", "administrator", "annotator"))
    invitation = actions.invite(email="waits@example.org", roles=["curator"], by=first)
    request = actions.change_roles(person=person, roles=["curator"], by=first)
    assert request is not None
    actions.ask_reset(person=person, by=first)
    User.objects.filter(pk=first.pk).update(is_active=False)
    for act in (
        lambda: actions.approve_invitation(invitation=invitation, by=second),
        lambda: actions.approve_roles(request=request.pk, person=person, by=second),
        lambda: actions.approve_reset(person=person, by=second),
    ):
        with pytest.raises(actions.NothingToApprove, match="no longer an administrator"):
            act()
