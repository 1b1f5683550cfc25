"""The pages of this room as people meet them, with axe-core looking on."""

import re

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, expect

from accounts import actions
from accounts.tokens import token_for
from tests.browsers import box_of, go_on_as
from tests.cast import PASSWORD, Casting, Member
from tests.looks import IN_TURN_OR_ALL, Looks

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
    "sign-ins/",
)


def wrong(
    context: BrowserContext, live: str, paths: list[str], member: Member | None = None, *, every: bool = False
) -> dict[str, list[object]]:
    """What is wrong with each page, by page and look."""
    if member:
        go_on_as(context, member.client, live)
    looks = Looks(context.new_page(), every, start=paths[0])
    for path in paths:
        looks.visit(live, path)
    return looks.wrong


@IN_TURN_OR_ALL
def test_the_way_in(desktop: BrowserContext, live: str, *, every: bool) -> None:
    invitation = actions.invite(email="noor@example.org", roles=["curator"], by=None)
    with override_settings(DEMO=True):
        assert wrong(desktop, live, [*WAY_IN, f"/staff/join/{token_for(invitation.id)}/"], every=every) == {}


@IN_TURN_OR_ALL
def test_an_administrator_s_pages(desktop: BrowserContext, live: str, staff: Casting, *, every: bool) -> None:
    administrator, other = staff("administrator"), staff("lead", second_factor=False)
    actions.invite(email="noor@example.org", roles=["lead"], by=None)
    second = staff("administrator").user
    actions.invite(email="lea@example.org", roles=["curator"], by=second)
    actions.change_roles(person=other.user, roles=["officer"], by=second)
    for agent in ("Firefox/128.0 (Linux)", "Safari/604.1 (iPhone)"):
        key = administrator.client.session.session_key if "Linux" in agent else None
        actions.note_sign_in(person=administrator.user, steps=[], session_key=key, agent=agent)
    paths = ["/staff/", "/staff/people/", f"/staff/people/{other.user.pk}/", *(ACCOUNT + own for own in OWN)]
    assert wrong(desktop, live, paths, administrator, every=every) == {}


@IN_TURN_OR_ALL
def test_setting_up_an_app(desktop: BrowserContext, live: str, staff: Casting, *, every: bool) -> None:
    newcomer = staff("lead", second_factor=False)
    newcomer.client.post(f"{ACCOUNT}confirm/", {"password": PASSWORD})
    assert wrong(desktop, live, [f"{ACCOUNT}app/add/", f"{ACCOUNT}confirm/"], newcomer, every=every) == {}


def test_on_a_phone_all_of_a_person_is_in_view(phone: BrowserContext, live: str, staff: Casting) -> None:
    go_on_as(phone, staff("administrator").client, live)
    page = phone.new_page()
    page.goto(f"{live}/staff/people/")
    for cell in page.get_by_role("cell").all():
        box = box_of(cell)
        assert box["x"] + box["width"] <= 390


def test_an_error_is_named_and_takes_the_focus(browser: Browser, live: str) -> None:
    page = browser.new_page()
    page.goto(f"{live}{ACCOUNT}login/")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Error:"))
    assert page.evaluate("document.activeElement.className") == "summary"
    page.close()
