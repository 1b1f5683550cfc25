"""Whether the broker answers, asked anew at most every few seconds in each process: /readyz is open to anybody."""

import time
from typing import Final

from celery import current_app

FRESH_SECONDS: Final = 5.0
WAIT_SECONDS: Final = 1
_answered: list[tuple[float, bool]] = []


def is_broker_there() -> bool:
    """Whether a connection to the broker can be opened, as was found in the last FRESH_SECONDS."""
    now = time.monotonic()
    if _answered and now - _answered[0][0] < FRESH_SECONDS:
        return _answered[0][1]
    _answered[:] = [(now, _ask())]
    return _answered[0][1]


def _ask() -> bool:
    try:
        with current_app.connection_for_write(connect_timeout=WAIT_SECONDS) as connection:
            connection.ensure_connection(max_retries=0, timeout=WAIT_SECONDS)
            return bool(connection.connected)
    except Exception:  # noqa: BLE001 -- each transport has exceptions of its own
        return False
