"""The way in for staff: password and code, nothing less, and no other way."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import CacheRow
from tests.cast import PASSWORD, Casting, Member

pytestmark = pytest.mark.django_db(databases=["default"])

LOGIN, SECOND, HOME = "/staff/account/login/", "/staff/account/second-factor/ask/", "/staff/"


def give_password(member: Member, password: str = PASSWORD) -> str:
    """Where the sign-in page leads with this password; empty when it stays."""
    answer = member.client.post(LOGIN, {"login": member.user.email, "password": password})
    return str(answer.headers.get("Location", ""))


@pytest.mark.requirement("W2")
def test_password_and_code_lead_to_the_staff_pages(staff: Casting) -> None:
    lead = staff("lead", signed_in=False)
    assert give_password(lead) == SECOND
    assert lead.client.get(HOME).status_code == 302
    assert lead.client.post(SECOND, {"code": lead.code()}).headers["Location"] == HOME
    assert lead.client.get(HOME).status_code == 200


def test_an_address_in_capitals_is_the_same_person(staff: Casting) -> None:
    lead = staff("lead", signed_in=False)
    answer = lead.client.post(LOGIN, {"login": lead.user.email.upper(), "password": PASSWORD})
    assert answer.headers["Location"] == SECOND


def test_a_wrong_password_is_refused(staff: Casting) -> None:
    assert give_password(staff("lead", signed_in=False), "four other words together") == ""


@pytest.mark.requirement("W2")
def test_a_wrong_code_is_refused(staff: Casting) -> None:
    lead = staff("lead", signed_in=False)
    give_password(lead)
    wrong = f"{(int(lead.code()) + 1) % 10**6:06}"
    assert lead.client.post(SECOND, {"code": wrong}).status_code == 200
    assert lead.client.get(HOME).status_code == 302


def test_a_code_works_once(staff: Casting) -> None:
    lead = staff("lead", signed_in=False)
    code = lead.code()
    for expected in (302, 200):
        lead.client = Client()
        give_password(lead)
        assert lead.client.post(SECOND, {"code": code}).status_code == expected


def test_the_sixth_wrong_password_is_refused_even_when_the_seventh_is_right(staff: Casting) -> None:
    lead = staff("lead", signed_in=False)
    for _ in range(6):
        give_password(lead, "four other words together")
    assert give_password(lead) == ""


@pytest.mark.requirement("I1")
def test_what_was_typed_at_sign_in_is_nowhere_in_the_cache(client: Client) -> None:
    client.post(LOGIN, {"login": "canary@example.org", "password": "four other words together"})
    rows = list(CacheRow.objects.values_list("cache_key", "value"))
    assert rows
    assert "canary" not in str(rows)
    assert "127.0.0.1" not in str(rows)


def test_the_cache_is_the_table_that_every_process_sees() -> None:
    cache.set("counter", 3)
    assert CacheRow.objects.filter(cache_key__contains="counter").exists()


@pytest.mark.requirement("W2")
def test_without_a_second_factor_only_setting_one_up_is_reached(staff: Casting) -> None:
    newcomer = staff("lead", second_factor=False)
    assert newcomer.client.get(HOME).headers["Location"].startswith(reverse("mfa_index"))
    assert newcomer.client.get(reverse("mfa_index")).status_code == 200
    assert newcomer.client.get(reverse("accounts:people")).status_code == 302


@pytest.mark.requirement("W2")
def test_a_session_older_than_the_second_factor_must_show_it(staff: Casting) -> None:
    lead = staff("lead")
    lead.change_session(account_authentication_methods=[{"method": "password", "at": time.time()}])
    assert lead.client.get(HOME).headers["Location"].startswith(reverse("accounts:step_up"))
    assert lead.client.get(reverse("mfa_activate_totp")).status_code == 302
    assert lead.client.get(reverse("mfa_add_webauthn")).status_code == 302
    confirm = reverse("mfa_reauthenticate")
    assert lead.client.post(confirm, {"code": lead.code(), "next": HOME}).headers["Location"] == HOME
    assert lead.client.get(HOME).status_code == 200


def test_a_password_does_not_confirm_for_somebody_with_a_second_factor(staff: Casting) -> None:
    lead = staff("lead")
    answer = lead.client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert answer.headers["Location"] == reverse("mfa_reauthenticate")


@pytest.mark.requirement("W9")
@pytest.mark.parametrize(
    "name", ["account_signup", "account_reset_password", "account_email", "account_request_login_code"]
)
def test_there_is_no_page_to_sign_up_or_to_get_in_by_mail(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_somebody_without_a_role_is_refused(staff: Casting) -> None:
    assert staff().client.get(HOME).status_code == 403


def test_somebody_deactivated_is_refused_at_sign_in(staff: Casting) -> None:
    lead = staff("lead", signed_in=False)
    type(lead.user).objects.update(is_active=False)
    assert give_password(lead) == reverse("account_inactive")


def test_a_script_is_told_to_sign_in_by_status(client: Client) -> None:
    answer = client.get(HOME, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json() == {"sign_in": LOGIN}


def test_setting_up_an_app_gives_recovery_codes_and_opens_the_staff_pages(staff: Casting) -> None:
    newcomer = staff("lead", second_factor=False)
    newcomer.change_session(
        account_authentication_methods=[{"method": "password", "at": time.time(), "reauthenticated": True}]
    )
    add = reverse("mfa_activate_totp")
    newcomer.client.get(add)
    newcomer.secret = newcomer.client.session["mfa.totp.secret"]
    answer = newcomer.client.post(add, {"code": newcomer.code()})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert b"only this once" in newcomer.client.get(answer.headers["Location"]).content
    assert newcomer.client.get(HOME).status_code == 200


def test_the_secret_of_an_app_is_stored_encrypted(staff: Casting) -> None:
    lead = staff("lead")
    assert lead.secret not in json.dumps(list(Authenticator.objects.values_list("data", flat=True)))


def test_the_only_second_factor_cannot_be_removed(staff: Casting) -> None:
    lead = staff("lead")
    lead.change_session(
        account_authentication_methods=[{"method": "mfa", "at": time.time(), "reauthenticated": True, "type": "totp"}]
    )
    lead.client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=lead.user).exists()


def test_a_second_factor_is_fresh_for_five_minutes(staff: Casting) -> None:
    lead = staff("lead")
    step_up = reverse("accounts:step_up")
    assert lead.client.get(step_up, {"next": "/staff/people/"}).headers["Location"] == "/staff/people/"
    lead.change_session(account_authentication_methods=[{"method": "mfa", "at": time.time() - 301, "type": "totp"}])
    assert lead.client.get(step_up).headers["Location"].startswith(reverse("mfa_reauthenticate"))


def test_confirming_never_leads_to_another_site(staff: Casting) -> None:
    answer = staff("lead").client.get(reverse("accounts:step_up"), {"next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == HOME


def test_the_test_cast_is_signed_in_as_a_real_sign_in_leaves_it(staff: Casting) -> None:
    real, cast = staff("lead", signed_in=False), staff("lead")
    give_password(real)
    real.client.post(SECOND, {"code": real.code()})
    left, made = ({key: type(value) for key, value in member.client.session.items()} for member in (real, cast))
    assert left == made
    steps = [member.client.session["account_authentication_methods"] for member in (real, cast)]
    assert [set(step) for step in steps[0]] == [set(step) for step in steps[1]]


def test_signing_out_ends_the_session(staff: Casting) -> None:
    lead = staff("lead")
    lead.client.post(reverse("account_logout"))
    assert lead.client.get(HOME).headers["Location"].startswith(LOGIN)
