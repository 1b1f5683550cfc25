"""The site has run for long, unless a test says that it has just begun."""

from time import monotonic

import pytest

from operations.queries import alarms


@pytest.fixture(autouse=True)
def _long_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "_BEGAN", monotonic() - alarms.START_SECONDS - 1)
