"""Opening a link, a stale link, and asking for a fresh one. Looking changes nothing; robots change nothing."""

import re

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from identity import actions
from identity.models import Attempt, Identity, Link, LinkRequest, Mail, WaitingEvent
from tests.identity.mails import last_link, sent, token_of
from tests.identity.test_consent_links import released

pytestmark = pytest.mark.django_db(databases=["default", "identity"])
ASK = "/change-or-withdraw/"
STALE = "/link/stale/"


def everything() -> list[object]:
    """Every row of the room that a robot could change."""
    tables = (Identity, Link, Mail, LinkRequest, WaitingEvent, Attempt)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def link() -> str:
    released()
    return last_link()


@pytest.mark.requirement("I4")
def test_opening_a_link_changes_nothing_but_the_session(client: Client) -> None:
    path = link()
    before = everything()
    client.head(path)
    for _ in range(10):
        client.get(path, headers={"purpose": "prefetch", "sec-purpose": "prefetch"})
    assert everything() == before
    assert client.get(path)["Location"] == "/consent/"


@pytest.mark.requirement("I5")
def test_the_session_holds_the_links_row_and_never_its_token(client: Client) -> None:
    path = link()
    response = client.get(path)
    assert client.session["link"] == str(Link.objects.get().pk)
    assert token_of(path) not in repr(dict(client.session.items()))
    assert token_of(path) not in response["Location"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.requirement("I5")
def test_another_link_in_the_same_browser_gets_a_session_of_its_own_name(client: Client) -> None:
    first = link()
    client.get(first)
    key = client.session.session_key
    client.get(first)
    assert client.session.session_key == key
    released("berta@example.org")
    client.get(last_link())
    assert client.session.session_key != key
    assert client.session["link"] == str(Link.objects.get(identity__mask="b…@example.org").pk)


def test_a_scanner_that_only_looks_at_the_head_gets_no_session(client: Client) -> None:
    client.head(link())
    assert "link" not in client.session


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_link_can_only_be_looked_at(client: Client, method: str) -> None:
    assert getattr(client, method)(link()).status_code == 405


def test_a_used_link_leads_to_words_and_changes_nothing(client: Client) -> None:
    path = link()
    actions.claim(link=Link.objects.get().pk)
    before = everything()
    response = client.get(path, follow=True)
    assert response.redirect_chain == [(STALE, 302)]
    assert "This link was used or its time is over. Nothing changed." in response.content.decode()
    assert "Send a new link" in response.content.decode()
    assert everything() == before
    assert "link" not in client.session


@pytest.mark.parametrize("is_open_already", [False, True])
def test_a_link_older_than_a_day_leads_to_the_same_words_also_when_its_page_was_open(
    client: Client, is_open_already: bool
) -> None:
    path = link()
    if is_open_already:
        assert client.get(path)["Location"] == "/consent/"
    Link.objects.update(expires_at=timezone.now())
    before = everything()
    answer = client.post("/consent/", {"research": "on", "answer": "agree"}) if is_open_already else client.get(path)
    assert answer["Location"] == STALE
    assert everything() == before


@pytest.mark.parametrize("path", ["/l/x/", f"/l/{'A' * 32}/", "/l/%00/", "/l/%F0%9F%90%A6/"])
def test_a_link_that_never_was_leads_to_the_same_words(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == STALE


@pytest.mark.requirement("I6")
def test_known_and_unknown_addresses_get_the_same_bytes_and_headers(client: Client) -> None:
    released()
    sent()
    known, unknown = (answer(client, address) for address in ("anna@example.org", "nobody@example.org"))
    assert known == unknown


@pytest.mark.requirement("I6")
def test_known_and_unknown_addresses_are_the_same_work(client: Client) -> None:
    released()
    sent()
    client.post(ASK, {"email": "first@example.org"})
    known, unknown = (statements(client, address) for address in ("anna@example.org", "nobody@example.org"))
    assert known == unknown


def test_a_known_address_gets_a_link_to_its_own_pages(client: Client) -> None:
    released()
    sent()
    mail.outbox.clear()
    client.post(ASK, {"email": "Anna@example.org"})
    assert client.get(last_link())["Location"] == "/your-photos/open/"
    assert [message.to for message in mail.outbox] == [["anna@example.org"]]
    assert not LinkRequest.objects.exists()


def test_an_unknown_address_gets_no_mail_and_is_forgotten(client: Client) -> None:
    client.post(ASK, {"email": "nobody@example.org"})
    assert sent() == []
    assert not LinkRequest.objects.exists()
    assert not Identity.objects.exists()


@pytest.mark.requirement("I4")
def test_pressing_the_button_without_an_address_changes_nothing(client: Client) -> None:
    before = everything()
    response = client.post(ASK, {})
    assert response.status_code == 400
    assert "Write an address like name@example.org." in response.content.decode()
    assert everything() == before


def test_a_likely_typo_is_a_hint_and_does_not_block(client: Client) -> None:
    page = client.post(ASK, {"email": "anna@gmial.com x"}).content.decode()
    assert client.post(ASK, {"email": "anna@gmial.com"}).status_code == 302
    assert "anna@gmial.com x" in page


@pytest.mark.requirement("I7")
@pytest.mark.parametrize("address", ["anna@example.org", "nobody@example.org"])
def test_a_fourth_request_for_an_address_is_told_so_known_or_not(client: Client, address: str) -> None:
    answers = [client.post(ASK, {"email": address}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert "as often as we allow" in answers[3].content.decode()
    assert LinkRequest.objects.count() == 3


@pytest.mark.requirement("I7")
def test_an_eleventh_request_of_one_client_in_an_hour_is_refused(client: Client) -> None:
    answers = [client.post(ASK, {"email": f"person{number}@example.org"}).status_code for number in range(11)]
    assert answers == [302] * 10 + [429]


@pytest.mark.requirement("I8")
@pytest.mark.parametrize("header", ["host", "x-forwarded-host", "forwarded"])
def test_no_header_of_the_request_changes_the_link(client: Client, header: str, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    released()
    sent()
    client.post(ASK, {"email": "anna@example.org"}, headers={header: "evil.example.com"})
    assert "evil" not in sent()[-1].body
    assert settings.SITE_URL in sent()[-1].body  # type: ignore[attr-defined]


def answer(client: Client, address: str) -> list[object]:
    """Both answers, status, headers and bytes, without what is drawn anew each time (form token, nonce, time)."""
    found: list[object] = []
    posted = client.post(ASK, {"email": address})
    for response in (posted, client.get(posted["Location"])):
        body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)
        headers = {name: re.sub(r"'nonce-[^']+'", "", value) for name, value in response.headers.items()}
        headers.pop("Expires", None)
        found += [response.status_code, headers, body]
    return found


def statements(client: Client, address: str) -> list[str]:
    """The statements that one request sends to the identity database, without their values."""
    with CaptureQueriesContext(connections["identity"]) as captured:
        client.post(ASK, {"email": address})
    return [re.sub(r"'[^']*'| ?-?\d+", "?", query["sql"]) for query in captured.captured_queries]
