"""One's own sign-ins: a list without addresses, sessions that are ended, and what a changed factor does to others."""

import time
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.devices import browser_of, system_of
from accounts.models import SignIn, SignInChange
from accounts.tasks import clear_sessions, send_invitations
from audit.models import Event
from tests.accounts.test_sign_in import HOME, LOGIN, SECOND
from tests.cast import PASSWORD, Casting, Member

pytestmark = pytest.mark.django_db(databases=["default"])

PAGE = reverse("accounts:sign_ins")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"


def sign_in(member: Member, agent: str = FIREFOX) -> Client:
    """Another browser of this person, signed in by password and a recovery code."""
    client = Client(headers={"user-agent": agent})
    codes = Authenticator.objects.get(user=member.user, type=Authenticator.Type.RECOVERY_CODES).wrap()
    client.post(LOGIN, {"login": member.user.email, "password": PASSWORD})
    assert client.post(SECOND, {"code": codes.get_unused_codes()[0]}).headers["Location"] == HOME
    return client


def fresh(client: Client) -> None:
    """A second factor shown again, as a change of one's own sign-in asks for."""
    session = client.session
    session["account_authentication_methods"][-1] |= {"at": time.time(), "reauthenticated": True}
    session.save()


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, ("firefox", "linux")),
        (SAFARI, ("safari", "ios")),
        (EDGE, ("edge", "windows")),
        ("curl/8.5", ("other", "other")),
    ],
    ids=["firefox", "safari", "edge", "curl"],
)
def test_a_device_is_two_words(agent: str, words: tuple[str, str]) -> None:
    assert (browser_of(agent), system_of(agent)) == words


@pytest.mark.requirement("W9")
def test_the_list_tells_when_by_what_and_from_which_device_and_keeps_no_address(staff: Casting) -> None:
    lead = staff("lead", signed_in=False)
    here, there = sign_in(lead), sign_in(lead, SAFARI)
    page = here.get(PAGE).content.decode()
    for words in (
        "Password and recovery code",
        "Firefox on Linux",
        "Safari on iPhone or iPad",
        "Open, here",
    ):
        assert words in page
    rows = str(list(SignIn.objects.values()))
    assert "127.0.0.1" not in rows
    assert "Mozilla" not in rows
    assert "605.1" not in rows
    there.post(reverse("account_logout"))
    assert "End all other sessions" not in here.get(PAGE).content.decode()
    other = staff("lead")
    assert "Safari" not in other.client.get(PAGE).content.decode()


def test_one_session_and_all_others_are_ended_with_a_fresh_second_factor(staff: Casting) -> None:
    lead, other = staff("lead", signed_in=False), staff("lead", signed_in=False)
    here, there, away, strange = sign_in(lead), sign_in(lead, SAFARI), sign_in(lead, EDGE), sign_in(other)
    one = reverse("accounts:sign_in_end", args=[SignIn.objects.get(system="ios").pk])
    of_another = reverse("accounts:sign_in_end", args=[SignIn.objects.get(person=other.user).pk])
    session = here.session
    session["account_authentication_methods"][-1]["at"] -= 301
    session.save()
    for page in (one, reverse("accounts:sign_ins_end")):
        assert here.post(page).headers["Location"].startswith(reverse("accounts:step_up"))
    assert all(map(is_in, (here, there, away, strange)))
    fresh(here)
    for page in (one, of_another, reverse("accounts:sign_in_end", args=[uuid4()])):
        here.post(page)
    assert list(map(is_in, (here, there, away, strange))) == [True, False, True, True]
    here.post(reverse("accounts:sign_ins_end"))
    assert list(map(is_in, (here, there, away, strange))) == [True, False, False, True]
    connection.check_constraints()
    ended = Event.objects.filter(action="staff:sessions_ended")
    assert [event.data["number"] for event in ended.order_by("pk")] == [1, 0, 0, 1]
    page = here.get(PAGE).content.decode()
    assert page.count("Open, here") == 1
    assert "End all other sessions" not in page


CHANGES = {
    "mfa_add_webauthn": "passkey_added",
    "mfa_remove_webauthn": "passkey_removed",
    "mfa_activate_totp": "app_added",
    "mfa_deactivate_totp": "app_removed",
    "mfa_generate_recovery_codes": "codes_made",
    "account_change_password": "password_changed",
}


def change(member: Member, client: Client, page: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Make one of the changes to how the person signs in; the status of the answer."""
    passkey = Authenticator(user=member.user, type=Authenticator.Type.WEBAUTHN, data={"name": "P", "credential": {}})
    data: dict[str, object] = {}
    if page in {"mfa_remove_webauthn", "mfa_deactivate_totp"}:
        passkey.save()
    if page == "mfa_activate_totp":
        Authenticator.objects.filter(user=member.user, type=Authenticator.Type.TOTP).delete()
        client.get(reverse(page))
        member.secret = client.session["mfa.totp.secret"]
        data = {"code": member.code()}
    if page == "mfa_add_webauthn":
        # What a browser makes of a key is tried in test_passkey.py.
        binding = SimpleNamespace(is_user_verified=lambda: True)
        for name in ("parse_registration_response", "complete_registration"):
            monkeypatch.setattr(f"allauth.mfa.webauthn.forms.auth.{name}", lambda _credential: binding)
        data = {"name": "P", "credential": '{"id": 1}', "passwordless": "on"}
    if page == "account_change_password":
        data = {"oldpassword": PASSWORD, "password1": "four newer words here", "password2": "four newer words here"}
    address = reverse(page, args=[passkey.pk] if page == "mfa_remove_webauthn" else [])
    return client.post(address, data).status_code


@pytest.mark.requirement("W2")
@pytest.mark.parametrize("page", CHANGES)
def test_a_change_of_how_one_signs_in_ends_other_sessions_and_is_mailed_to_the_person(
    staff: Casting, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    lead = staff("lead", signed_in=False)
    here, there = sign_in(lead), sign_in(lead, SAFARI)
    fresh(here)
    assert change(lead, here, page, monkeypatch) == 302
    assert (is_in(here), is_in(there)) == (True, False)
    send_invitations()
    send_invitations()
    (message,) = mail.outbox
    told = SignInChange.objects.get()
    assert told.what == CHANGES[page]
    assert message.to == [lead.user.email]
    assert told.get_what_display() in message.body
    assert PAGE in message.body
    assert told.get_what_display() in here.get(PAGE).content.decode()


def test_a_mail_that_does_not_go_waits_for_the_next_time(staff: Casting, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.note_change(person=staff("lead").user, what=SignInChange.What.CODES_MADE)
    with monkeypatch.context() as without_mail:
        without_mail.setattr("accounts.actions.mailing.send_mail", _refuse)
        assert actions.tell_changes() == 0
    assert actions.tell_changes() == 1


def _refuse(*_args: object) -> None:
    raise ConnectionRefusedError


def test_the_list_goes_back_ninety_days(staff: Casting) -> None:
    lead = staff("lead", signed_in=False)
    sign_in(lead)
    actions.note_change(person=lead.user, what=SignInChange.What.CODES_MADE)
    long_ago = timezone.now() - timedelta(days=91)
    SignIn.objects.update(at=long_ago)
    SignInChange.objects.update(at=long_ago)
    clear_sessions()
    # What was not told yet is kept until it is.
    assert (SignIn.objects.count(), SignInChange.objects.count()) == (0, 1)
    actions.tell_changes()
    clear_sessions()
    assert not SignInChange.objects.exists()
