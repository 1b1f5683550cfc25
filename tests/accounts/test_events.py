"""What the log says about staff: ids only, in the same transaction as the change."""

from collections.abc import Callable
from unittest.mock import patch

import pytest

from accounts import actions
from accounts.models import Invitation, SignInChange, User
from audit.models import Event
from tests.cast import PASSWORD, Casting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default"])


def test_every_change_has_its_entry_and_no_entry_shows_an_address_or_a_name(staff: Casting) -> None:
    administrator, second = staff("administrator"), staff("administrator")
    invitation = actions.invite(email="noor@example.org", roles=["lead"], by=administrator.user)
    noor = actions.join(invitation=invitation.id, name="Noor", password=PASSWORD)
    actions.change_roles(person=noor, roles=["adjudicator"], by=administrator.user)
    actions.change_roles(person=noor, roles=["curator"], by=administrator.user)
    asked = actions.change_roles(person=noor, roles=["curator"], by=administrator.user)
    assert asked is not None
    actions.approve_roles(request=asked.pk, person=noor, by=second.user)
    asked = actions.change_roles(person=noor, roles=["officer"], by=administrator.user)
    assert asked is not None
    actions.drop_roles(request=asked.pk, person=noor, by=administrator.user)
    actions.deactivate(person=noor, by=administrator.user)
    actions.reactivate(person=noor, by=administrator.user)
    actions.approve_reset(person=noor, by=second.user)
    other = actions.invite(email="other@example.org", roles=["curator"], by=administrator.user)
    actions.approve_invitation(invitation=other, by=second.user)
    actions.withdraw_invitation(invitation=other, by=administrator.user)
    actions.note_change(person=noor, what=SignInChange.What.PASSKEY_ADDED)
    actions.end_other_sessions(person=noor, keep=None)
    events = list(Event.objects.all())
    assert [event.action for event in events] == [
        "staff:invited",
        "staff:joined",
        "staff:roles_changed",
        "staff:roles_asked",
        "staff:roles_asked",
        "staff:roles_approved",
        "staff:roles_asked",
        "staff:roles_dropped",
        "staff:deactivated",
        "staff:reset_asked",
        "staff:reset_approved",
        "staff:reactivated",
        "staff:invited",
        "staff:invitation_asked",
        "staff:invitation_approved",
        "staff:invitation_withdrawn",
        "staff:sign_in_changed",
        "staff:sessions_ended",
    ]
    leaves = " ".join(event.leaf for event in events)
    assert "example.org" not in leaves
    assert "Noor" not in leaves


def test_signing_in_is_recorded_with_its_method(staff: Casting) -> None:
    lead = staff("lead", signed_in=False)
    lead.client.post("/staff/account/login/", {"login": lead.user.email, "password": PASSWORD})
    assert not Event.objects.exists()
    lead.client.post("/staff/account/second-factor/ask/", {"code": lead.code()})
    event = Event.objects.get()
    assert (event.action, event.actor, event.data) == ("staff:signed_in", lead.actor, {"method": "totp"})


@pytest.mark.requirement("L10")
def test_when_recording_fails_nothing_moves(staff: Casting) -> None:
    administrator, person = staff("administrator").user, staff("lead").user
    acts: dict[str, Callable[[], object]] = {
        "inviting": lambda: actions.invite(email="noor@example.org", roles=["lead"], by=administrator),
        "people": lambda: actions.change_roles(person=person, roles=["annotator"], by=administrator),
        "people ": lambda: actions.deactivate(person=person, by=administrator),
        "own_sign_in": lambda: actions.note_change(person=person, what=SignInChange.What.PASSKEY_ADDED),
    }
    for module, act in acts.items():
        with (
            patch(f"accounts.actions.{module.strip()}.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            act()
    assert not Invitation.objects.exists()
    assert not SignInChange.objects.exists()
    found = User.objects.get(pk=person.pk)
    assert (found.is_active, found.sessions_ended) == (True, 0)
    assert found.roles == {"lead"}
