"""How many statements one call costs, counted where they arrive: in the log of the database."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

from deploy.local.state import CHECKOUT

_LOG: Final = CHECKOUT / "var" / "bench" / "log" / "postgres.log"
_STATEMENT: Final = re.compile(r"duration: [\d.]+ ms +(?:statement|execute [^:]*): *(\w+)")
# The two ends of a transaction ask nothing of a table.
ENDS: Final = frozenset({"BEGIN", "COMMIT"})
SETTLE_SECONDS = 1.0


@contextmanager
def told(superuser: str) -> Iterator[None]:
    """Let the database write each statement into its log meanwhile."""
    with psycopg.connect(superuser, autocommit=True) as server:
        server.execute("ALTER SYSTEM SET log_min_duration_statement = 0")
        server.execute("SELECT pg_reload_conf()")
        time.sleep(SETTLE_SECONDS)
        try:
            yield
        finally:
            server.execute("ALTER SYSTEM RESET log_min_duration_statement")
            server.execute("SELECT pg_reload_conf()")


def counted(call: Callable[[], object], log: Path = _LOG) -> list[str]:
    """The first word of each statement that came in while the call ran; nobody else may be at work meanwhile."""
    time.sleep(SETTLE_SECONDS)
    before = log.stat().st_size
    call()
    time.sleep(SETTLE_SECONDS)
    with log.open("rb") as file:
        file.seek(before)
        return _STATEMENT.findall(file.read().decode(errors="replace"))
