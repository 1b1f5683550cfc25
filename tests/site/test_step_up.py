"""Every request of staff that cannot be undone asks for the second factor again, and none is forgotten."""

import time

import pytest
from django.urls import reverse

from tests.cast import Casting, Member
from tests.site.rules import ROLES, RULES, STAFF
from tests.site.step_up import ASKS, ASKS_AT_GET, DOES_NOT_ASK
from tests.site.test_urls_by_role import ALL, Address

pytestmark = [pytest.mark.django_db(databases=["default", "identity", "auditor"]), pytest.mark.requirement("W2")]

STALE = [{"method": "mfa", "at": time.time() - 301, "type": "totp"}]
CONFIRMING = ("accounts:step_up", "account_reauthenticate", "mfa_reauthenticate")
BY_NAME = {address.name: address for address in ALL}


def sent_by_staff() -> set[str]:
    """The addresses below /staff/ that take a form."""
    return {one.name for one in ALL if one.sample.startswith("/staff/") and RULES[one.name].post}


def test_every_form_of_staff_asks_or_says_why_not() -> None:
    assert sent_by_staff() | {"audit:export"} == ASKS | ASKS_AT_GET | DOES_NOT_ASK.keys()
    assert not (ASKS | ASKS_AT_GET) & DOES_NOT_ASK.keys()


def unasked(address: Address, method: str, people: dict[str, Member]) -> list[str]:
    """Who is not asked again, of one person for each role that may send this; one of all where everybody may."""
    allowed, left = sorted(STAFF & (RULES[address.name].post or RULES[address.name].get)), []
    for role in allowed[:1] if set(allowed) == STAFF else allowed:
        answer = getattr(people[role].client, method)(address.sample)
        where = answer.headers.get("Location", "").partition("?")[0]
        if answer.status_code != 302 or where not in set(map(reverse, CONFIRMING)):
            left.append(f"{role}: {answer.status_code} {where}")
    return left


def test_with_a_stale_second_factor_each_of_them_asks_first_whatever_it_is_about(staff: Casting) -> None:
    people = {role: staff(role) for role in ROLES}
    for member in people.values():
        member.change_session(account_authentication_methods=STALE)
    wrong = {}
    for name in sorted(ASKS | ASKS_AT_GET):
        method = "get" if name in ASKS_AT_GET or name == "audit:export" else "post"
        if left := unasked(BY_NAME[name], method, people):
            wrong[name] = left
    assert wrong == {}
