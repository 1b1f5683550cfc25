"""Who tries doors, codes and rules is slowed down and leaves a line with a random id, and learns nothing by it."""

import json
import logging
from typing import Any
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import actions
from accounts.adapter import StaffAdapter
from accounts.models import CacheRow
from identity.actions import TooMany, count_attempt
from tests.accounts.test_sign_in import HOME, LOGIN, SECOND, give_password
from tests.cast import PASSWORD, Casting

pytestmark = pytest.mark.django_db(databases=["default", "identity"])

PASSKEY, AGAIN = reverse("mfa_login_webauthn"), reverse("mfa_reauthenticate_webauthn")
SHAPED = {
    "id": "AAAA",
    "rawId": "AAAA",
    "type": "public-key",
    "response": {"clientDataJSON": "AAAA", "authenticatorData": "A" * 64, "signature": "AAAA", "userHandle": "AAAA"},
}
JUNK = [{}, [], "x", 7, {"response": {}}, SHAPED, SHAPED | {"response": None}]


def test_what_a_right_or_a_rule_refuses_is_written_down_by_a_random_id_alone(
    staff: Casting, caplog: pytest.LogCaptureFixture
) -> None:
    administrator, lead = staff("administrator"), staff("lead")
    waiting = actions.invite(email="noor@example.org", roles=["curator"], by=administrator.user)
    assert lead.client.get("/staff/people/").status_code == 403
    administrator.client.post(reverse("accounts:invitation_approve", args=[waiting.pk]))
    assert f"Staff member {lead.user.pk} was refused accounts:people (403)." in caplog.text
    assert f"Staff member {administrator.user.pk} was refused: NeedsAnother." in caplog.text
    assert "@" not in caplog.text
    assert "127.0.0.1" not in caplog.text


def test_a_limit_that_is_reached_is_written_down_by_its_name(caplog: pytest.LogCaptureFixture) -> None:
    count_attempt(purpose="link_address", value="noor@example.org", limit=1, hours=1)
    with pytest.raises(TooMany):
        count_attempt(purpose="link_address", value="noor@example.org", limit=1, hours=1)
    assert "The limit link_address was reached" in caplog.text
    assert "@" not in caplog.text


@pytest.mark.requirement("W2")
def test_a_refused_passkey_is_written_down_and_breaks_nothing(
    staff: Casting, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    lead = staff("lead", signed_in=False)
    give_password(lead)
    for credential in JUNK:
        CacheRow.objects.all().delete()
        data = {"credential": json.dumps(credential)}
        assert client.post(PASSKEY, data).status_code == 302
        assert lead.client.post(SECOND, data).status_code == 200
    assert lead.client.get(HOME).status_code == 302
    lead.sign_in()
    Authenticator.objects.create(user=lead.user, type=Authenticator.Type.WEBAUTHN, data={"name": "P"})
    for credential in JUNK:
        CacheRow.objects.all().delete()
        assert lead.client.post(AGAIN, {"credential": json.dumps(credential)}).status_code == 302
    assert client.get(HOME).status_code == 302
    assert "A passkey was refused at sign-in." in caplog.text
    # After the password and when confirming; what is empty is no credential at all.
    times = 2 * len([credential for credential in JUNK if credential])
    assert caplog.text.count(f"A second factor of staff member {lead.user.pk} was refused.") == times
    assert "@" not in caplog.text
    assert "AAAA" not in caplog.text


def test_the_sixth_wrong_code_is_refused_even_when_the_seventh_is_right(staff: Casting) -> None:
    lead = staff("lead", signed_in=False)
    give_password(lead)
    for _ in range(6):
        lead.client.post(SECOND, {"code": "000000"})
    assert lead.client.post(SECOND, {"code": lead.code()}).status_code == 200
    # Nor by another browser: it is the person's codes that are counted.
    lead.client = Client()
    give_password(lead)
    assert lead.client.post(SECOND, {"code": lead.code()}).status_code == 200


def test_codes_are_counted_when_confirming_too(staff: Casting) -> None:
    lead = staff("lead")
    confirm = reverse("mfa_reauthenticate")
    for _ in range(6):
        lead.client.post(confirm, {"code": "000000"})
    assert lead.client.post(confirm, {"code": lead.code()}).status_code == 200


@pytest.mark.parametrize(("page", "most"), [(LOGIN, 30), (PASSKEY, 10)], ids=["password", "passkey"])
def test_one_client_tries_to_sign_in_only_so_often_a_minute(client: Client, page: str, most: int) -> None:
    said = [client.post(page, {}).status_code for _ in range(most + 2)]
    assert 429 not in said[:most]
    assert said[most:] == [429, 429]


def test_whom_somebody_elses_guesses_shut_out_is_told_of_the_passkey(staff: Casting) -> None:
    lead = staff("lead", signed_in=False)
    for _ in range(5):
        Client(REMOTE_ADDR="198.51.100.7").post(LOGIN, {"login": lead.user.email, "password": "four other words here"})
    answer = lead.client.post(LOGIN, {"login": lead.user.email, "password": PASSWORD})
    assert b"Wait five minutes and try again, or sign in with a passkey." in answer.content


def test_visitors_by_ipv4_are_told_apart_on_a_socket_for_both_kinds_and_a_household_is_one() -> None:
    def counted_by(address: str) -> str:
        return StaffAdapter().get_client_ip(RequestFactory().post(LOGIN, REMOTE_ADDR=address))

    assert counted_by("::ffff:198.51.100.7") == counted_by("198.51.100.7") != counted_by("::ffff:198.51.100.8")
    assert counted_by("2001:db8::1") == counted_by("2001:db8::ffff:1") != counted_by("2001:db8:0:1::1")


def _breaks(*_args: Any, **_more: Any) -> None:
    raise RuntimeError("a word that only the process knows")


@pytest.mark.requirement("W4")
def test_what_staff_see_when_something_goes_wrong_reveals_nothing(
    staff: Casting, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    lead = staff("lead")
    lead.client.raise_request_exception = False
    strict = Client(enforce_csrf_checks=True)
    answers = [
        lead.client.get("/staff/people/"),
        lead.client.get("/staff/nothing/"),
        strict.post(LOGIN, {"login": lead.user.email}),
        strict.get(HOME, headers={"host": "elsewhere.example"}),
    ]
    with patch("accounts.views.sign_ins.queries.sign_ins", _breaks):
        answers.append(lead.client.get(reverse("accounts:sign_ins")))
    assert [answer.status_code for answer in answers] == [403, 404, 403, 400, 500]
    for answer in answers:
        page = answer.content.decode()
        assert page.count("<h1>") == 1
        for word in ("a word that only", "Traceback", "RuntimeError", "Django", "urlpatterns", ".py", lead.user.email):
            assert word not in page
