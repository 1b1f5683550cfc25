"""Links: written into a mail, claimed once by a choice, closed when that choice stands in the research database."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identity.actions import events
from identity.models import Identity, Link

TOKEN_BYTES = 24  # 192 bits


class LinkStale(Exception):
    """This link opens nothing any more. Nothing changed."""


class LinkUsed(LinkStale):
    """This link was used before."""


class LinkExpired(LinkStale):
    """This link is older than it may be, or a newer one took its place."""


def digest_of(token: str) -> bytes:
    """What is kept of a token: its SHA-256."""
    return sha256(token.encode()).digest()


def write_link(
    *, identity: Identity, action: Link.Action, subject: UUID, by: str, expires_at: datetime | None = None
) -> str:
    """Make a link and give its token, which is kept nowhere; call it inside an identity transaction.

    It opens something until `expires_at`, or for settings.LINK_HOURS.
    """
    expires_at = expires_at or timezone.now() + timedelta(hours=settings.LINK_HOURS)
    link, token = fresh_link(identity=identity, action=action, subject=subject, expires_at=expires_at)
    link.save()
    events.wait(events.LINK_REQUESTED, participant=identity.participant, by=by, purpose=action.value)
    return token


def fresh_link(*, identity: Identity, action: Link.Action, subject: UUID, expires_at: datetime) -> tuple[Link, str]:
    """A link that is still to be saved, with its token, which is kept nowhere."""
    token = token_urlsafe(TOKEN_BYTES)
    link = Link(token_sha256=digest_of(token), identity=identity, action=action, subject=subject, expires_at=expires_at)
    return link, token


@transaction.atomic(using="identity")
def claim(*, link: UUID) -> UUID:
    """Take the link for the choice that is being posted; the id drawn here becomes the decision's id.

    One of any number of parallel callers gets it. Raises LinkUsed or LinkExpired for all others.
    """
    now = timezone.now()
    decision = uuid4()
    free = Link.objects.filter(pk=link, claim__isnull=True, expires_at__gt=now)
    if free.update(claim=decision, claimed_at=now):
        return decision
    if Link.objects.filter(pk=link, claim__isnull=False).exists():
        raise LinkUsed
    raise LinkExpired


@transaction.atomic(using="identity")
def close(*, link: UUID) -> None:
    """Say that the claimed link's decision is committed in the research database. May be said again.

    Raises LinkStale for a link that nobody claimed. A closed link shows that its person reads mail at the address,
    whatever came back from there before.
    """
    found = Link.objects.select_for_update().select_related("identity").filter(pk=link, claim__isnull=False).first()
    if found is None:
        raise LinkStale
    if found.closed_at is not None:
        return
    now = timezone.now()
    Link.objects.filter(pk=link).update(closed_at=now)
    participant = found.identity.participant
    by = f"participant:{participant}"
    events.wait(events.LINK_USED, participant=participant, by=by, purpose=found.action)
    Identity.objects.filter(pk=participant, bounced_at__isnull=False).update(bounced_at=None)
    if Identity.objects.filter(pk=participant, verified_at__isnull=True).update(verified_at=now):
        events.wait(events.ADDRESS_VERIFIED, participant=participant, by=by)


@transaction.atomic(using="identity")
def set_language(*, participant: UUID, language: str) -> None:
    """Write to this person in this language of the site from now on: that in which they used a link of their own.

    Whoever typed the address before, to invite somebody or to give, chose only for that mail. Nothing changes for a
    language that the site does not speak.
    """
    if language in dict(settings.LANGUAGES):
        Identity.objects.filter(pk=participant).update(language=language)


@transaction.atomic(using="identity")
def unclaim(*, link: UUID) -> None:
    """Give a claimed link back, because its decision was never committed. A closed link stays closed."""
    Link.objects.filter(pk=link, closed_at__isnull=True).update(claim=None, claimed_at=None)
