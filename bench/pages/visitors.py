"""Who asks for pages: somebody who has just come, somebody who gives, a participant, and staff of each role."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import connections
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from bench.annotators.client import Client
from bench.annotators.ours import Ours
from bench.slow_upload import phone
from contributions.views.doors import MANAGE
from identity.models import Link
from tests.builders import given
from tests.pictures import png

GIVER_ADDRESS: Final = "127.0.0.10"
PHOTOS_GIVEN: Final = 3
# Role, the page's name, and what it is called here.
STAFF: Final = (
    ("annotator", "accounts:staff_home", "staff: first page"),
    ("annotator", "annotation:workbench", "annotator: workbench"),
    ("adjudicator", "annotation:settle", "adjudicator: settling"),
    ("lead", "annotation:lead", "lead: desk"),
    ("lead", "annotation:agreement", "lead: agreement"),
    ("lead", "annotation:find", "lead: finding photos"),
    ("lead", "screening:duplicates", "lead: near-duplicates"),
    ("officer", "screening:queue", "officer: queue"),
    ("officer", "screening:figures", "officer: figures"),
    ("officer", "screening:known_lists", "officer: known lists"),
    ("officer", "screening:holds", "officer: holds"),
    ("officer", "contributions:claims_desk", "officer: claims"),
    ("curator", "releases:index", "curator: releases"),
    ("curator", "releases:release_draft", "curator: a release drafted"),
    ("curator", "releases:recipients", "curator: recipients"),
    ("curator", "releases:uses", "curator: uses"),
    ("auditor", "audit:desk", "auditor: desk"),
    ("auditor", "audit:entries", "auditor: entries"),
    ("auditor", "audit:integrity", "auditor: integrity"),
    ("administrator", "accounts:people", "administrator: people"),
    ("administrator", "contributions:campaign_desk", "administrator: campaign"),
)
_PUBLIC: Final = (
    ("contributions:landing", "landing"),
    ("contributions:coverage", "what is missing"),
    ("contributions:questions", "questions"),
    ("contributions:give_start", "give: begin"),
    ("consent:notice_latest", "notice"),
    ("releases:updates", "updates"),
    ("audit:log", "the log"),
    ("account_login", "staff: sign-in"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page as one visitor asks for it."""

    name: str
    client: Client
    path: str
    is_staff: bool = False


def public(site: Ours) -> Iterator[Page]:
    """Of somebody who has just come; a page that leads elsewhere is left out."""
    for name, called in _PUBLIC:
        client = Client(site.port, headers={"Host": "localhost:8000"})
        if client.get(reverse(name), 200, 302)[0] == 200:
            yield Page(called, client, reverse(name))


def contributors(site: Ours) -> Iterator[Page]:
    """Of somebody who chooses photos, and of somebody whose photos were given and agreed to."""
    client = Client(site.port, cookies=phone(GIVER_ADDRESS, site.port).jar, headers={"Host": "localhost:8000"})
    yield Page("give: choosing photos", client, reverse("contributions:photo_list"))
    client = site.browser(_participant())
    yield Page(f"manage: {PHOTOS_GIVEN} photos", client, reverse("contributions:manage"))


def staff(site: Ours) -> Iterator[Page]:
    """Of each role, each signed in once."""
    signed_in = {role: site.signed_in(role) for role, _name, _called in STAFF}
    connections.close_all()
    for role, name, called in STAFF:
        yield Page(called, signed_in[role], reverse(name), is_staff=True)


def _participant() -> Browser:
    """A browser in which a link of a participant was opened."""
    sending = given(*(png(320 + 8 * number, 240) for number in range(PHOTOS_GIVEN))).agree().sending
    sending.refresh_from_db()
    link = Link.objects.latest("created_at")
    until = timezone.now() + timedelta(minutes=settings.MANAGE_MINUTES)
    browser = Browser()
    session = browser.session
    session[MANAGE] = {"participant": str(sending.participant), "until": until.isoformat(), "link": str(link.pk)}
    session.save()
    return browser
