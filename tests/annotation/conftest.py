"""What several tests of the reading begin with."""

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def every_photo_is_read_twice(settings: Settings) -> None:
    """Ask for a second opinion on every photo, at once."""
    settings.SECOND_OPINION_SHARE = 1
    settings.SECOND_AFTER_SECONDS = 0
