"""Kinds of events that only these tests record, and a way to record and commit some."""

from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit import actions
from audit.models import EventKind

SEEN = EventKind("sample:seen", _("{actor} saw sample {subject} of {photo} {times} times."), fields=("photo", "times"))
PLAIN = EventKind("sample:plain", "Sample {subject} stands alone.", optional=("value",))


def plain(value: object) -> None:
    """Record one value inside the caller's transaction."""
    actions.record(PLAIN, subject=uuid4(), by="system", value=value)  # type: ignore[arg-type]


def commit(number: int = 1, *, photo: UUID | None = None, by: str = "system") -> UUID:
    """Commit so many entries, a transaction each, that mention one photo; returns the photo's id."""
    photo = photo or uuid4()
    for times in range(number):
        with transaction.atomic():
            actions.record(SEEN, subject=uuid4(), by=by, photo=photo, times=times)
    return photo
