"""What other rooms ask the vault to do: keep, seal, open, delete, destroy, rotate, sign, seal for the mail worker."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from nacl.exceptions import CryptoError
from nacl.public import SealedBox

from audit import actions as audit
from vault import incoming, keyring, objects, queries, sealing, wrapping
from vault.crash import here
from vault.key_copy import CopyBroken
from vault.keyring import KeyMissing
from vault.locks import hold_epoch
from vault.models import DataKey, SealedObject
from vault.queries import unwrapped
from vault.rotation import KEY_DESTROYED, restore, rotate
from vault.sealing import Tampered
from vault.uploads import SealedUpload

__all__ = [
    "CopyBroken",
    "KeyMissing",
    "ObjectGone",
    "SealedUpload",
    "Tampered",
    "UploadNotKept",
    "delete",
    "destroy_key",
    "keep",
    "new_key",
    "open_mail",
    "open_object",
    "read",
    "read_each",
    "replay",
    "restore",
    "rotate",
    "seal",
    "seal_for_mail",
    "sign",
    "sweep",
]


class UploadNotKept(ValueError):
    """The upload was too large or was discarded before."""


class ObjectGone(LookupError):
    """The object or its key was deleted."""


@transaction.atomic
def keep(*, upload: SealedUpload) -> tuple[DataKey, SealedObject]:
    """Make a received file lasting: its key wrapped, its ciphertext in the storage. Raises UploadNotKept.

    The bytes go first and the rows after: a crash between leaves bytes that nothing can open, never a row without.
    """
    if upload.too_large or not upload.key:
        raise UploadNotKept
    key = _stored(upload.key)
    return key, _placed(upload.sealed, key, upload.key)


@transaction.atomic
def new_key() -> DataKey:
    """A fresh data key, wrapped under the current epoch."""
    return _stored(sealing.new_key())


@transaction.atomic
def seal(*, key: DataKey, data: bytes | Iterable[bytes]) -> SealedObject:
    """Seal `data` under `key` into the storage, in constant memory for an iterable. Raises KeyMissing."""
    opens = unwrapped(key)
    sealed = incoming.SealedFile(opens, uuid.uuid4())
    try:
        for piece in [data] if isinstance(data, bytes) else data:
            sealed.write(piece)
        sealed.finish()
        return _placed(sealed, key, opens)
    finally:
        sealed.discard()


def open_object(obj: SealedObject, start: int = 0) -> Iterator[bytes]:
    """The plaintext in chunks, from its byte `start` on: of what lies before, only the rest of its chunk is read.

    Raises ObjectGone and ValueError (a `start` behind the end) at once, Tampered before any chunk that is not as it was
    written.
    """
    if not 0 <= start <= obj.size:
        raise ValueError("start lies outside of the object")
    if obj.dropped_at is not None:
        raise ObjectGone(str(obj.id))
    try:
        key = unwrapped(obj.key)
    except KeyMissing:
        raise ObjectGone(str(obj.id)) from None
    return _opened(obj, key, start)


def read(obj: SealedObject) -> bytes:
    """All of the plaintext; raises as open_object."""
    return b"".join(open_object(obj))


def read_each(several: Iterable[queries.Openable]) -> Iterator[bytes]:
    """All of the plaintext of each of many small objects, one after the other; raises as open_object.

    An epoch's key is read once for all: go through them at once, it is held until the end.
    """
    keys, read_bytes = queries.Unwrapping(), objects.reader()
    for obj in several:
        if obj.dropped_at is not None:
            raise ObjectGone(str(obj.id))
        try:
            key = keys.key_of(obj)
        except KeyMissing:
            raise ObjectGone(str(obj.id)) from None
        yield sealing.unseal_whole(read_bytes(obj.id), key, obj.id)


@transaction.atomic
def delete(obj: SealedObject) -> None:
    """Delete one object for good: from now on nobody reads it, and its bytes go when the transaction commits."""
    _drop([obj.id])
    obj.refresh_from_db(fields=["dropped_at"])


@transaction.atomic
def destroy_key(key: DataKey, *, by: str = "system") -> None:
    """Destroy a key and delete everything sealed under it. A second time does nothing.

    Old backups still hold the key wrapped until the next rotation: see queries.is_unrecoverable.
    """
    living = DataKey.objects.filter(pk=key.pk, destroyed_at__isnull=True)
    if living.update(wrapped=None, destroyed_at=timezone.now()):
        audit.record(KEY_DESTROYED, subject=str(key.pk), by=by)
        _drop(list(key.sealed.filter(dropped_at__isnull=True).values_list("pk", flat=True)))
    key.refresh_from_db(fields=["wrapped", "destroyed_at", "epoch"])


def sweep(*, older_than: timedelta | None = None, orphans: bool = False) -> int:
    """Finish deletions that were cut short and remove uploads forgotten `older_than` ago (an hour); how many.

    With `orphans`, stored files go too that no row speaks of, and pieces of such in a bucket. Not by the clock: after a
    restore of the wrong backup they are all that is left of its newest photos.
    """
    older_than = incoming.LEFT_OVER_AFTER if older_than is None else older_than
    waiting = SealedObject.objects.filter(dropped_at__isnull=False, deleted_at__isnull=True)
    ids = list(waiting.values_list("pk", flat=True))
    _erase(ids)
    forgotten = list(incoming.leftovers(older_than))
    for path in forgotten:
        path.unlink(missing_ok=True)
    found = len(ids) + len(forgotten)
    return found + (_delete_nobodys(older_than) if orphans else 0)


def replay(*, first: int, size: int) -> int:  # noqa: ARG001 - the span that every room is told
    """After a restored backup (settings.LOG_REPLAYERS): as restore, and delete what lies under destroyed keys.

    The whole log is asked, not the span alone: a key that it says was destroyed opens nothing again. How many rows.
    Raises CopyBroken and KeyMissing, and then nothing is changed.
    """
    taken, destroyed = restore()
    with transaction.atomic():
        dead = SealedObject.objects.filter(dropped_at__isnull=True, key__destroyed_at__isnull=False)
        ids = list(dead.values_list("pk", flat=True))
        _drop(ids)
    here("replay:keys")
    return taken + destroyed + len(ids)


def seal_for_mail(data: bytes) -> bytes:
    """`data` so that only the mail worker can read it; raises KeyMissing."""
    return SealedBox(keyring.mail_public_key()).encrypt(data)


def open_mail(data: bytes) -> bytes:
    """What seal_for_mail sealed. Raises KeyMissing in every process but the mail worker, Tampered for other bytes."""
    try:
        return SealedBox(keyring.mail_private_key()).decrypt(data)
    except CryptoError:
        raise Tampered("mail") from None


def sign(data: bytes) -> bytes:
    """The site's Ed25519 signature over `data`, 64 bytes; raises KeyMissing."""
    return keyring.release_private_key().sign(data)


