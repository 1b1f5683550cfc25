"""Putting back withdrawal notices that a restored backup does not have, from what any holder of a copy keeps."""

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from audit.actions import record
from audit.models import Event, EventKind
from audit.queries import legible
from releases.models import NoticeItem, PublicId, WithdrawalNotice
from vault.queries import is_signed

RESTORED = EventKind(
    "withdrawals:restored",
    "After a restored backup, withdrawal notice {number} (audience: {audience}) was put back from a holder's copy.",
    fields=("audience", "number"),
)


class NoticesNotRestored(Exception):
    """The file is no feed of this site's notices; the message says why."""


class _Notice(NamedTuple):
    audience: str
    number: int
    at: datetime
    ids: list[UUID]
    text: str
    signature: bytes


@transaction.atomic
def restore_notices(*, feed: bytes) -> int:
    """Put back those notices of a feed, or of a holder's withdrawals.json, that are not here; how many.

    Each has to bear this site's signature and the SHA-256 that the log tells of its number. Raises NoticesNotRestored,
    and vault's KeyMissing.
    """
    told = {fields for _entry, fields in legible(_entries(), _told) if fields}
    missing = [one for one in _read(feed) if not _is_here(one)]
    for one in missing:
        if (one.audience, one.number, sha256(one.text.encode()).hexdigest()) not in told:
            raise NoticesNotRestored(f"The log tells of no such notice {one.number} ({one.audience}).")
        _put_back(one)
    return len(missing)


def _entries() -> Iterator[Event]:
    return Event.objects.filter(action="withdrawals:announced").order_by("index").iterator()


def _told(entry: Event) -> tuple[str, int, str]:
    return str(entry.data["audience"]), int(entry.data["number"]), str(entry.data["sha256"])


def _read(feed: bytes) -> list[_Notice]:
    try:
        return [_notice(entry["notice"], entry["signature"]) for entry in json.loads(feed)["notices"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoticesNotRestored("This is not a feed of withdrawal notices.") from error


def _notice(text: str, signed: str) -> _Notice:
    signature = b64decode(signed, validate=True)
    if not is_signed(text.encode(), signature):
        raise NoticesNotRestored("A notice is not signed with the key of this site.")
    said = json.loads(text)
    at, ids = datetime.fromisoformat(said["at"]), [UUID(one) for one in said["ids"]]
    return _Notice(said["audience"], said["number"], at, ids, text, signature)


def _is_here(notice: _Notice) -> bool:
    row = WithdrawalNotice.objects.filter(audience=notice.audience, number=notice.number).first()
    if row is not None and row.text != notice.text:
        raise NoticesNotRestored(f"Another notice {notice.number} ({notice.audience}) stands here.")
    return row is not None


def _put_back(notice: _Notice) -> None:
    row = WithdrawalNotice.objects.create(
        audience=notice.audience, number=notice.number, at=notice.at, text=notice.text, signature=notice.signature
    )
    # A photo that came later than the backup has no row, and stands in no release that is here.
    known = PublicId.objects.filter(audience=notice.audience, pk__in=notice.ids).order_by("pk")
    NoticeItem.objects.bulk_create([NoticeItem(notice=row, public_id=one) for one in known], batch_size=1000)
    record(
        RESTORED,
        subject=f"withdrawals:{notice.audience}",
        by="system",
        audience=notice.audience,
        number=notice.number,
    )
