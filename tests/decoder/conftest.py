"""Every test here ends the zygote that it started."""

from collections.abc import Iterator

import pytest

from contributions.decoder import client


@pytest.fixture(scope="session", autouse=True)
def _no_zygote_left() -> Iterator[None]:
    yield
    client.stop()
