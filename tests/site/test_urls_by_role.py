"""Every address of the site asked for by every kind of visitor, by GET and POST, compared with tests/site/rules.py."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from audit.copies import reading
from audit.keeper.log_key import private_key
from audit.proofs import notes
from audit.proofs.tree import EMPTY_ROOT
from tests.cast import Casting
from tests.consent.notices import published
from tests.site.rules import ANONYMOUS, RULES, VISITORS, WITHOUT_FACTOR, WITHOUT_ROLE, Rule

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity", "auditor"]),
    pytest.mark.requirement("W1", "W2"),
]

# An object that is not there: whoever may look for it is told so, everybody else is refused before.
SAMPLES = {"UUIDConverter": uuid.UUID(int=7), "IntConverter": 7, "StringConverter": "x" * 22, "PathConverter": "0/000"}
REFUSING_STATUS = {401, 403}
ABSENT = {404, 410}
# Whose answer to somebody who may ask is the sign-in page or the page about one's own sign-in.
LEADS_TO_SIGN_IN = {"account_logout", "account_change_password", "mfa_deactivate_totp", "mfa_remove_webauthn"}


@dataclass(frozen=True)
class Address:
    """One pattern of the URLconf."""

    name: str
    sample: str
    names_an_object: bool


def addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[Address]:
    """Every named address of the site; one without a name cannot have a rule and is refused."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, inner)
        else:
            yield _address(pattern, namespace)


def _address(pattern: URLPattern, namespace: str) -> Address:
    assert pattern.name, f"{pattern.pattern} has no name"
    values = {key: SAMPLES[type(kind).__name__] for key, kind in pattern.pattern.converters.items()}
    name = namespace + pattern.name
    return Address(name, reverse(name, kwargs=values), bool(values))


ALL = list(addresses())
Entering = Callable[[str], Callable[[], Client]]


@pytest.fixture
def checkpoint(settings: Settings, tmp_path: Path) -> None:
    """A log that has signed its first checkpoint: of no entry yet."""
    store = {"BACKEND": "audit.copies.folder.LogCopies", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "log": store}
    name = reading.log_key().name
    note = notes.sign(notes.checkpoint_text(name, 0, EMPTY_ROOT), name, private_key())
    reading.store().save(reading.CHECKPOINT, ContentFile(note.encode()))


@pytest.fixture
def enter(staff: Casting, checkpoint: None) -> Entering:
    """`enter(visitor)` gives a way to come to the site as that kind of visitor, each time as with a new session."""

    def cast(visitor: str) -> Callable[[], Client]:
        if visitor == ANONYMOUS:
            return Client
        roles = {WITHOUT_FACTOR: ["lead"], WITHOUT_ROLE: []}.get(visitor, [visitor])
        member = staff(*roles, second_factor=visitor != WITHOUT_FACTOR)

        left: dict[str, object] = {}

        def sign_in() -> Client:
            # As good as new where nothing was written into it since.
            if not left or dict(member.client.session.items()) != left:
                member.sign_in()
                left.clear()
                left.update(member.client.session.items())
            return member.client

        return sign_in

    published()
    return cast


def is_refused(answer: HttpResponse) -> bool:
    """Whether the answer sends the visitor away because of who they are."""
    turned_away = {reverse("account_login"), reverse("mfa_index"), reverse("accounts:step_up")}
    return answer.status_code in REFUSING_STATUS or answer.headers.get("Location", "").partition("?")[0] in turned_away


def verdict(answer: HttpResponse, address: Address, method: str, visitor: str) -> str:
    """What is wrong with the answer; empty when it is what the rule says."""
    rule = RULES[address.name]
    allowed = rule.get if method == "get" else rule.post
    if answer.status_code >= 500:
        return "it breaks"
    if rule.hidden:
        return "" if answer.status_code == 404 else "it should not exist"
    if not allowed:
        return "" if answer.status_code == 405 or is_refused(answer) else "the method should not exist"
    if visitor not in allowed:
        return "" if is_refused(answer) else "it should be refused"
    return "" if rule.bound and answer.status_code != 200 else _wrong_when_allowed(answer, address, rule)


def _wrong_when_allowed(answer: HttpResponse, address: Address, rule: Rule) -> str:
    if rule.bound:
        return "a stranger sees it"
    if answer.status_code == 405 or (is_refused(answer) and address.name not in LEADS_TO_SIGN_IN):
        return "it should be allowed"
    return "it is not there" if answer.status_code in ABSENT and not address.names_an_object else ""


def test_every_address_has_a_rule_and_every_rule_an_address() -> None:
    assert {address.name for address in ALL} == set(RULES)


@pytest.mark.parametrize("visitor", VISITORS)
def test_each_visitor_gets_what_the_rules_say(visitor: str, enter: Entering) -> None:
    wrong, come = [], enter(visitor)
    for address in ALL:
        client = come()
        for method in ("get", "post"):
            answer = getattr(client, method)(address.sample)
            if problem := verdict(answer, address, method, visitor):
                wrong.append(
                    f"{method} {address.name}: {answer.status_code} {answer.headers.get('Location', '')}: {problem}"
                )
    assert wrong == []


@pytest.mark.parametrize("visitor", VISITORS)
def test_an_address_that_is_not_there_says_the_same_to_everybody(visitor: str, enter: Entering) -> None:
    client = enter(visitor)()
    assert {client.get(path).status_code for path in ("/nothing/", "/staff/nothing/", "/staff/people/nothing/")} == {
        404
    }


@pytest.mark.parametrize("page", settings.STAFF_PAGES, ids=lambda page: f"{page[0]}-{page[2]}")
def test_every_page_that_a_role_is_offered_opens(page: tuple[str, str, str, str], staff: Casting) -> None:
    role, _label, url_name, _description = page
    member = staff(role)
    assert reverse(url_name) in member.client.get(reverse("accounts:staff_home")).content.decode()
    assert member.client.get(reverse(url_name)).status_code == 200
