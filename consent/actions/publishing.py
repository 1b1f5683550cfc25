"""Publishing notices from files: once, filled in with the campaign's own names, then never changed."""

from hashlib import sha256
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import Event
from consent.actions import events
from consent.models import ConsentNotice
from consent.sources import Source


class NoticeDiffers(Exception):
    """This version is published in this language with another text or other terms. A change needs a new version."""


class NoticeNotOpen(Exception):
    """The notice lacks the approval's reference or the name of the person who read it."""


@transaction.atomic
def publish(*, source: Source, by: str) -> ConsentNotice | None:
    """Publish a notice; None when it is published already. Raises NoticeNotOpen and NoticeDiffers.

    One that the log tells of and a restored database lost comes back as it was, without another entry.
    """
    if not source.is_open:
        raise NoticeNotOpen(f"Notice {source.version} {source.language} lacks its approval or its reader.")
    title, text, digest = worded(source)
    known = ConsentNotice.objects.filter(version=source.version, language=source.language).first()
    if known is not None:
        if (known.sha256, known.terms, known.valid_months) == (digest, source.terms, source.valid_months):
            return None
        raise NoticeDiffers(f"Notice {known} is published with another text or other terms; write a new version.")
    told = _told(source, digest)
    notice = ConsentNotice.objects.create(
        id=UUID(told.subject) if told else uuid4(),
        version=source.version,
        language=source.language,
        title=title,
        text=text,
        sha256=digest,
        scopes=list(source.scopes),
        approval=source.approval,
        read_by=source.read_by,
        terms=source.terms,
        valid_months=source.valid_months,
        published_at=told.at if told else timezone.now(),
    )
    if told is None:
        _record_event(notice, by)
    return notice


def worded(source: Source) -> tuple[str, str, str]:
    """Title and text with the campaign's own names, and the SHA-256 of both. Raises NoticeNotReadable."""
    values = {name: settings.CAMPAIGN[name] for name in ("institution", "address", "ethics", "authority", "contact")}
    title, text = source.filled({"campaign": settings.CAMPAIGN["name"], **values})
    return title, text, sha256(f"{title}\n\n{text}".encode()).hexdigest()


def _told(source: Source, digest: str) -> Event | None:
    """The log's entry of this very text in this language."""
    entries = Event.objects.filter(action=events.NOTICE_PUBLISHED.name).order_by("index")
    wanted = {"notice": source.version, "language": source.language.lower(), "sha256": digest}
    return next((entry for entry in entries if wanted.items() <= entry.data.items()), None)


def _record_event(notice: ConsentNotice, by: str) -> None:
    record(
        events.NOTICE_PUBLISHED,
        subject=notice.pk,
        by=by,
        notice=notice.version,
        language=notice.language.lower(),
        sha256=notice.sha256,
        scopes=notice.scopes,
        terms=notice.terms,
        valid_months=notice.valid_months,
    )
