"""The keys that sealing an address needs."""

import pytest

from vault import keyring


@pytest.fixture(scope="session", autouse=True)
def keys() -> None:
    """Make the keys that this run's keyring lacks."""
    keyring.make_missing()
