"""What every response carries, whoever made it."""

import json
import re
from typing import Any

import pytest
from django.templatetags.static import static
from django.test import Client

from tests.site.faulty_urls import SECRET

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"]),
    pytest.mark.urls("tests.site.faulty_urls"),
    pytest.mark.requirement("W3"),
]
STYLES = "css/site.css"
FIXED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# Path, status. One of each kind of response that the site gives.
PLACES = [
    ("/", 200),
    ("/healthz", 200),
    ("/staff/", 302),
    ("/language/", 405),
    ("/no-such-page/", 404),
    ("/static/no-such-file.css", 404),
    ("/faulty/denies/", 403),
    ("/faulty/suspects/", 400),
    ("/faulty/breaks/", 500),
    ("/faulty/picture/", 200),
    # Said to be public, and not so.
    ("/faulty/public/mistake/", 200),
    ("/faulty/public/one/", 200),
    ("/faulty/public/failure/", 404),
]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


def assert_guarded(response: Any) -> None:
    assert {name: response.headers.get(name) for name in FIXED} == FIXED
    assert "camera=()" in response.headers["Permissions-Policy"]
    policy = response.headers["Content-Security-Policy"]
    for directive in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(("path", "status"), PLACES)
def test_every_kind_of_response_is_guarded_and_not_kept(visitor: Client, path: str, status: int) -> None:
    response = visitor.get(path)
    assert response.status_code == status
    assert_guarded(response)
    assert response.headers["Cache-Control"] == "no-store"


def test_what_a_view_says_is_for_everybody_may_be_kept(visitor: Client) -> None:
    response = visitor.get("/faulty/public/")
    assert_guarded(response)
    assert response.headers["Cache-Control"] == "public, max-age=60"


def test_static_files_are_guarded_and_kept(visitor: Client) -> None:
    response = visitor.get(static(STYLES))
    response.close()
    assert response.status_code == 200
    assert_guarded(response)
    assert "immutable" in response.headers["Cache-Control"]


def test_other_sites_may_not_read_static_files(visitor: Client) -> None:
    response = visitor.get(static(STYLES))
    response.close()
    assert "Access-Control-Allow-Origin" not in response.headers


def test_a_request_for_another_host_is_refused_and_guarded(visitor: Client) -> None:
    response = visitor.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert_guarded(response)


def test_a_form_without_its_secret_is_refused_and_guarded(visitor: Client) -> None:
    response = visitor.post("/language/", {"language": "nl"})
    assert response.status_code == 403
    assert_guarded(response)
    assert "mpm_language" not in response.cookies


def test_https_is_remembered_for_two_years(visitor: Client) -> None:
    policy = visitor.get("/healthz", secure=True).headers["Strict-Transport-Security"]
    assert policy == "max-age=63072000; includeSubDomains; preload"


def test_pictures_are_sandboxed_and_never_kept(visitor: Client) -> None:
    response = visitor.get("/faulty/picture/")
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Content-Security-Policy"].endswith("; sandbox")
    assert response.headers["Cache-Control"] == "no-store"


def test_the_import_map_runs_under_a_nonce_of_this_response_only(visitor: Client) -> None:
    nonces = []
    for _ in range(2):
        response = visitor.get("/faulty/modules/")
        found = re.search(rb'nonce="([^"]+)">(.*)</script>', response.content)
        assert found
        nonces.append(found[1].decode())
        assert f"'nonce-{nonces[-1]}'" in response.headers["Content-Security-Policy"]
        assert "imports" in json.loads(found[2])
    assert nonces[0] != nonces[1]


@pytest.mark.requirement("W4")
@pytest.mark.parametrize("path", ["/faulty/breaks/", "/faulty/denies/", "/faulty/suspects/", "/no-such-page/"])
def test_error_pages_reveal_nothing(visitor: Client, path: str) -> None:
    page = visitor.get(path).content.decode()
    for word in (SECRET, "Traceback", "RuntimeError", "Django", "urlpatterns", "faulty_urls", ".py"):
        assert word not in page
    assert len(re.findall("<h1>", page)) == 1
