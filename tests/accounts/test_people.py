"""The administrator's pages: who is on the staff and what they may do."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import actions
from accounts.models import Invitation, SignInReset, User
from tests.cast import Casting, Member

pytestmark = pytest.mark.django_db(databases=["default"])

PEOPLE = "/staff/people/"


def press(member: Member, name: str, person: User, **data: object) -> int:
    """Press one of the buttons on a person's page."""
    return member.client.post(reverse(f"accounts:{name}", args=[person.pk]), data).status_code


def test_it_lists_people_with_roles_and_state(staff: Casting) -> None:
    newcomer = staff("lead", second_factor=False)
    page = staff("administrator").client.get(PEOPLE).content.decode()
    assert newcomer.user.email in page
    assert "No second factor yet" in page


@pytest.mark.parametrize("role", ["annotator", "adjudicator", "officer", "lead", "curator", "auditor"])
def test_every_other_role_is_refused(staff: Casting, role: str) -> None:
    other, person = staff(role), staff("lead")
    assert other.client.get(PEOPLE).status_code == 403
    assert press(other, "deactivate", person.user) == 403
    assert User.objects.get(pk=person.user.pk).is_active


def test_inviting_makes_an_invitation(staff: Casting) -> None:
    administrator = staff("administrator")
    answer = administrator.client.post(
        reverse("accounts:invite"), {"email": "Noor@example.org", "roles": ["annotator", "lead"]}
    )
    assert answer.status_code == 302
    invitation = Invitation.objects.get(email="noor@example.org")
    assert {group.name for group in invitation.groups.all()} == {"annotator", "lead"}
    assert Invitation.objects.working().get() == invitation
    assert b"noor@example.org" in administrator.client.get(PEOPLE).content


def test_inviting_without_a_role_says_so(staff: Casting) -> None:
    answer = staff("administrator").client.post(reverse("accounts:invite"), {"email": "noor@example.org"})
    assert answer.status_code == 400
    assert b"Choose at least one role" in answer.content


def test_a_change_asks_for_a_fresh_second_factor(staff: Casting) -> None:
    administrator, person = staff("administrator"), staff("lead")
    administrator.change_session(
        account_authentication_methods=[{"method": "mfa", "at": time.time() - 301, "type": "totp"}]
    )
    answer = administrator.client.post(reverse("accounts:deactivate", args=[person.user.pk]))
    assert answer.headers["Location"].startswith(reverse("accounts:step_up"))
    assert User.objects.get(pk=person.user.pk).is_active


def test_roles_are_changed(staff: Casting) -> None:
    administrator, person = staff("administrator"), staff("annotator")
    assert press(administrator, "roles_change", person.user, roles=["lead"]) == 302
    assert User.objects.get(pk=person.user.pk).roles == {"lead"}


def test_an_administrator_cannot_be_made_to_see_pictures_too(staff: Casting) -> None:
    administrator, person = staff("administrator"), staff("annotator")
    press(administrator, "roles_change", person.user, roles=["annotator", "administrator"])
    assert User.objects.get(pk=person.user.pk).roles == {"annotator"}


def test_deactivated_and_back_again(staff: Casting) -> None:
    administrator, person = staff("administrator"), staff("annotator")
    press(administrator, "deactivate", person.user)
    assert not User.objects.get(pk=person.user.pk).is_active
    press(administrator, "reactivate", person.user)
    assert User.objects.get(pk=person.user.pk).is_active


@pytest.mark.requirement("W9")
def test_a_session_from_before_does_not_come_back_with_the_account(staff: Casting) -> None:
    administrator, person = staff("administrator"), staff("annotator")
    kept = dict(person.client.session.items())
    press(administrator, "deactivate", person.user)
    press(administrator, "reactivate", person.user)
    assert person.client.get("/staff/").status_code == 302
    # Not even where its row had been kept, such as by a backup.
    person.change_session(**kept)
    assert person.client.get("/staff/").status_code == 302


@pytest.mark.parametrize("name", ["deactivate", "roles_change", "reset_ask", "reset_approve"])
def test_nobody_changes_their_own_entry(staff: Casting, name: str) -> None:
    administrator = staff("administrator")
    press(administrator, name, administrator.user, roles=["lead"])
    found = User.objects.get(pk=administrator.user.pk)
    assert found.is_active
    assert found.roles == {"administrator"}
    assert not SignInReset.objects.exists()


def test_somebody_who_was_an_administrator_a_moment_ago_is_refused(staff: Casting) -> None:
    administrator, person = staff("administrator"), staff("lead")
    administrator.user.groups.clear()
    with pytest.raises(actions.NotAdministrator):
        actions.deactivate(person=person.user, by=administrator.user)


@pytest.mark.requirement("W2")
def test_a_reset_takes_two_administrators_and_ends_every_way_in(staff: Casting) -> None:
    first, second, person = staff("administrator"), staff("administrator"), staff("lead")
    press(first, "reset_ask", person.user)
    press(first, "reset_approve", person.user)
    assert person.client.get("/staff/").status_code == 200
    press(second, "reset_approve", person.user)
    assert person.client.get("/staff/").status_code == 302
    assert not Authenticator.objects.filter(user=person.user).exists()
    assert not User.objects.get(pk=person.user.pk).has_usable_password()


def test_after_a_reset_the_new_invitation_is_for_the_same_person(staff: Casting) -> None:
    first, second, person = staff("administrator"), staff("administrator"), staff("lead")
    actions.ask_reset(person=person.user, by=first.user)
    invitation = actions.approve_reset(person=person.user, by=second.user)
    joined = actions.join(invitation=invitation.id, name="Noor", password="four newer words together")
    assert joined.pk == person.user.pk
    assert joined.roles == {"lead"}


def test_a_reset_that_nobody_asked_for_is_refused(staff: Casting) -> None:
    administrator, person = staff("administrator"), staff("lead")
    with pytest.raises(actions.NothingToApprove):
        actions.approve_reset(person=person.user, by=administrator.user)


def test_the_database_refuses_a_reset_by_one_person_alone(staff: Casting) -> None:
    administrator, person = staff("administrator").user, staff("lead").user
    reset = SignInReset.objects.create(person=person, asked_by=administrator)
    reset.approved_by, reset.approved_at = administrator, reset.asked_at
    with pytest.raises(IntegrityError), transaction.atomic():
        reset.save()
