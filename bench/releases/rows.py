"""Photos that were read, each with a picture of its own: sealed under its own key, a part of them by the real rebuild.

The rows are those of `bench.eligibility`, with boxes and words in every reading. Of photos that belong to a release
exactly so many are cut as are asked for; whatever else there is stays uncut.
"""

import hashlib
import multiprocessing
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

import psycopg
from django.conf import settings
from django.db import connections

from bench import eligibility_rows
from bench.releases.pictures import HIGH, SOURCES, WIDE, picture
from bench.releases.teams import CORES
from contributions.decoder import client
from releases.eligibility import Rules, decided
from releases.models import Crop
from releases.samples import told
from vault import keyring, sealing, wrapping
from vault.objects import name_of

# About three in four photos belong to a release; the others were withdrawn, excluded, or somebody was not asked.
SURPLUS: Final = 1.45
_FULLER: Final = (
    "UPDATE annotation_reading SET terms = '{place.garden,objects.dog,activity.playing}' WHERE answer = 'people'",
    """
    UPDATE annotation_readingperson SET "left" = x - 0.05, top = y - 0.1, "right" = x + 0.05, bottom = y + 0.1
    """,
    # Of every fourth photo of the real ones the corners are laid straight.
    """
    UPDATE annotation_reading reading SET corners = ARRAY[0.01, 0.02, 0.99, 0, 1, 0.98, 0.02, 1]
      FROM annotation_task task WHERE task.id = reading.task_id AND task.photo_id = ANY (%(slanted)s)
    """,
    # Nobody cuts any but those that are made now.
    """
    UPDATE releases_crop SET cut_at = NULL, parked_at = now() WHERE NOT photo_id = ANY (%(chosen)s)
    """,
    "DELETE FROM releases_crop WHERE photo_id = ANY (%(rebuilt)s)",
)
_SEALED: Final = (
    """
    CREATE TEMPORARY TABLE new AS
    SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[], %s::uuid[], %s::int[], %s::text[], %s::int[], %s::int[])
             new (photo, key, wrapped, object, size, digest, width, height)
    """,
    "UPDATE vault_datakey SET wrapped = new.wrapped, epoch = %(epoch)s FROM new WHERE vault_datakey.id = new.key",
    """
    INSERT INTO vault_sealedobject (id, key_id, size, sha256, created_at)
    SELECT object, key, size, digest, now() FROM new
    """,
    "UPDATE contributions_photo SET width = new.width, height = new.height FROM new WHERE id = new.photo",
    # A photo that was rebuilt has no crop yet.
    """
    UPDATE releases_crop SET sealed_id = new.object, sha256 = new.digest, width = new.width, height = new.height
      FROM new WHERE photo_id = new.photo
    """,
    """
    UPDATE contributions_photo photo SET full_id = new.object FROM new
     WHERE photo.id = new.photo AND NOT EXISTS (SELECT FROM releases_crop crop WHERE crop.photo_id = photo.id)
    """,
    "DROP TABLE new",
)
_TOLD: Final = """
    UPDATE releases_crop SET told = new.told
      FROM unnest(%s::bigint[], %s::text[]) new (reading, told) WHERE reading_id = new.reading
"""


class Made(NamedTuple):
    """One picture as it was sealed: what the rows say of it."""

    photo: UUID
    key: UUID
    wrapped: bytes
    sealed: UUID
    size: int
    sha256: str
    width: int
    height: int


