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
# What staff reach from the pages that the navigation offers: role, the page's name, and what it is called here.
_FURTHER: Final = (
    ("annotator", "accounts:staff_home", "first page"),
    ("annotator", "accounts:sign_ins", "own sign-ins"),
    *(("officer", name, str(label)) for label, name in settings.OFFICER_PAGES),
    ("curator", "releases:release_draft", "a release drafted"),
    ("curator", "releases:recipients", "recipients"),
    ("curator", "releases:uses", "uses"),
    ("curator", "releases:why", "why in or out"),
    ("auditor", "audit:entries", "entries"),
    ("auditor", "audit:integrity", "integrity"),
    *(("auditor", name, str(label)) for label, name in settings.AUDIT_PAGES),
)
_ALL: Final = [
    *((role, name, str(label)) for role, label, name, _description in settings.STAFF_PAGES),
    *_FURTHER,
]
# By each page's name the role that it is measured for, the first that is offered it, and what it is called here.
STAFF: Final = {
    page: next((role, f"{role}: {called.lower()}") for role, name, called in _ALL if name == page)
    for _role, page, _called in _ALL
}
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
    """Of somebody who has just come."""
    for name, called in _PUBLIC:
        yield Page(called, Client(site.port, headers={"Host": "localhost:8000"}), reverse(name))


def contributors(site: Ours) -> Iterator[Page]:
    """Of somebody who chooses photos, and of somebody whose photos were given and agreed to."""
    client = Client(site.port, cookies=phone(GIVER_ADDRESS, site.port).jar, headers={"Host": "localhost:8000"})
    yield Page("give: choosing photos", client, reverse("contributions:photo_list"))
    client = site.browser(_participant())
    yield Page(f"manage: {PHOTOS_GIVEN} photos", client, reverse("contributions:manage"))


def staff(site: Ours) -> Iterator[Page]:
    """Of each role, each signed in once."""
    signed_in = {role: site.signed_in(role) for role, _called in STAFF.values()}
    connections.close_all()
    for name, (role, called) in STAFF.items():
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
