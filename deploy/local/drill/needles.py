"""What is looked for: of photos that are to be erased, keys and stretches of their plain bytes; of epochs, keys."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from contributions.models import Photo
from vault import actions as vault
from vault import keyring, queries, wrapping
from vault.models import DataKey, SealedObject

STRETCH = 32
PLACES = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Needle:
    """Some bytes that must be nowhere, and what they are."""

    what: str
    value: bytes


@dataclass(frozen=True)
class Wrapped:
    """A data key as a backup, the write-ahead log or a dump still holds it: of no use without its epoch's key."""

    id: UUID
    epoch: int
    value: bytes

    def opens_with(self, key: bytes) -> bool:
        """Whether 32 bytes that were found somewhere open it."""
        try:
            wrapping.unwrap(self.value, epoch=self.epoch, epoch_key=key, key_id=self.id)
        except vault.Tampered:
            return False
        return True


def of(photos: Iterable[Photo]) -> list[Needle]:
    """Everything that tells these photos, while it can still be read."""
    return [needle for key in keys_of(photos) for needle in _of_key(key)]


def of_key(key: DataKey) -> list[Needle]:
    """A data key that can still be unwrapped."""
    return _written("data key", queries.unwrapped(key))


def stretches(what: str, plain: bytes) -> list[Needle]:
    """Some stretches of plain bytes."""
    starts = [int(len(plain) * place) for place in PLACES]
    return [Needle(what, plain[start : start + STRETCH]) for start in starts]


def of_epochs() -> list[Needle]:
    """The keys of the epochs that are there now."""
    found = []
    for number in keyring.epochs():
        found += _written(f"key of epoch {number}", keyring.epoch_key(number))
    return found


def wrapped(keys: Iterable[DataKey]) -> list[Wrapped]:
    """These keys as the database holds them now."""
    now = DataKey.objects.filter(pk__in=[key.pk for key in keys])
    return [Wrapped(key.pk, key.epoch, bytes(key.wrapped)) for key in now if key.wrapped]


def keys_of(photos: Iterable[Photo]) -> list[DataKey]:
    """The rows of their keys."""
    own = Photo.objects.filter(pk__in=[photo.pk for photo in photos])
    return list(DataKey.objects.filter(Q(pk__in=own.values("key")) | Q(pk__in=own.values("preview_key"))))


def _of_key(key: DataKey) -> Iterator[Needle]:
    if key.destroyed_at is not None:
        return
    yield from of_key(key)
    for sealed in SealedObject.objects.filter(key=key, dropped_at__isnull=True):
        yield from stretches("plain picture", vault.read(sealed))


def _written(what: str, value: bytes) -> list[Needle]:
    """A key as bytes, as digits, as base64."""
    return [Needle(what, each) for each in (value, value.hex().encode(), base64.b64encode(value).rstrip(b"="))]
