"""The client of list servers writes answers into the log, hashes and all; nothing that it says is written down."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Quiet(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return "threatexchange" not in record.pathname


@contextmanager
def quiet() -> Iterator[None]:
    """While it lasts, the client, which logs as nobody in particular, is not heard."""
    filtering, root = _Quiet(), logging.getLogger()
    root.addFilter(filtering)
    try:
        yield
    finally:
        root.removeFilter(filtering)
