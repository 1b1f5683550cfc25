"""Recipients and links made by the real actions, and a recipient's program that asks for files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from releases import actions
from releases.models import Audience, Delivery, Recipient, Release
from releases.tokens import token_for
from releases.transitions import ReleaseState
from tests.releases.curators import Curators


def entered(curators: Curators, **said: Any) -> Recipient:
    """A recipient that the first curator entered: our own institute when nothing is said."""
    values = {
        "institution": "Institute of Photographs",
        "contact": "Robin Reader",
        "address": "robin@institute.example",
        "audience": Audience.OWN,
        "agreement": "DTA-7",
        "agreement_until": timezone.now().date() + timedelta(days=300),
    }
    return actions.enter_recipient(**values | said, staff_id=curators.first)  # type: ignore[arg-type]


def approved(curators: Curators, **said: Any) -> Recipient:
    """One that the second curator approved."""
    return actions.approve_recipient(recipient_id=entered(curators, **said).pk, staff_id=curators.second)


@dataclass(frozen=True)
class Answer:
    """What came of a request, read to its end: a server closes what it sent, too."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def asked(client: Client, path: str, **headers: str) -> Answer:
    """Ask for a file, or for the list of them."""
    answer = client.get(f"/dataset/files/{path}", headers=headers)
    return Answer(answer.status_code, answer.headers, b"".join(answer))


@dataclass
class Program:
    """What a recipient runs: it shows the link's token with each request."""

    delivery: Delivery
    client: Client = field(default_factory=Client)

    @property
    def token(self) -> dict[str, str]:
        """The header that shows it."""
        return {"Authorization": f"Bearer {token_for(self.delivery.pk)}"}

    def get(self, path: str = "", **headers: str) -> Answer:
        """Ask for a file, or for the list of them."""
        return asked(self.client, path, **self.token, **headers)

    def sends(self, document: str | bytes, **headers: str) -> Answer:
        """Send a report."""
        shown = self.token | headers
        answer = self.client.post("/dataset/reports/", document, content_type="application/json", headers=shown)
        return Answer(answer.status_code, answer.headers, answer.content)


def opened(program: Program) -> Client:
    """A browser in which the link was opened."""
    client = Client()
    client.get(f"/dataset/link/{token_for(program.delivery.pk)}/")
    return client


def empty(curators: Curators) -> Release:
    """A published release of no photo, for what has nothing to do with its files."""
    return Release.objects.create(
        audience=Audience.OWN,
        number=1,
        bases=["self"],
        scopes=["research"],
        state=ReleaseState.PUBLISHED,
        drafted_by_id=curators.first,
        published_at=timezone.now(),
        published_by_id=curators.second,
        manifest_sha256="0" * 64,
    )


def handed_out(curators: Curators, release: Release, recipient: Recipient | None = None) -> Program:
    """A link to a release, for a recipient or for a new one."""
    given = recipient or approved(curators)
    return Program(actions.deliver(recipient_id=given.pk, release_id=release.pk, staff_id=curators.first))