def fill(superuser: str, rules: Rules, *, photos: int, rebuilt: int) -> None:
    """Leave exactly so many photos that belong to a release by these rules; `rebuilt` of them are still to be cut."""
    eligibility_rows.fill(superuser, int(photos * SURPLUS) // 5 * 5 + 100)
    chosen = list(decided(rules).filter(reason="").order_by("pk").values_list("pk", "key")[:photos])
    if len(chosen) < photos:
        raise SystemExit(f"{len(chosen)} photos belong to the release instead of {photos}")
    ids = [photo for photo, _key in chosen]
    asked = {"chosen": ids, "rebuilt": ids[:rebuilt], "slanted": ids[:rebuilt:4]}
    with psycopg.connect(superuser) as server:
        server.execute("SET session_replication_role = replica")
        for statement in _FULLER:
            server.execute(statement, asked)
    _seal(superuser, chosen, rebuilt)
    _tell(superuser)


def _seal(superuser: str, chosen: Sequence[tuple[UUID, UUID]], rebuilt: int) -> None:
    numbered = [(number, photo, key, number < rebuilt) for number, (photo, key) in enumerate(chosen)]
    # Those of one source together, in parts that are small enough to be told.
    parts: dict[tuple[int, int], list[Any]] = {}
    for one in numbered:
        parts.setdefault((one[0] % SOURCES, one[0] // SOURCES // 300), []).append(one)
    connections.close_all()
    with (
        multiprocessing.get_context("fork").Pool(CORES) as pool,
        psycopg.connect(superuser, autocommit=True) as server,
    ):
        server.execute("SET session_replication_role = replica")
        made: list[Made] = []
        for some in pool.imap_unordered(_made, parts.values()):
            made += some
            if len(made) > 5_000:
                _write(server, made)
                made = []
        _write(server, made)
        server.execute("VACUUM ANALYZE")


def _tell(superuser: str) -> None:
    """What is told of the crops that nobody is to cut, as it is kept when one is cut."""
    crops = Crop.objects.filter(cut_at__isnull=False).select_related("reading", "photo")
    rows = crops.prefetch_related("reading__persons").iterator(chunk_size=1_000)
    with psycopg.connect(superuser, autocommit=True) as server:
        while some := list(islice(rows, 1_000)):
            kept = {crop.pk: _told(crop) for crop in some}
            server.execute(_TOLD, [list(kept), list(kept.values())])
        server.execute("VACUUM ANALYZE releases_crop")


def _told(crop: Crop) -> str:
    of, cut = (crop.photo.width or 0, crop.photo.height or 0), (crop.width or 0, crop.height or 0)
    return told(crop.reading, of=of, cut=cut, covered=crop.covered)


def _made(part: Sequence[tuple[int, UUID, UUID, bool]]) -> list[Made]:
    """The pictures of one source; runs in a process of its own."""
    epoch = keyring.current_epoch()
    epoch_key = keyring.epoch_key(epoch)
    made = []
    for number, photo, key, is_rebuilt in part:
        width, height, jpeg = _picture(number, is_rebuilt=is_rebuilt)
        data_key, sealed = sealing.new_key(), uuid4()
        _place(sealed, data_key, jpeg)
        wrapped = wrapping.wrap(data_key, epoch=epoch, epoch_key=epoch_key, key_id=key)
        digest = hashlib.sha256(jpeg).hexdigest()
        made.append(Made(photo, key, wrapped, sealed, len(jpeg), digest, width, height))
    client.stop()
    return made


def _picture(number: int, *, is_rebuilt: bool) -> tuple[int, int, bytes]:
    if not is_rebuilt:
        return WIDE, HIGH, picture(number)
    rebuilt = client.rebuild(picture(number, whole=True))
    return rebuilt.width, rebuilt.height, rebuilt.photo


def _place(sealed: UUID, data_key: bytes, jpeg: bytes) -> None:
    """As the vault does, but not made durable: the benchmark's own power cut would end it anyway."""
    path = Path(settings.MEDIA_ROOT) / name_of(sealed)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealer = sealing.Sealer(data_key, sealed)
    path.write_bytes(sealer.header + sealer.update(jpeg) + sealer.finish())


def _write(server: psycopg.Connection, made: Sequence[Made]) -> None:
    if not made:
        return
    with server.transaction():
        server.execute(_SEALED[0], [list(column) for column in zip(*made, strict=True)])
        for statement in _SEALED[1:]:
            server.execute(statement, {"epoch": keyring.current_epoch()})