def _stored(data_key: bytes) -> DataKey:
    """A row for a data key. The epoch is held before it is read, or it could die before this commits."""
    hold_epoch()
    key, epoch = DataKey(), keyring.current_epoch()
    key.epoch = epoch
    key.wrapped = wrapping.wrap(data_key, epoch=epoch, epoch_key=keyring.epoch_key(epoch), key_id=key.id)
    key.save(force_insert=True)
    return key


def _placed(sealed: incoming.SealedFile, key: DataKey, opens: bytes) -> SealedObject:
    objects.place(sealed, opens)
    return SealedObject.objects.create(id=sealed.object_id, key=key, size=sealed.size, sha256=sealed.sha256)


def _opened(obj: SealedObject, key: bytes, start: int) -> Iterator[bytes]:
    with objects.storage().open(objects.name_of(obj.id)) as file:
        yield from sealing.unseal(file, key, obj.id, start)


def _drop(ids: list[uuid.UUID]) -> None:
    SealedObject.objects.filter(pk__in=ids, dropped_at__isnull=True).update(dropped_at=timezone.now())
    # If this process dies before, the sweep deletes: the row is the job.
    transaction.on_commit(lambda: _erase(ids), robust=True)


def _delete_nobodys(older_than: timedelta) -> int:
    nameless = list(queries.orphans(older_than))
    for name in nameless:
        objects.storage().delete(name)
    if (bucket := objects.bucket()) is None:
        return len(nameless)
    halves = list(bucket.unfinished(timezone.now() - older_than))
    for half in halves:
        bucket.give_up(half)
    return len(nameless) + len(halves)


def _erase(ids: Iterable[uuid.UUID]) -> None:
    for object_id in ids:
        objects.erase(object_id)
        SealedObject.objects.filter(pk=object_id).update(deleted_at=timezone.now(), sha256="")
