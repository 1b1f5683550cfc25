"""A passkey, made and used in a real browser with a virtual authenticator, under the site's own policy."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from accounts import actions
from accounts.models import User
from accounts.tokens import token_for
from tests.cast import PASSWORD

pytestmark = pytest.mark.requirement("W2")

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(desktop: BrowserContext) -> Iterator[Page]:
    """A page on which an error on the console fails the test."""
    page = desktop.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    assert complaints == []


def device(page: Page) -> tuple[CDPSession, str]:
    """A virtual authenticator in the page's browser."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key: str = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    return devtools, key


def credentials(devtools: CDPSession, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = devtools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    return found


def join(page: Page, live: str, *roles: str) -> None:
    """Follow an invitation up to the page that sets up a second factor."""
    invitation = actions.invite(email="noor@example.org", roles=roles, by=None)
    page.goto(f"{live}/staff/join/{token_for(invitation.id)}/")
    page.get_by_label("Your name").fill("Noor")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/second-factor/")


def add_passkey(page: Page) -> None:
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/recovery-codes/")


def test_a_passkey_made_after_an_invitation_signs_in_alone(page: Page, live: str) -> None:
    devtools, key = device(page)
    join(page, live, "lead")
    add_passkey(page)
    assert [made["isResidentCredential"] for made in credentials(devtools, key)] == [True]
    page.get_by_role("link", name="I have them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Noor")
    page.context.clear_cookies()
    page.goto(f"{live}/staff/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/staff/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Noor")


def test_a_passkey_is_also_the_second_factor_after_a_password(page: Page, live: str) -> None:
    device(page)
    join(page, live, "lead")
    add_passkey(page)
    page.context.clear_cookies()
    page.goto(f"{live}/staff/")
    page.get_by_label("E-mail address").fill("noor@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/second-factor/ask/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/staff/")


def age_the_factor(page: Page) -> None:
    """As if it had been shown longer ago than five minutes."""
    (key,) = [one["value"] for one in page.context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME]
    session = SessionStore(key)
    steps = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**step, "at": step["at"] - 301} for step in steps]
    session.save()


def test_a_passkey_confirms_an_important_step_that_was_pressed_too_late(page: Page, live: str) -> None:
    device(page)
    join(page, live, "administrator")
    add_passkey(page)
    page.goto(f"{live}/staff/people/")
    page.get_by_label("E-mail address").fill("second@example.org")
    page.locator("label", has_text="Lead").click()
    age_the_factor(page)
    page.get_by_role("button", name="Invite").click()
    page.wait_for_url("**/passkeys/confirm/**")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/staff/people/")
    expect(page.get_by_text("second@example.org")).to_have_count(0)
    page.get_by_label("E-mail address").fill("second@example.org")
    page.locator("label", has_text="Lead").click()
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("second@example.org").first).to_be_visible()


def test_a_device_without_the_passkey_is_told_that_nothing_changed(page: Page, live: str) -> None:
    devtools, key = device(page)
    join(page, live, "lead")
    add_passkey(page)
    page.context.clear_cookies()
    devtools.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    page.goto(f"{live}/staff/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("Nothing changed").wait_for()


def test_a_passkey_of_somebody_deactivated_does_not_sign_in(page: Page, live: str) -> None:
    device(page)
    join(page, live, "lead")
    add_passkey(page)
    User.objects.update(is_active=False)
    page.context.clear_cookies()
    page.goto(f"{live}/staff/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/inactive/")
    assert Authenticator.objects.exists()
