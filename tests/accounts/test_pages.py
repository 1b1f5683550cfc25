"""The pages of this room on a narrow screen, with axe-core looking on: light and dark."""

import re
from typing import Literal

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, expect

from accounts import actions
from accounts.tokens import token_for
from tests.axe import violations
from tests.cast import PASSWORD, Casting, Member

pytestmark = pytest.mark.requirement("W5")

ACCOUNT = "/staff/account/"
WAY_IN = ("/demo/", f"{ACCOUNT}login/", f"{ACCOUNT}inactive/", "/staff/join/")
OWN = (
    "second-factor/",
    "recovery-codes/new/",
    "passkeys/",
    "passkeys/add/",
    "second-factor/confirm/",
    "password/",
    "logout/",
)
Scheme = Literal["light", "dark"]


def look(
    browser: Browser, scheme: Scheme, live: str, paths: list[str], member: Member | None = None
) -> dict[str, object]:
    """What is wrong with each page: wider than the screen, not one first heading, or a rule of axe."""
    context = browser.new_context(viewport={"width": 320, "height": 700}, color_scheme=scheme)
    if member:
        context.add_cookies(
            [{"name": key, "value": kept.value, "url": live} for key, kept in member.client.cookies.items()]
        )
    page = context.new_page()
    wrong: dict[str, object] = {}
    for path in paths:
        page.goto(live + path)
        found = [page.evaluate("document.documentElement.scrollWidth"), page.locator("h1").count(), violations(page)]
        if found != [320, 1, []]:
            wrong[path] = found
    context.close()
    return wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_way_in(browser: Browser, live: str, scheme: Scheme) -> None:
    invitation = actions.invite(email="noor@example.org", roles=["curator"], by=None)
    with override_settings(DEMO=True):
        assert look(browser, scheme, live, [*WAY_IN, f"/staff/join/{token_for(invitation.id)}/"]) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_administrator_s_pages(browser: Browser, live: str, staff: Casting, scheme: Scheme) -> None:
    administrator, other = staff("administrator"), staff("lead", second_factor=False)
    actions.invite(email="noor@example.org", roles=["curator"], by=None)
    paths = ["/staff/", "/staff/people/", f"/staff/people/{other.user.pk}/", *(ACCOUNT + own for own in OWN)]
    assert look(browser, scheme, live, paths, administrator) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_setting_up_an_app(browser: Browser, live: str, staff: Casting, scheme: Scheme) -> None:
    newcomer = staff("lead", second_factor=False)
    newcomer.client.post(f"{ACCOUNT}confirm/", {"password": PASSWORD})
    assert look(browser, scheme, live, [f"{ACCOUNT}app/add/", f"{ACCOUNT}confirm/"], newcomer) == {}


def test_an_error_is_named_and_takes_the_focus(browser: Browser, live: str) -> None:
    page = browser.new_page()
    page.goto(f"{live}{ACCOUNT}login/")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Error:"))
    assert page.evaluate("document.activeElement.className") == "summary"
    page.close()
