"""What the log says to those who run the site: what its keeper found, and nothing where nobody knows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from audit.copies import reading
from audit.proofs.statements import Statement
from audit.queries import system, system_figures
from tests.audit.keeper import commit_many

Keeper = Callable[[], Statement]
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "identity", "auditor"]),
    pytest.mark.requirement("R6"),
]


def test_before_the_keeper_looked_nothing_is_said_of_what_it_found(keeper: Keeper) -> None:
    commit_many(1)
    assert system_figures().keys() == {"checkpoint_behind_seconds"}
    keeper()
    figures = system_figures()
    assert (figures["checkpoint_behind_seconds"], figures["log_refused"]) == (0, False)
    assert figures["log_witnesses_objecting"] == 0


def test_a_keeper_that_refuses_and_a_witness_that_objects_are_told(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = replace(keeper(), refused="not_signed", objecting=("north", "east"))
    monkeypatch.setattr(system, "statement", lambda: said)
    figures = system_figures()
    assert (figures["log_refused"], figures["log_witnesses_objecting"]) == (True, 2)


@pytest.mark.parametrize("name", [reading.STATEMENT, reading.CHECKPOINT])
def test_what_is_not_the_logs_own_counts_as_refused_and_nothing_is_said_of_witnesses(
    keeper: Keeper, tmp_path: Path, name: str
) -> None:
    keeper()
    (tmp_path / "log-copies" / name).write_text("somebody else's\n\nwords\n")
    assert system_figures() == {"log_refused": 1}


def test_a_store_that_cannot_be_read_is_no_word_of_the_keepers(keeper: Keeper, tmp_path: Path) -> None:
    keeper()
    copy = tmp_path / "log-copies" / reading.STATEMENT
    copy.unlink()
    copy.mkdir()
    with pytest.raises(reading.CopiesDamaged):
        system_figures()


def test_a_key_that_cannot_be_read_is_no_word_of_the_keepers(keeper: Keeper, settings: Settings) -> None:
    keeper()
    Path(settings.LOG_VERIFIER).unlink()
    with pytest.raises(FileNotFoundError):
        system_figures()
