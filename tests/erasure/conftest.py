"""A keyring, a key copy, a storage and a log's keeper of its own for every test."""

from tests.audit.conftest import as_superuser, keeper
from tests.vault.conftest import folders

__all__ = ["as_superuser", "folders", "keeper"]
