"""Changing the epoch: what makes a destroyed key unreadable in every backup and log that still holds it wrapped.

Each step may be the last before a crash; running it again finishes, because a run always begins a new epoch and ends
by destroying all older ones, never before the key copy was read back.
"""

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from audit import actions as audit
from audit.models import EventKind, Mention
from vault import key_copy, keyring, wrapping
from vault.crash import here
from vault.keyring import KeyMissing
from vault.locks import change_epoch
from vault.models import DataKey, Epoch

KEY_DESTROYED = EventKind("key:destroyed", "Key {subject} was destroyed.")
EPOCH_ROTATED = EventKind(
    "epoch:rotated", "{keys} living keys were wrapped anew under epoch {epoch}.", fields=("epoch", "keys")
)
EPOCH_DESTROYED = EventKind(
    "epoch:destroyed", "Epoch {epoch} was destroyed: keys destroyed under it open nothing any more.", fields=("epoch",)
)

_BATCH = 2000


class EpochInUse(RuntimeError):
    """An epoch that still wraps a living key is not destroyed."""


def rotate(*, by: str = "system") -> int:
    """Begin a new epoch, move every living key to it, renew the key copy, destroy all older epochs; its number.

    Not inside a transaction: the new epoch must be committed before the old ones die.
    """
    with keyring.exclusive():
        newest = Epoch.objects.order_by("-number").values_list("number", flat=True).first()
        number = keyring.create_epoch(after=newest or 0)
        here("rotation:epoch_made")
        _move_keys(number, by=by)
        here("rotation:moved")
        key_copy.write(_living_entries(), epoch=number)
        here("rotation:copied")
        for old in keyring.epochs():
            if old < number:
                _destroy(old)
        _note_destroyed(by=by)
    return number


def restore(*, by: str = "system") -> tuple[int, int]:
    """After a restored database backup: take living keys from the key copy; destroy what the log says is destroyed, and
    what opens no more.

    Returns how many keys were taken and how many destroyed. What the log tells already is not recorded again. Raises
    key_copy.CopyBroken, and KeyMissing when the keyring cannot open the copy, so that a wrong folder destroys nothing.
    """
    with keyring.exclusive(), transaction.atomic():
        change_epoch()
        copy, numbers = key_copy.read(), keyring.epochs()
        if {copy.epoch, *(entry.epoch for entry in copy.entries)} - set(numbers):
            raise KeyMissing(
                f"the key copy was made for epoch {copy.epoch}, and the keyring holds "
                f"{', '.join(map(str, numbers)) or 'none'}: it does not open the key copy, which is not the newest"
            )
        taken = 0
        rest = iter(copy.entries)
        while batch := list(islice(rest, _BATCH)):
            taken += _store(batch)
        destroyed = _destroy_dead_keys(numbers, by=by)
        Epoch.objects.bulk_create([Epoch(number=number) for number in numbers], ignore_conflicts=True)
        _note_destroyed(by=by)
    return taken, destroyed


def _destroy_dead_keys(epochs: list[int], *, by: str) -> int:
    """Destroy keys that the log says are destroyed, and those that none of the epochs opens; how many."""
    told = Mention.objects.filter(mentioned=Cast(OuterRef("pk"), TextField()), action=KEY_DESTROYED.name)
    living = DataKey.objects.filter(destroyed_at__isnull=True).annotate(told=Exists(told))
    known = list(living.filter(told=True).values_list("pk", flat=True))
    lost = list(living.filter(told=False).exclude(epoch__in=epochs).values_list("pk", flat=True))
    DataKey.objects.filter(pk__in=[*known, *lost]).update(wrapped=None, destroyed_at=timezone.now())
    for key_id in lost:
        audit.record(KEY_DESTROYED, subject=str(key_id), by=by)
    return len(known) + len(lost)


def _move_keys(number: int, *, by: str) -> None:
    with transaction.atomic(durable=True):
        change_epoch()
        keys = {epoch: keyring.epoch_key(epoch) for epoch in keyring.epochs()}
        moving = DataKey.objects.filter(destroyed_at__isnull=True, epoch__in=keys).exclude(epoch=number)
        rows = moving.values_list("pk", "epoch", "wrapped").iterator(chunk_size=_BATCH)
        moved = 0
        while batch := list(islice(rows, _BATCH)):
            moved += _store([_rewrapped(pk, epoch, wrapped, number, keys) for pk, epoch, wrapped in batch if wrapped])
        Epoch.objects.bulk_create([Epoch(number=epoch) for epoch in keys], ignore_conflicts=True)
        audit.record(EPOCH_ROTATED, subject=f"epoch:{number}", by=by, epoch=number, keys=moved)


def _rewrapped(
    key_id: UUID, epoch: int, wrapped: bytes | memoryview, number: int, keys: dict[int, bytes]
) -> key_copy.Entry:
    data_key = wrapping.unwrap(bytes(wrapped), epoch=epoch, epoch_key=keys[epoch], key_id=key_id)
    return key_copy.Entry(key_id, number, wrapping.wrap(data_key, epoch=number, epoch_key=keys[number], key_id=key_id))


def _store(entries: list[key_copy.Entry]) -> int:
    """Write the wrapped keys of rows that still live; one statement, because there may be a hundred thousand."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE vault_datakey AS kept SET epoch = new.epoch, wrapped = new.wrapped
            FROM unnest(%s::uuid[], %s::int[], %s::bytea[]) AS new (id, epoch, wrapped)
            WHERE kept.id = new.id AND kept.destroyed_at IS NULL
            """,
            [[entry.id for entry in entries], [entry.epoch for entry in entries], [entry.wrapped for entry in entries]],
        )
        return int(cursor.rowcount)


def _living_entries() -> Iterator[key_copy.Entry]:
    living = DataKey.objects.filter(destroyed_at__isnull=True, epoch__in=keyring.epochs()).order_by("pk")
    for pk, epoch, wrapped in living.values_list("pk", "epoch", "wrapped").iterator(chunk_size=_BATCH):
        # A living key is wrapped: a constraint of the table.
        yield key_copy.Entry(pk, epoch, bytes(wrapped or b""))


def _destroy(number: int) -> None:
    if DataKey.objects.filter(epoch=number, destroyed_at__isnull=True).exists():
        raise EpochInUse(f"epoch {number}")
    keyring.destroy_epoch(number)


@transaction.atomic
def _note_destroyed(*, by: str) -> None:
    """Write down every older epoch as destroyed, those too whose destruction a crash kept from being written."""
    living = keyring.epochs()
    used = set(DataKey.objects.exclude(epoch__in=living).order_by().values_list("epoch", flat=True).distinct())
    noted = set(Epoch.objects.filter(destroyed_at__isnull=False).values_list("number", flat=True))
    open_rows = set(
        Epoch.objects.filter(destroyed_at__isnull=True).exclude(number__in=living).values_list("number", flat=True)
    )
    for number in sorted((used | open_rows) - noted):
        Epoch.objects.update_or_create(number=number, defaults={"destroyed_at": timezone.now()})
        # A restored database may not know of it while its log does.
        if not Mention.objects.filter(mentioned=f"epoch:{number}", action=EPOCH_DESTROYED.name).exists():
            audit.record(EPOCH_DESTROYED, subject=f"epoch:{number}", by=by, epoch=number)
