"""A mail provider's own way in, and its reports, with the extra that requirements-mail.txt names."""

import base64
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from importlib import reload

import pytest
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from anymail.signals import tracking
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.test import RequestFactory
from django.urls import Resolver404, clear_url_caches, resolve
from pytest_django.fixtures import Settings

from identity import providers, urls
from identity.letters import letter
from identity.models import Mail
from identity.refusals import status_of
from mpm_site import env
from tests.identity.mails import sent
from tests.identity.test_consent_links import released

SECRET = "reports:some-long-secret"
DATABASES = pytest.mark.django_db(databases=["default", "identity"])


@pytest.fixture
def provider(settings: Settings) -> Iterator[None]:
    """The site as it is with a provider."""
    settings.MAIL_PROVIDER, settings.MAIL_WEBHOOK_SECRET = "postmark", SECRET
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "POSTMARK_SERVER_TOKEN": "made-up"}
    apps.get_app_config("identity").ready()
    yield
    tracking.disconnect(dispatch_uid="identity.providers.take")
    settings.MAIL_PROVIDER = ""
    reload(urls)
    clear_url_caches()


def bounced(mail: object, **fields: object) -> dict[str, object]:
    return {
        "RecordType": "Bounce", "ID": 1, "Type": "HardBounce", "MessageID": str(uuid.uuid4()),
        "Details": "smtp;550 5.2.1 canary@example.org closed", "Email": "canary@example.org",
        "BouncedAt": "2026-06-01T00:00:00Z", "Metadata": {"mail": str(mail)}, **fields,
    }  # fmt: skip


def post(body: dict[str, object], secret: str = SECRET) -> int:
    """Call the webhook as the provider does; the status of the answer."""
    (pattern,) = providers.webhook()
    shown = "Basic " + base64.b64encode(secret.encode()).decode()
    request = RequestFactory().post(
        "/", json.dumps(body), content_type="application/json", headers={"authorization": shown}
    )
    return int(pattern.callback(request).status_code)


def mail() -> uuid.UUID:
    released()
    sent()
    return Mail.objects.get().pk


@DATABASES
@pytest.mark.usefixtures("provider")
class TestReports:
    """What the provider says of a mail."""

    @pytest.mark.parametrize(
        ("details", "status"), [("smtp;550 5.2.1 canary@example.org closed", "5.2.1"), ("gone", "5.0.0"), ("", "5.0.0")]
    )
    def test_a_mail_that_came_back_is_recorded(self, details: str, status: str) -> None:
        assert post(bounced(mail(), Details=details)) == 200
        assert Mail.objects.get().bounce == status

    @pytest.mark.parametrize("kind", ["Transient", "SpamComplaint"])
    def test_everything_else_is_left(self, kind: str) -> None:
        assert post(bounced(mail(), Type=kind)) == 200
        assert Mail.objects.get().bounce == ""

    @pytest.mark.parametrize("metadata", [{}, {"mail": "canary"}, {"mail": str(uuid.UUID(int=1))}])
    def test_a_mail_that_is_not_ours_is_left(self, metadata: dict[str, str]) -> None:
        assert post(bounced(mail(), Metadata=metadata)) == 200
        assert Mail.objects.get().bounce == ""

    def test_without_the_secret_nothing_is_read(self) -> None:
        found = mail()
        with pytest.raises(SuspiciousOperation):
            post(bounced(found), "reports:wrong")
        assert Mail.objects.get().bounce == ""

    def test_the_mail_carries_its_id_and_no_sender_of_ours(self) -> None:
        released()
        message = letter(Mail.objects.get())
        assert message.metadata == {"mail": str(Mail.objects.get().pk)}  # type: ignore[attr-defined]
        assert message.from_email == "My Pictures Matter <mail@example.org>"

    def test_a_recipient_that_the_provider_refuses_is_refused_for_good(self) -> None:
        assert status_of(AnymailRecipientsRefused()) == "5.0.0"
        assert status_of(AnymailAPIError()) == ""


@pytest.mark.usefixtures("provider")
class TestTheAddress:
    """Where the provider calls."""

    def test_it_is_there_with_a_secret_only(self, settings: Settings) -> None:
        reload(urls)
        clear_url_caches()
        assert resolve("/mail/postmark/tracking/", "identity.urls").url_name == "postmark_tracking_webhook"
        settings.MAIL_WEBHOOK_SECRET = ""
        reload(urls)
        clear_url_caches()
        with pytest.raises(Resolver404):
            resolve("/mail/postmark/tracking/", "identity.urls")

    def test_a_provider_that_reports_nothing_stops_the_site(self, settings: Settings) -> None:
        settings.MAIL_PROVIDER = "console"
        with pytest.raises(ImproperlyConfigured):
            providers.webhook()


def test_the_settings_take_a_provider_from_the_environment() -> None:
    asked = (
        "from django.conf import settings as s; import django; django.setup();"
        "print(s.EMAIL_BACKEND, s.ANYMAIL, 'anymail' in s.INSTALLED_APPS)"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "mpm_site.settings",
        "MPM_MAIL_PROVIDER": "postmark",
        "MPM_MAIL_PROVIDER_SETTINGS": '{"POSTMARK_SERVER_TOKEN": "made-up"}',
    }
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == "anymail.backends.postmark.EmailBackend"
    assert "'POSTMARK_SERVER_TOKEN': 'made-up'" in done.stdout
    assert done.stdout.split()[-1] == "True"


@pytest.mark.parametrize("value", ["no JSON: canary", '["canary"]'])
def test_settings_of_a_provider_that_are_no_object_are_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("MPM_MAIL_PROVIDER_SETTINGS", value)
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.json_object("MPM_MAIL_PROVIDER_SETTINGS", "{}")
    assert "canary" not in str(refusal.value)


def test_a_provider_is_one_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPM_MAIL_PROVIDER", "postmark.other")
    with pytest.raises(ImproperlyConfigured):
        env.word("MPM_MAIL_PROVIDER", "")
