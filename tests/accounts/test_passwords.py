"""What a password of staff may be, and what is written down when a way in is refused."""

import logging
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.forms import JoinForm
from accounts.models import User
from tests.accounts.test_sign_in import HOME, LOGIN, SECOND, give_password
from tests.cast import PASSWORD, Casting, Member

pytestmark = pytest.mark.django_db(databases=["default"])
CHANGE = reverse("account_change_password")


def change(client: Client, new: str, *, old: str = PASSWORD) -> Any:
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


@pytest.mark.parametrize("password", ["eleven char", "qwertyuiop123", "administrator", "somebody-else@example.org"])
def test_short_common_and_own_words_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(email="somebody-else@example.org", name="Somebody"))


@pytest.mark.parametrize(
    "password", ["mypicturesmatter1", "Example-University-26", "curator curator", "localhost!staff"]
)
def test_words_that_stand_on_the_site_make_no_password(password: str) -> None:
    with pytest.raises(ValidationError, match="words that stand on this site"):
        validate_password(password, User(email="a@b.example", name="B"))


@pytest.mark.parametrize(
    "password", ["aaaa bbbb cccc", "twelve twelv", "鍵は海の家にあります早く来て", "x1" * 100, "a matter of heavy rain"]
)
def test_any_letters_and_any_length_make_a_password(password: str) -> None:
    validate_password(password, User(email="a@b.example", name="B"))


def test_a_password_is_taken_to_the_letter_masked_and_may_be_filled_in_by_a_program(client: Client) -> None:
    form = JoinForm(
        {"name": "N", "password": "  two spaces, Capitals ", "again": "  two spaces, Capitals "}, email="a@b.example"
    )
    assert form.is_valid()
    assert form.cleaned_data["password"] == "  two spaces, Capitals "
    page = client.get(LOGIN).content.decode()
    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page


def test_a_new_password_asks_for_the_old_one_is_hashed_slowly_and_ends_other_sessions(staff: Casting) -> None:
    lead = staff("lead")
    elsewhere = Member(lead.user, lead.secret)
    elsewhere.sign_in()
    new = " long enough, With Capitals "
    assert change(lead.client, new, old="four other words together").status_code == 200
    assert change(lead.client, new).status_code == 302
    person = User.objects.get(pk=lead.user.pk)
    assert identify_hasher(person.password).algorithm == "scrypt"
    assert person.check_password(new)
    assert not person.check_password(new.strip())
    assert lead.client.get(HOME).status_code == 200
    assert elsewhere.client.get(HOME).headers["Location"].startswith(LOGIN)


def test_signing_in_gives_a_new_session_and_signing_out_clears_what_the_tab_kept(staff: Casting) -> None:
    lead = staff("lead", signed_in=False)
    give_password(lead)
    before = lead.client.session.session_key
    lead.client.post(SECOND, {"code": lead.code()})
    assert lead.client.session.session_key != before
    assert b"Sign out" in lead.client.get(HOME).content
    answer = lead.client.post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"storage"'


def test_a_recovery_code_works_once(staff: Casting) -> None:
    lead = staff("lead", signed_in=False)
    codes = Authenticator.objects.get(user=lead.user, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    assert len(set(codes)) == len(codes) >= 10
    for expected in (302, 200):
        lead.client = Client()
        give_password(lead)
        assert lead.client.post(SECOND, {"code": codes[0]}).status_code == expected


def test_a_refused_way_in_is_written_down_by_what_it_was_and_by_no_address(
    staff: Casting, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    lead = staff("lead", signed_in=False)
    give_password(lead, "four other words together")
    give_password(lead)
    lead.client.post(SECOND, {"code": "000000"})
    annotator = staff("annotator")
    assert annotator.client.get(reverse("accounts:people")).status_code == 403
    said = caplog.text
    assert "A password was refused, bucket-" in said
    assert f"A second factor of staff member {lead.user.pk} was refused." in said
    assert "Forbidden (Permission denied): /staff/people/" in said
    assert "@" not in said


@pytest.mark.requirement("W2")
@pytest.mark.parametrize(
    "page",
    [
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_remove_webauthn",
    ],
)
def test_a_change_of_ones_own_sign_in_asks_for_a_fresh_factor(staff: Casting, page: str) -> None:
    lead = staff("lead")
    passkey = Authenticator.objects.create(user=lead.user, type=Authenticator.Type.WEBAUTHN, data={"name": "P"})
    if page == "mfa_activate_totp":
        Authenticator.objects.filter(user=lead.user, type=Authenticator.Type.TOTP).delete()
    lead.change_session(account_authentication_methods=[{"method": "mfa", "at": time.time() - 301, "type": "totp"}])
    before = sorted(Authenticator.objects.values_list("pk", flat=True))
    answer = lead.client.post(reverse(page, args=[passkey.pk] if page == "mfa_remove_webauthn" else []), {"code": "1"})
    assert answer.status_code == 302
    assert "confirm" in answer.headers["Location"]
    assert sorted(Authenticator.objects.values_list("pk", flat=True)) == before
