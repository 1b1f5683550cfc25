"""The site has run for long, unless a test says that it has just begun."""

from datetime import timedelta

import pytest
from django.utils import timezone

from operations.queries import alarms


@pytest.fixture(autouse=True)
def _long_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "_BEGAN", timezone.now() - timedelta(days=1))
