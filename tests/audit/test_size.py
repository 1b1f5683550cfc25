"""A long log needs no more memory than a short one; the full size and its time are `make bench`."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from audit.proofs.export import json_lines
from audit.queries import AUDITOR, Selection, end, verify_stored
from audit.standalone.verify_log import check_export
from bench import log_entries

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "auditor"]), pytest.mark.requirement("L3")]
ENTRIES = 10_000
# A page of entries needs 5; all of them at once would need 10 to 12.
MOST_MB = 7
MEGABYTE = 2**20


def peak(work: Callable[[], object]) -> float:
    """The most memory in MB that Python's objects took during the work, beyond what there was before it."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()


def test_ten_thousand_entries_are_verified_and_exported_a_piece_at_a_time(
    as_superuser: psycopg.Connection, tmp_path: Path
) -> None:
    log_entries.fill(make_conninfo(as_superuser.info.dsn, password=as_superuser.info.password), ENTRIES)
    file, roots = tmp_path / "log.jsonl", set[bytes | None]()

    def stored() -> None:
        checked = verify_stored(using=AUDITOR)
        assert (checked.whole, checked.size) == (True, ENTRIES)
        roots.add(checked.root)

    def exported() -> None:
        until = end(using=AUDITOR)
        with file.open("w") as lines:
            lines.writelines(json_lines(Selection().rows(until=until.size), until))

    def alone() -> None:
        with file.open() as lines:
            roots.add(check_export(lines, key=None).root)

    assert peak(stored) < MOST_MB
    assert peak(exported) < MOST_MB
    assert peak(alone) < MOST_MB
    assert len(roots) == 1
