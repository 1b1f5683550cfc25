"""A made-up log of any size, copied into the tables at once: what a year of the site could leave behind."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

import psycopg

from audit.content import canonical, mentions, written
from audit.proofs.chain import START, Row, link
from audit.standalone.verify_log import leaf_hash

BEGIN, YEAR = datetime(2025, 1, 1, tzinfo=UTC), timedelta(days=365)
# Known ids, each a bad case: somebody who acts in three of ten entries, all of them old; a notice named by three of
# ten entries everywhere; one giver whose story is as long as stories get; and a kind of event that is rare and old.
NOTICE = "ab" * 32
OFTEN, GIVER = (str(uuid.UUID(int=number, version=4)) for number in (1, 2))
SHARE = 0.3
STORY_IDS = 300
RARE, RARE_ENTRIES = "epoch:destroyed", 20
BATCH = 50_000
EVENT = "COPY audit.event (index, at, action, actor, subject, leaf, leaf_hash, chain) FROM STDIN (FORMAT BINARY)"
MENTION = "COPY audit.mention (id, index, action) FROM STDIN (FORMAT BINARY)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with what the tables repeat of it."""

    at: datetime
    action: str
    actor: str
    subject: str
    data: str
    row: Row


def story_ids() -> list[str]:
    """The giver and the giver's photos."""
    return [GIVER, *(str(uuid.UUID(int=1000 + number, version=4)) for number in range(STORY_IDS - 1))]


def entries(count: int) -> Iterator[Entry]:
    """So many entries, the same ones every time."""
    chance = random.Random(1)  # noqa: S311 -- the same ones every time, and no secret
    photos, staff = [_id(chance) for _ in range(1000)], [f"staff:{_id(chance)}" for _ in range(20)]
    known, chain = story_ids(), START
    for index in range(count):
        at = BEGIN + YEAR * index / count
        if chance.random() < 0.01:
            photos[chance.randrange(1000)] = _id(chance)
        photo = photos[chance.randrange(1000)]
        if chance.random() < 3 * STORY_IDS / count:
            photo = known[chance.randrange(STORY_IDS)]
        action, actor, fields = _happened(chance, index / count, photo, staff[chance.randrange(20)])
        number, rest = divmod(index, count // STORY_IDS)
        if rest == 0 and 0 < number < STORY_IDS:
            photo = known[number]
            sent: dict[str, str | int | None] = {"photo": photo, "participant": GIVER, "consent": _id(chance)}
            action, actor, fields = "photo:sent", f"participant:{GIVER}", sent
        if index % (count // 50 // RARE_ENTRIES or 1) == 0 and index < count // 50:
            action, actor, fields = RARE, "system", {"epoch": index}
        data = canonical(fields)
        leaf = (
            f'{{"action":"{action}","actor":"{actor}","at":"{written(at)}","data":{data},"index":{index},'
            f'"nonce":"{chance.getrandbits(128):032x}","subject":"{photo}"}}'
        )
        digest = leaf_hash(leaf.encode())
        chain = link(chain, digest)
        yield Entry(at, action, actor, photo, data, Row(index, leaf, digest, chain))


def _happened(
    chance: random.Random, age: float, photo: str, somebody: str
) -> tuple[str, str, dict[str, str | int | None]]:
    if age < SHARE:
        somebody = f"staff:{OFTEN}"
    kind = chance.random()
    if kind < SHARE:
        return "consent:given", "participant:" + _id(chance), {"photo": photo, "consent": _id(chance), "notice": NOTICE}
    if kind < 0.8:
        viewed: dict[str, str | int | None] = {"photo": photo, "reason": "annotation", "rendition": "rendition"}
        return "photo:viewed", somebody, {**viewed, "task": _id(chance), "view": _id(chance)}
    return "person:marked", somebody, {"photo": photo, "person": _id(chance)}


def fill(superuser: str, count: int) -> None:
    """Copy a log of `count` entries into an empty database over a superuser's address, and gather statistics."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            last = _copy(connection, entries(count))
            connection.execute(
                "UPDATE audit.head SET size = %s, chain = %s, at = %s", [last.row.index + 1, last.row.chain, last.at]
            )
        connection.execute("VACUUM ANALYZE audit.event, audit.mention")


def _copy(superuser: psycopg.Connection, made: Iterator[Entry]) -> Entry:
    """Both tables, batch by batch, since COPY holds its connection; the last entry."""
    while batch := list(islice(made, BATCH)):
        _copy_batch(superuser, batch)
        last = batch[-1]
    return last


def _copy_batch(superuser: psycopg.Connection, batch: list[Entry]) -> None:
    with superuser.cursor() as cursor, cursor.copy(EVENT) as copy:
        copy.set_types(["int8", "timestamptz", "text", "text", "text", "text", "bytea", "bytea"])
        for entry in batch:
            row = entry.row
            kept = (entry.action, entry.actor, entry.subject, row.leaf, row.leaf_hash, row.chain)
            copy.write_row((row.index, entry.at, *kept))
    with superuser.cursor() as cursor, cursor.copy(MENTION) as copy:
        copy.set_types(["text", "int8", "text"])
        for entry in batch:
            for one in mentions(actor=entry.actor, subject=entry.subject, data=entry.data):
                copy.write_row((one, entry.row.index, entry.action))


def _id(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))
