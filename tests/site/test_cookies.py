"""The settings of a real site, as its processes read them: cookies, debugging, what a mail's link names."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from deploy.local import environment, nowhere

ASK = """
import json
import django
django.setup()
from django.conf import settings as s
from django.contrib.messages import constants
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory
request, answer = RequestFactory().get("/", secure=True), HttpResponse()
request.session = SessionStore()
said = default_storage(request)
said.add(constants.INFO, "text")
said.update(answer)
PARTS = ("NAME", "PATH", "DOMAIN", "SECURE", "HTTPONLY", "SAMESITE")
for kind in ("SESSION", "CSRF", "LANGUAGE"):
    of = {part.lower(): getattr(s, f"{kind}_COOKIE_{part}") for part in PARTS}
    answer.set_cookie(of.pop("name"), "x", **of)
print(json.dumps({
    "cookies": [one.OutputString() for one in answer.cookies.values()],
    "debug": s.DEBUG,
    "demo": s.DEMO,
    "https": s.SECURE_SSL_REDIRECT,
    "hosts": s.ALLOWED_HOSTS,
    "reload": [one["OPTIONS"].get("debug", False) for one in s.TEMPLATES],
}))
"""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = str(tmp_path_factory.mktemp("nowhere"))
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK],
        cwd=settings.BASE_DIR,
        env={**environment.of_shell(), **nowhere.settings(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(told.stdout)
    return found


@pytest.mark.requirement("W3")
def test_every_cookie_belongs_to_this_host_alone_and_to_no_script(real: dict[str, object]) -> None:
    cookies = real["cookies"]
    assert isinstance(cookies, list)
    assert len(cookies) == 4
    for cookie in cookies:
        assert cookie.startswith("__Host-"), cookie
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; ")), cookie
        assert "Domain" not in cookie


@pytest.mark.requirement("W4")
def test_nothing_of_development_is_on_and_one_host_is_served(real: dict[str, object]) -> None:
    assert (real["debug"], real["demo"], real["reload"]) == (False, False, [False])
    assert real["hosts"] == ["pictures.invalid"]


@pytest.mark.requirement("W4")
def test_a_real_site_is_https_and_sends_visitors_there(real: dict[str, object], tmp_path: Path) -> None:
    assert real["https"] is True
    without = {**environment.of_shell(), **nowhere.settings(str(tmp_path)), "MPM_SITE_URL": "http://pictures.invalid"}
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK],
        cwd=settings.BASE_DIR,
        env=without,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode != 0
    assert "MPM_SITE_URL must use https, except on localhost." in told.stderr
