"""The words of the desk's first line for what the log's keeper said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit.desk.standing import Standing, standing
from audit.proofs.statements import Statement

pytestmark = pytest.mark.requirement("L9")
NOW = datetime(2026, 5, 12, 14, 2, 30, tzinfo=UTC)


def said(size: int = 48_212, *, is_as_seen: bool = True, **fields: Any) -> Standing:
    """The words for what the keeper said: all well, but for these fields."""
    stated = {
        "looked_at": NOW - timedelta(seconds=10),
        "size": 48_212,
        "chain": "00" * 32,
        "checkpoint_at": NOW - timedelta(seconds=10),
        "verified_at": NOW - timedelta(minutes=40),
        "verified_size": 48_000,
        "witnesses": {"north": NOW, "south": NOW},
        **fields,
    }
    return standing(Statement(**stated), size=size, is_as_seen=is_as_seen, now=NOW)


def test_all_well_is_one_line_in_green() -> None:
    told = said()
    assert told.tone == "success"
    assert told.title == "Log verified to entry 48\u202f211, checkpoint 14:02, 2 witnesses"
    assert told.text == "Every entry is as it was recorded, and none is missing."


def test_entries_that_wait_for_the_next_checkpoint_are_no_warning() -> None:
    told = said(size=48_213)
    assert (told.tone, told.text) == ("success", "1 newer entry waits for the next checkpoint.")


def test_nothing_said_yet_is_a_warning() -> None:
    told = standing(None, size=0, is_as_seen=True, now=NOW)
    assert (told.tone, told.title) == ("warning", "Log not verified yet")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"verified_at": NOW - timedelta(minutes=121)}, "last recomputed at 12:01"),
        ({"verified_at": None}, "has not been recomputed yet"),
        ({"witnesses": {}}, "No witness outside cosigns"),
        ({"silent": ("north",)}, "No answer from witness north."),
    ],
)
def test_what_is_late_or_lacking_is_a_warning(fields: dict[str, Any], words: str) -> None:
    told = said(**fields)
    assert told.tone == "warning"
    assert words in told.text


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"first_bad": 7, "reason": "leaf"}, "Log broken at entry 7, 14:02"),
        ({"refused": "behind"}, "Log behind its last checkpoint, 14:02"),
        ({"refused": "inconsistent"}, "Log inconsistent with its last checkpoint, 14:02"),
        ({"refused": "forgotten"}, "The last checkpoint is not known, 14:02"),
        ({"size": 48_211}, "Log behind its last checkpoint, 14:02"),
        ({"is_as_seen": False}, "Log altered since 14:02"),
        ({"objecting": ("north",)}, "Another history of this log is known to witness north, 14:02"),
    ],
)
def test_what_cannot_be_relied_on_is_red_and_says_what_to_do(fields: dict[str, Any], title: str) -> None:
    told = said(**fields)
    assert (told.tone, told.title) == ("danger", title)
    assert told.text.count(".") >= 2


def test_copies_that_cannot_be_written_are_a_warning() -> None:
    assert said(refused="copies").tone == "warning"


@pytest.mark.parametrize(
    ("looked_at", "words"),
    [
        (NOW - timedelta(minutes=6), "not known since 13:56"),
        (NOW - timedelta(days=2), "not known since 2026-05-10 14:02"),
        (NOW + timedelta(minutes=6), "not known: the keeper's time is ahead, 14:08"),
        (NOW + timedelta(days=3650), "not known: the keeper's time is ahead, 2036-05-09 14:02"),
    ],
)
def test_an_old_statement_or_one_of_the_future_says_nothing_of_the_log_now(looked_at: datetime, words: str) -> None:
    told = said(looked_at=looked_at)
    assert told.tone == "danger"
    assert words in told.title
    assert "verified" not in told.title.lower()


def test_what_was_found_wrong_stays_said_however_old_it_is() -> None:
    told = said(looked_at=NOW - timedelta(days=1), first_bad=7, reason="leaf")
    assert told.title == "Log broken at entry 7, 2026-05-11 14:02"


@pytest.mark.parametrize("seconds", [-299, 299])
def test_a_few_minutes_to_either_side_are_no_matter(seconds: int) -> None:
    assert said(looked_at=NOW + timedelta(seconds=seconds)).tone == "success"
