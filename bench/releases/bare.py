"""The yardstick of a shard: the same crops unsealed, hashed and sealed, and nothing else that a release asks for.

No row is read or written; the keys are there already, the files are of the same number and size, and as durable.
"""

import hashlib
import multiprocessing
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

from django.conf import settings

from releases.models import Item, Release
from vault import sealing
from vault.models import SealedObject
from vault.objects import name_of
from vault.queries import Openable, Unwrapping


class Sealed(NamedTuple):
    """One crop: where it lies, its key and the id that it is bound to."""

    path: Path
    key: bytes
    object_id: UUID


def shards_of(release: Release) -> list[list[Sealed]]:
    """The crops of each planned shard, in the order in which they lie in it."""
    keys = Unwrapping()
    rows = release.items.order_by("shard__slot", "public_id").values_list("shard__slot", "reading__crop__sealed")
    crops = SealedObject.objects.filter(pk__in=_crops(release)).values_list(*Openable.columns())
    found = (Openable(*crop) for crop in crops.iterator(chunk_size=5_000))
    root = Path(settings.MEDIA_ROOT)
    sealed = {crop.id: Sealed(root / name_of(crop.id), keys.key_of(crop), crop.id) for crop in found}
    shards: dict[int, list[Sealed]] = {}
    for slot, crop in rows.iterator(chunk_size=5_000):
        shards.setdefault(slot, []).append(sealed[crop])
    return list(shards.values())


def loop(shards: Sequence[Sequence[Sealed]], folder: Path) -> Callable[[], None]:
    """What each process of a team does: the last shard that nobody has taken, until none is left.

    The workers begin with the first: each reads half of the files before the other finds them in the machine's memory.
    """
    following = multiprocessing.get_context("fork").Value("i", 0)

    def work() -> None:
        while True:
            with following.get_lock():
                number = int(following.value)
                following.value += 1
            if number >= len(shards):
                return
            _one(shards[-1 - number], folder / str(number))

    return work


def _one(crops: Sequence[Sealed], path: Path) -> None:
    whole = hashlib.sha256()
    sealer = sealing.Sealer(sealing.new_key(), uuid4())
    with path.open("wb") as sealed:
        sealed.write(sealer.header)
        for crop in crops:
            with crop.path.open("rb") as file:
                for plain in sealing.unseal(file, crop.key, crop.object_id):
                    whole.update(plain)
                    sealed.write(sealer.update(plain))
        sealed.write(sealer.finish())
        sealed.flush()
        os.fsync(sealed.fileno())
    path.unlink()


def _crops(release: Release) -> list[UUID]:
    standing = Item.objects.filter(release=release, dropped_at__isnull=True)
    return list(standing.values_list("reading__crop__sealed", flat=True))
