"""A database row by row, as its superuser reads it: to look for what must not be there."""

import base64
import zlib
from collections.abc import Iterator

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo


def tables(superuser_url: str, database: str) -> Iterator[tuple[str, bytes]]:
    """Every table as text; the table of sessions also as what was packed into them."""
    with psycopg.connect(make_conninfo(superuser_url, dbname=database)) as connection:
        for schema, table in connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall():
            with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(schema, table))) as copy:
                content = b"".join(copy)
            yield f"{database} {schema}.{table}", content
            if table == "django_session":
                yield f"{database} sessions", b"\n".join(_unpacked(line) for line in content.splitlines())


def _unpacked(line: bytes) -> bytes:
    data = line.split(b"\t")[1]
    packed = data.lstrip(b".").split(b":")[0]
    raw = base64.urlsafe_b64decode(packed + b"=" * (-len(packed) % 4))
    return zlib.decompress(raw) if data.startswith(b".") else raw
