"""A row, written out as text, names itself by a random id or a word, never by an address."""

from datetime import date
from uuid import UUID

import pytest
from django.db import models

from identity.models import (
    Attempt,
    DailyKey,
    DoNotWrite,
    Identity,
    Keep,
    Link,
    LinkRequest,
    LogMark,
    Mail,
    WaitingEvent,
)

ID = UUID(int=7)
ROWS: dict[str, tuple[models.Model, str]] = {
    "identity": (Identity(participant=ID, mask="c…@example.org"), str(ID)),
    "keep": (Keep(subject=ID), str(ID)),
    "do not write": (DoNotWrite(blind_index=b"canary"), "do not write"),
    "link": (Link(id=ID, token_sha256=b"canary"), str(ID)),
    "mail": (Mail(id=ID, context=b"canary"), str(ID)),
    "waiting event": (WaitingEvent(action="link:used"), "link:used"),
    "log mark": (LogMark(size=5), "5"),
    "link request": (LinkRequest(id=ID, blind_index=b"canary"), str(ID)),
    "attempt": (Attempt(purpose="code", digest=b"canary"), "code"),
    "daily key": (DailyKey(day=date(2026, 6, 1), key=b"canary"), "2026-06-01"),
}


@pytest.mark.requirement("I1")
@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_named_without_an_address(name: str) -> None:
    row, words = ROWS[name]
    assert str(row) == words
