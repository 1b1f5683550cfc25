"""Handing out bytes: every request stands in the log before its first byte, and is asked anew whether it may be."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from releases.models import Delivery, Download
from releases.queries import File, closed, deliveries, file_of, is_still_open, refusal
from vault import actions as vault
from vault.models import SealedObject

FETCHED = EventKind(
    "delivery:fetched",
    "Recipient {recipient} fetched a file of release {release}, from byte {start} on.",
    fields=("recipient", "release", "download", "sha256", "start"),
)
# While bytes go out it is asked again after so many of them whether they still may: 4 MB.
ASKED_EVERY: Final = 4 * 1024 * 1024
# Every request is an entry in a log that nobody can shorten: a link has so many in an hour.
MOST_AN_HOUR: Final = 5_000


class NotHandedOut(Exception):
    """This file is not handed out now; `code` says why."""

    def __init__(self, code: str) -> None:
        """Remember why, as a code: ended, over, expired; absent; withdrawn, superseded; too_many."""
        super().__init__(code)
        self.code = code


class Stopped(ConnectionAbortedError):
    """What was being sent may be sent no more; whoever fetches it is left with a part that its digest gives away."""


def fetch(*, delivery_id: UUID, path: str, start: int, stop: int) -> Iterator[bytes]:
    """The bytes of one file from `start` up to `stop`, once the request stands in the log.

    Raises NotHandedOut and ValueError (a `start` behind the end) at once; Stopped while they are read, when the same
    request would be refused meanwhile.
    """
    delivery, file, sealed = _noted(delivery_id, path, start)
    try:
        data = vault.open_object(sealed, start)
    except vault.ObjectGone:
        raise NotHandedOut("withdrawn") from None
    return _watched(data, stop - start, lambda: is_still_open(delivery, file))


@transaction.atomic
def _noted(delivery_id: UUID, path: str, start: int) -> tuple[Delivery, File, SealedObject]:
    # Whoever ends the link waits for this line, or this one sees that it was ended.
    delivery = deliveries().select_for_update(of=("self",)).get(pk=delivery_id)
    file = file_of(delivery.release, path)
    if code := refusal(delivery):
        raise NotHandedOut(code)
    if file is None:
        raise NotHandedOut("absent")
    # Without a sealed object it is closed as well.
    if (code := closed(delivery.release, file)) or file.sealed_id is None:
        raise NotHandedOut(code)
    if delivery.downloads.filter(at__gt=timezone.now() - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise NotHandedOut("too_many")
    download = Download.objects.create(release=delivery.release, delivery=delivery, path=path, start=start)
    record(
        FETCHED,
        subject=str(delivery.pk),
        by=f"recipient:{delivery.recipient_id}",
        recipient=str(delivery.recipient_id),
        release=str(delivery.release_id),
        download=str(download.pk),
        sha256=file.sha256,
        start=start,
    )
    return delivery, file, SealedObject.objects.select_related("key").get(pk=file.sealed_id)


def _watched(data: Iterator[bytes], length: int, is_open: Callable[[], bool]) -> Iterator[bytes]:
    unasked = 0
    for chunk in data:
        if unasked >= ASKED_EVERY:
            unasked = 0
            if not is_open():
                raise Stopped
        piece = chunk[:length]
        length -= len(piece)
        unasked += len(piece)
        if piece:
            yield piece
        if not length:
            return
