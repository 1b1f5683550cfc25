"""Which methods and content types the site knows, and where somebody tells us of a weakness."""

from datetime import UTC, datetime, timedelta

import pytest
from django.templatetags.static import static
from django.test import Client

from tests.site.test_urls_by_role import ALL

pytestmark = pytest.mark.django_db(databases=["default", "identity", "auditor"])


@pytest.mark.requirement("W1")
def test_no_address_answers_trace_or_an_invented_method(client: Client) -> None:
    wrong = []
    for address in ALL:
        for method in ("TRACE", "BREW"):
            answer = client.generic(method, address.sample, headers={"x-echo": "canary"})
            if answer.status_code == 200 or b"canary" in b"".join(answer):
                wrong.append((method, address.name, answer.status_code))
    assert not wrong


@pytest.mark.requirement("W3")
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/no-such-page/", "text/html; charset=utf-8"),
        ("/healthz", "text/plain; charset=utf-8"),
        ("/.well-known/security.txt", "text/plain; charset=utf-8"),
        ("/readyz", "application/json"),
        ("static", 'text/css; charset="utf-8"'),
    ],
)
def test_each_kind_of_answer_names_its_type_and_its_letters(client: Client, path: str, kind: str) -> None:
    answer = client.get(static("css/site.css") if path == "static" else path)
    answer.close()
    assert answer.headers["Content-Type"] == kind


def test_a_finder_of_a_weakness_is_told_where_to_write(client: Client) -> None:
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    told = dict(line.split(": ", 1) for line in lines)
    assert told["Contact"] == "mailto:contact@example.org"
    assert told["Canonical"].endswith("/.well-known/security.txt")
    assert told["Preferred-Languages"] == "en, nl, sv"
    ends = datetime.strptime(told["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < ends - datetime.now(UTC) < timedelta(days=365)


@pytest.mark.requirement("I5")
def test_no_request_writes_a_line_of_its_own(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/nowhere%0d%0aWARNING%20forged/")
    lines = [record.getMessage() for record in caplog.records]
    assert any("forged" in line for line in lines)
    assert not any("\n" in line or "\r" in line for line in lines)
