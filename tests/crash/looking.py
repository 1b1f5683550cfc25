"""What holds after every kind of failure: after a sweep or two nothing is left over, and nothing contradicts itself."""

import io
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections

from tests.databases import restore
from vault import actions as vault
from vault.queries import Fault, faults

ROUNDS = 30
# Rows that speak of bytes which are not there, or are others.
UNTRUE = {"missing", "altered", "unreadable"}


def swept() -> None:
    """Sweep until fsck is clean: a dead process's locks may live for a moment. Fails when it does not come to that."""
    for _ in range(ROUNDS):
        call_command("sweep", grace=0, stdout=io.StringIO())
        said = checked()
        if said is None:
            return
        time.sleep(0.1)
    pytest.fail(said or "")


def checked() -> str | None:
    """What fsck says, or nothing when it finds nothing."""
    said = io.StringIO()
    try:
        call_command("fsck", grace=0, deep=True, stdout=said)
    except SystemExit:
        return said.getvalue()
    return None


def untrue() -> list[Fault]:
    """Rows that say an object is stored which the store does not give back to the last byte."""
    return [fault for fault in faults(deep=True, older_than=timedelta()) if fault.code in UNTRUE]


def begin_anew() -> None:
    """Empty both databases and the store: what is looked at stays as little in the last round as in the first."""
    for alias in ("default", "identity"):
        connections[alias].close()
        restore(str(connections[alias].settings_dict["NAME"]))
    vault.sweep(older_than=timedelta(), orphans=True)
