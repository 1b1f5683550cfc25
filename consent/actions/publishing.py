"""Publishing notices from files: once, filled in with the campaign's own names, then never changed."""

from hashlib import sha256

from django.conf import settings
from django.db import transaction

from audit.actions import record
from consent.actions import events
from consent.models import ConsentNotice
from consent.sources import Source


class NoticeDiffers(Exception):
    """This version is published in this language with another text. A changed text needs a new version."""


@transaction.atomic
def publish(*, source: Source, by: str) -> ConsentNotice | None:
    """Publish a notice; None when the same text is published already. Raises NoticeDiffers."""
    title, text = source.filled(_campaign_values())
    digest = sha256(f"{title}\n\n{text}".encode()).hexdigest()
    known = ConsentNotice.objects.filter(version=source.version, language=source.language).first()
    if known is not None and known.sha256 == digest:
        return None
    if known is not None:
        raise NoticeDiffers(f"Notice {known} is published with another text; write a new version.")
    notice = ConsentNotice.objects.create(
        version=source.version,
        language=source.language,
        title=title,
        text=text,
        sha256=digest,
        scopes=list(source.scopes),
        approval=source.approval,
        read_by=source.read_by,
    )
    record(
        events.NOTICE_PUBLISHED,
        subject=notice.pk,
        by=by,
        notice=notice.version,
        language=notice.language.lower(),
        sha256=digest,
        scopes=notice.scopes,
    )
    return notice


def _campaign_values() -> dict[str, object]:
    values = {name: settings.CAMPAIGN[name] for name in ("institution", "ethics", "contact")}
    return {"campaign": settings.CAMPAIGN["name"], **values}
