"""Who may wrap keys while epochs change. Advisory locks of PostgreSQL, held until the transaction ends."""

from django.db import connection

_EPOCHS = 0x6D706D01


def hold_epoch() -> None:
    """Keep the current epoch from dying before this transaction ends. For everything that wraps a key."""
    _run("SELECT pg_advisory_xact_lock_shared(%s)")


def change_epoch() -> None:
    """Wait until nobody wraps a key, and keep others from it until this transaction ends."""
    _run("SELECT pg_advisory_xact_lock(%s)")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [_EPOCHS])
