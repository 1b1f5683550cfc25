"""What the log says about staff: ids only, in the same transaction as the change."""

from unittest.mock import patch

import pytest

from accounts import actions
from accounts.models import Invitation, User
from audit.models import Event
from tests.cast import PASSWORD, Casting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default"])


def test_every_change_has_its_entry_and_no_entry_shows_an_address_or_a_name(staff: Casting) -> None:
    administrator, second = staff("administrator"), staff("administrator")
    invitation = actions.invite(email="noor@example.org", roles=["lead"], by=administrator.user)
    noor = actions.join(invitation=invitation.id, name="Noor", password=PASSWORD)
    actions.change_roles(person=noor, roles=["curator"], by=administrator.user)
    actions.deactivate(person=noor, by=administrator.user)
    actions.reactivate(person=noor, by=administrator.user)
    actions.ask_reset(person=noor, by=administrator.user)
    actions.approve_reset(person=noor, by=second.user)
    events = list(Event.objects.all())
    assert [event.action for event in events] == [
        "staff:invited",
        "staff:joined",
        "staff:roles_changed",
        "staff:deactivated",
        "staff:reactivated",
        "staff:reset_asked",
        "staff:reset_approved",
        "staff:invited",
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
    with patch("accounts.actions.record", side_effect=RuntimeError):
        for act in (
            lambda: actions.invite(email="noor@example.org", roles=["lead"], by=administrator),
            lambda: actions.change_roles(person=person, roles=["curator"], by=administrator),
            lambda: actions.deactivate(person=person, by=administrator),
        ):
            with pytest.raises(RuntimeError):
                act()
    assert not Invitation.objects.exists()
    found = User.objects.get(pk=person.pk)
    assert found.is_active
    assert found.roles == {"lead"}
