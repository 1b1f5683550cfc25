"""The site's secret is changed while people work: nobody is signed out, and app codes and invitations go on working."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from accounts import actions
from accounts.adapter import StaffFactors
from accounts.models import Invitation
from accounts.tasks import send_invitations
from audit.models import Event
from tests.accounts.test_own_sign_ins import PAGE, is_in, sign_in
from tests.accounts.test_sign_in import HOME, SECOND, give_password
from tests.cast import Casting

pytestmark = pytest.mark.django_db(databases=["default"])

NEW = "another secret, of more than fifty characters, as long as it has to be"


@contextmanager
def rotated(*, kept: bool = True) -> Iterator[None]:
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY] if kept else []):
        yield


@pytest.mark.requirement("W2")
def test_a_session_and_an_app_survive_a_new_secret_as_long_as_the_old_one_is_named(staff: Casting) -> None:
    lead, other = staff("lead", signed_in=False), staff("lead", signed_in=False)
    browser = sign_in(lead)
    with rotated():
        assert is_in(browser)
        # The session goes on under a new key, and its own list still knows it.
        assert browser.get(PAGE).content.decode().count("Open, here") == 1
        give_password(other)
        assert other.client.post(SECOND, {"code": other.code()}).headers["Location"] == HOME
    # Signed anew in the meantime: the old secret is not needed any more.
    with rotated(kept=False):
        assert is_in(browser)


def test_without_the_old_secret_everybody_signs_in_again(staff: Casting) -> None:
    lead = staff("lead")
    with rotated(kept=False):
        assert not is_in(lead.client)


def test_what_apps_and_recovery_codes_are_made_from_is_sealed_anew_so_that_the_old_secret_can_go(
    staff: Casting,
) -> None:
    lead = staff("lead", signed_in=False)
    with rotated():
        call_command("renew_factor_secrets")
    with rotated(kept=False):
        found = Authenticator.objects.get(user=lead.user, type=Authenticator.Type.TOTP)
        assert StaffFactors().decrypt(found.data["secret"]) == lead.secret
        assert len(Authenticator.objects.get(user=lead.user, type="recovery_codes").wrap().get_unused_codes()) == 10
    assert lead.secret not in json.dumps(found.data)


def test_invitations_work_that_were_mailed_before_and_after(client: Client) -> None:
    for address in ("early@example.org", "late@example.org"):
        actions.invite(email=address, roles=["lead"], by=None)
        if address.startswith("early"):
            send_invitations()
    with rotated():
        send_invitations()
        assert len(mail.outbox) == 2
        for message in mail.outbox:
            (link,) = [line for line in message.body.splitlines() if "/staff/join/" in line]
            assert client.get(link.removeprefix(settings.SITE_URL), follow=True).status_code == 200


@pytest.mark.requirement("W2")
def test_after_a_theft_whatever_was_made_from_the_secret_is_ended_and_everybody_enrols_anew(staff: Casting) -> None:
    lead, newcomer = staff("lead", signed_in=False), staff("annotator", second_factor=False)
    passkey = Authenticator.objects.create(user=lead.user, type=Authenticator.Type.WEBAUTHN, data={"name": "P"})
    open_one = actions.invite(email="early@example.org", roles=["lead"], by=None)
    send_invitations()
    with rotated(kept=False):
        call_command("end_second_factors")
        assert list(Authenticator.objects.all()) == [passkey]
        assert not Invitation.objects.open().exists()
        newcomer.user.refresh_from_db()
        assert newcomer.user.sessions_ended == 1
        connection.check_constraints()
        entries = [(event.action, event.actor, event.subject) for event in Event.objects.order_by("pk")][-2:]
        assert entries == [
            ("staff:factors_ended", "system", str(lead.user.pk)),
            ("staff:invitation_withdrawn", "system", str(open_one.pk)),
        ]
        passkey.delete()
        assert give_password(lead) == HOME
        assert lead.client.get(HOME).headers["Location"].startswith(reverse("mfa_index"))
