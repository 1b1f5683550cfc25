"""What other rooms may ask the vault: digests under its keys, and whether rows, bytes and keys agree."""

import contextlib
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from vault import incoming, keyring, objects, sealing, wrapping
from vault.keyring import KeyMissing
from vault.models import DataKey, Epoch, SealedObject
from vault.sealing import Tampered

__all__ = ["Fault", "KeyMissing", "Openable", "Tampered", "blind_index", "faults", "is_unrecoverable", "keyed_digest"]

ROTATE_AFTER = timedelta(days=1)
_BATCH = 1000


def blind_index(text: str) -> bytes:
    """HMAC-SHA256 of `text`, by which an address is found again without being readable; raises KeyMissing.

    The caller normalises: the same person must give the same text.
    """
    return hmac.digest(keyring.secret(keyring.BLIND_INDEX), text.encode(), hashlib.sha256)


def keyed_digest(purpose: str, data: bytes) -> bytes:
    """HMAC-SHA256 of `data` under a key of its own for each `purpose` (a code word); raises KeyMissing."""
    own = hmac.digest(keyring.secret(keyring.DIGESTS), purpose.encode(), hashlib.sha256)
    return hmac.digest(own, data, hashlib.sha256)


def is_keyring_ready() -> bool:
    """Whether this process can read the key under which new data keys are wrapped."""
    try:
        keyring.epoch_key(keyring.current_epoch())
    except KeyMissing:
        return False
    return True


def verify_key_pem() -> str:
    """The public key that verifies vault.actions.sign, as PEM; raises KeyMissing."""
    pem = keyring.release_public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


def is_signed(data: bytes, signature: bytes) -> bool:
    """Whether `signature` is vault.actions.sign of `data`; raises KeyMissing."""
    try:
        keyring.release_public_key().verify(signature, data)
    except InvalidSignature:
        return False
    return True


def unwrapped(key: DataKey) -> bytes:
    """The 32 bytes of a data key; raises KeyMissing when it is destroyed. For the vault itself."""
    try:
        return _unwrapped(key)
    except KeyMissing:
        # A rotation may have moved the row to another epoch since it was read.
        return _unwrapped(DataKey.objects.get(pk=key.pk))


class Openable(NamedTuple):
    """A sealed object as its row and its key's have it, where there are too many for a model object each."""

    id: UUID
    dropped_at: datetime | None
    key: UUID
    epoch: int
    wrapped: bytes | None

    @staticmethod
    def columns(sealed: str = "") -> tuple[str, ...]:
        """The columns of one in a query that reaches the object by the prefix `sealed`."""
        return tuple(f"{sealed}{name}" for name in ("pk", "dropped_at", "key", "key__epoch", "key__wrapped"))


class Unwrapping:
    """Unwraps many keys with each epoch's own, which is read once and held: for a moment, then let go of it."""

    def __init__(self) -> None:
        self._held: dict[int, bytes] = {}

    def key_of(self, obj: Openable) -> bytes:
        """The 32 bytes of the object's key; raises KeyMissing when it is destroyed, Tampered."""
        if obj.epoch not in self._held:
            with contextlib.suppress(KeyMissing):
                self._held[obj.epoch] = keyring.epoch_key(obj.epoch)
        if obj.wrapped is None or obj.epoch not in self._held:
            # A rotation may have moved the row to another epoch since it was read.
            return _unwrapped(DataKey.objects.get(pk=obj.key))
        epoch_key = self._held[obj.epoch]
        return wrapping.unwrap(bytes(obj.wrapped), epoch=obj.epoch, epoch_key=epoch_key, key_id=obj.key)


def _unwrapped(key: DataKey) -> bytes:
    if key.wrapped is None:
        raise KeyMissing("the data key was destroyed")
    epoch_key = keyring.epoch_key(key.epoch)
    return wrapping.unwrap(bytes(key.wrapped), epoch=key.epoch, epoch_key=epoch_key, key_id=key.id)


def unrecoverable() -> QuerySet[DataKey]:
    """Keys of which "erased" may be said: destroyed, and the epoch that wrapped them last destroyed too."""
    gone = Epoch.objects.filter(number=OuterRef("epoch"), destroyed_at__isnull=False)
    return DataKey.objects.filter(Exists(gone), destroyed_at__isnull=False)


def is_unrecoverable(key: DataKey) -> bool:
    """Whether nothing anywhere can open what this key sealed, old backups included."""
    return unrecoverable().filter(pk=key.pk).exists()


