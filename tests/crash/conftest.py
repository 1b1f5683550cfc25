"""One process for all tests of this folder, whose children die."""

from collections.abc import Iterator

import pytest

from tests.crash.dying import Zygote


@pytest.fixture(scope="session")
def zygote(django_db_setup: None) -> Iterator[Zygote]:
    started = Zygote()
    yield started
    started.end()
