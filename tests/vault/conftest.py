"""A keyring, a key copy and a storage of its own for every test."""

from pathlib import Path

import pytest
from pytest_django import Settings

from vault import keyring


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Settings) -> Path:
    """The folder that holds them all: keyring, key-copy, objects."""
    objects = tmp_path / "objects"
    objects.mkdir()
    settings.KEYRING = tmp_path / "keyring"
    settings.KEY_COPY = tmp_path / "key-copy"
    settings.MEDIA_ROOT = objects
    sealed = settings.STORAGES["sealed"]
    settings.STORAGES = {
        **settings.STORAGES,
        "sealed": {**sealed, "OPTIONS": {**sealed["OPTIONS"], "location": objects}},
    }
    keyring.make_missing()
    return tmp_path


def files_holding(folder: Path, *words: bytes) -> list[Path]:
    """Files anywhere under `folder` in which one of the words stands."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if any(word in path.read_bytes() for word in words)]