def rotation_due() -> bool:
    """Whether a key was destroyed since the last rotation, a rotation was cut short, or a day has passed."""
    destroyed = DataKey.objects.filter(destroyed_at__isnull=False)
    if len(keyring.epochs()) > 1 or destroyed.exclude(pk__in=unrecoverable().values("pk")).exists():
        return True
    newest = Epoch.objects.order_by("-number").values_list("created_at", flat=True).first()
    newest = newest or DataKey.objects.order_by("created_at").values_list("created_at", flat=True).first()
    return newest is not None and newest < timezone.now() - ROTATE_AFTER


class Fault(NamedTuple):
    """Something that rows, bytes and keys do not agree on: a code word, and which object, key or file."""

    code: str
    subject: str


def faults(*, deep: bool = False, older_than: timedelta = incoming.LEFT_OVER_AFTER) -> Iterator[Fault]:
    """Every disagreement, in both directions. `deep` also opens every object and compares its digest.

    Work under way is no fault: what is younger than `older_than` may still be finished.
    """
    # The newest: new keys are wrapped under it. A rotation may have ended it while this was looking.
    closed = [number for number in keyring.epochs()[-1:] if not keyring.is_open(number)]
    yield from (Fault("closed_epoch", str(number)) for number in closed if number in keyring.epochs())
    yield from (Fault("leftover", path.name) for path in incoming.leftovers(older_than))
    yield from _rows_without_bytes(deep=deep)
    yield from (Fault("orphan", name) for name in orphans(older_than))
    if (bucket := objects.bucket()) is not None:
        yield from (Fault("unfinished", one.name) for one in bucket.unfinished(timezone.now() - older_than))
    late = SealedObject.objects.filter(dropped_at__lte=timezone.now() - older_than, deleted_at__isnull=True)
    yield from (Fault("undeleted", str(pk)) for pk in late.values_list("pk", flat=True).iterator())
    stranded = DataKey.objects.filter(destroyed_at__isnull=True).exclude(epoch__in=keyring.epochs())
    yield from (Fault("unopenable_key", str(pk)) for pk in stranded.values_list("pk", flat=True).iterator())


def _rows_without_bytes(*, deep: bool) -> Iterator[Fault]:
    living = SealedObject.objects.filter(dropped_at__isnull=True)
    for row in living.select_related("key").order_by("pk").iterator(chunk_size=_BATCH):
        fault = _fault_of(row, deep=deep)
        # It may have been deleted, or its key have moved, while this was looking.
        if fault and living.filter(pk=row.pk).exists():
            yield Fault(fault, str(row.pk))


def _fault_of(row: SealedObject, *, deep: bool) -> str | None:
    storage, name = objects.storage(), objects.name_of(row.id)
    try:
        if storage.size(name) != sealing.sealed_size(row.size):
            return "altered"
        if not deep:
            return None
        digest = hashlib.sha256()
        with storage.open(name) as file:
            for chunk in sealing.unseal(file, unwrapped(row.key), row.id):
                digest.update(chunk)
    except (Tampered, KeyMissing):
        return "altered"
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "unreadable"
    return None if digest.hexdigest() == row.sha256 else "altered"


def orphans(older_than: timedelta) -> Iterator[str]:
    """Names of stored files that no row speaks of, written `older_than` ago: nothing can open them."""
    storage, before, names = objects.storage(), timezone.now() - older_than, objects.names()
    while batch := list(islice(names, _BATCH)):
        ids = {name: _id_in(name) for name in batch}
        rows = SealedObject.objects.filter(pk__in=filter(None, ids.values()), deleted_at__isnull=True)
        known = set(rows.values_list("pk", flat=True))
        for name in (name for name, object_id in ids.items() if object_id not in known):
            with contextlib.suppress(OSError):
                if storage.get_modified_time(name) <= before:
                    yield name


def _id_in(name: str) -> UUID | None:
    try:
        object_id = UUID(name.rpartition("/")[2])
    except ValueError:
        return None
    return object_id if objects.name_of(object_id) == name else None


def is_store_there() -> bool:
    """Whether the store of sealed objects answers: asked for an object that cannot be there, it says so."""
    storage = objects.storage()
    folder = objects.folder(storage)
    try:
        return not storage.exists(objects.name_of(UUID(int=0))) and (folder is None or folder.is_dir())
    except OSError:
        return False


def system_figures() -> Mapping[str, float]:
    """Objects whose bytes are to be deleted, and how old the epoch is that keys are wrapped under (seconds)."""
    deleting = SealedObject.objects.filter(dropped_at__isnull=False, deleted_at__isnull=True)
    newest = Epoch.objects.order_by("-number").values_list("created_at", flat=True).first()
    return {
        "deletions_waiting": deleting.count(),
        "epoch_age_seconds": (timezone.now() - newest).total_seconds() if newest else 0.0,
    }
