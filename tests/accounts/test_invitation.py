"""Invited by an administrator: a link that works once, for 72 hours, and changes nothing when it is opened."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.forms import JoinForm
from accounts.models import Invitation, User
from accounts.roles import RolesRefused
from accounts.tasks import send_invitations
from accounts.tokens import link_for, token_for
from tests.cast import PASSWORD, Casting

pytestmark = pytest.mark.django_db(databases=["default"])

ANSWER = {"name": "Noor", "password": PASSWORD, "again": PASSWORD}
JOIN = "/staff/join/"


def invited(email: str = "noor@example.org", *roles: str) -> Invitation:
    return actions.invite(email=email, roles=roles or ["annotator"], by=None)


def open_link(client: Client, invitation: Invitation) -> int:
    """Follow the link as a browser does; the status of the page it ends on."""
    return client.get(reverse("accounts:join_open", args=[token_for(invitation.id)]), follow=True).status_code


def test_joining_leads_to_setting_up_a_second_factor(client: Client) -> None:
    assert open_link(client, invited("Noor@Example.org", "annotator", "adjudicator")) == 200
    assert client.post(JOIN, ANSWER).headers["Location"] == reverse("mfa_index")
    assert User.objects.get(email="noor@example.org").roles == {"annotator", "adjudicator"}
    assert client.get("/staff/").headers["Location"].startswith(reverse("mfa_index"))
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_opening_the_link_changes_nothing_and_leaves_no_token(client: Client) -> None:
    invitation = invited()
    for _ in range(3):
        open_link(client, invitation)
    invitation.refresh_from_db()
    assert invitation.used_at is None
    assert not User.objects.exists()
    assert token_for(invitation.id) not in str(dict(client.session))
    assert bytes(invitation.token_hash) not in token_for(invitation.id).encode()


def test_a_used_invitation_is_refused(client: Client) -> None:
    invitation = invited()
    open_link(client, invitation)
    client.post(JOIN, ANSWER)
    assert open_link(Client(), invitation) == 410
    with pytest.raises(actions.InvitationNotValid):
        actions.join(invitation=invitation.id, name="Again", password=PASSWORD)


def test_a_stale_invitation_is_refused(client: Client) -> None:
    invitation = invited()
    open_link(client, invitation)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(JOIN, ANSWER).status_code == 410
    assert open_link(client, invitation) == 410
    assert not User.objects.exists()


def test_an_invitation_lasts_72_hours() -> None:
    assert timedelta(hours=71.9) < invited().expires_at - timezone.now() <= timedelta(hours=72)


def test_a_withdrawn_invitation_is_refused(client: Client, staff: Casting) -> None:
    invitation, administrator = invited(), staff("administrator")
    actions.withdraw_invitation(invitation=invitation, by=administrator.user)
    assert open_link(client, invitation) == 410


def test_inviting_again_makes_the_first_link_useless(client: Client) -> None:
    first, second = invited(), invited()
    assert open_link(client, first) == 410
    assert open_link(client, second) == 200


def test_an_invented_token_is_refused(client: Client) -> None:
    invited()
    assert client.get(reverse("accounts:join_open", args=["x" * 43]), follow=True).status_code == 410


@pytest.mark.parametrize(
    "change", [{"again": "another four words here"}, {"password": "short", "again": "short"}, {"name": ""}]
)
def test_a_wrong_answer_is_asked_again_and_uses_nothing_up(client: Client, change: dict[str, str]) -> None:
    open_link(client, invited())
    assert client.post(JOIN, {**ANSWER, **change}).status_code == 200
    assert client.post(JOIN, ANSWER).status_code == 302


def test_a_password_that_was_not_typed_again_is_told_of_once() -> None:
    form = JoinForm({**ANSWER, "again": ""}, email="noor@example.org")
    assert {name: len(errors) for name, errors in form.errors.items()} == {"again": 1}


def test_each_invitation_is_mailed_once_with_its_link() -> None:
    invitation = invited()
    send_invitations()
    send_invitations()
    assert [message.to for message in mail.outbox] == [["noor@example.org"]]
    assert link_for(invitation.id) in mail.outbox[0].body


def test_nothing_in_the_row_gives_the_token_away() -> None:
    invitation = invited()
    row = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert token_for(invitation.id) not in str(row)


def test_the_command_prints_a_link_that_works_and_sends_no_mail(client: Client) -> None:
    out = StringIO()
    call_command("invite_staff", "first@example.org", "administrator", stdout=out)
    send_invitations()
    assert mail.outbox == []
    path = re.sub(r"^https?://[^/]+", "", out.getvalue().strip())
    assert client.get(path, follow=True).status_code == 200


def test_the_command_refuses_somebody_who_is_there(staff: Casting) -> None:
    lead = staff("lead")
    with pytest.raises(CommandError, match="already"):
        call_command("invite_staff", lead.user.email.upper(), "lead")


@pytest.mark.parametrize("roles", [[], ["janitor"], ["administrator", "curator"], ["auditor", "annotator"]])
def test_roles_that_one_person_may_not_hold_are_refused(roles: list[str]) -> None:
    with pytest.raises(RolesRefused):
        actions.invite(email="noor@example.org", roles=roles, by=None)
