"""What `manage.py check --deploy` says of the store of sealed objects."""

import pytest
from pytest_django import Settings

from vault import checks


@pytest.mark.parametrize(
    ("endpoint", "is_open"),
    [
        ("http://s3.example.org:7070", True),
        ("http://192.0.2.7", True),
        ("https://s3.example.org", False),
        ("http://s3:7070", False),
        ("http://localhost:7070", False),
        ("http://127.0.0.1:7070", False),
        ("http://[::1]:7070", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("name", ["sealed", "log"])
def test_plain_http_to_another_hosts_object_store_is_told(
    endpoint: str, is_open: bool, name: str, settings: Settings
) -> None:
    storage = settings.STORAGES[name]
    settings.STORAGES = {
        **settings.STORAGES,
        name: {**storage, "OPTIONS": {**storage["OPTIONS"], "endpoint": endpoint}},
    }
    assert [told.id for told in checks.check_endpoint()] == (["vault.W001"] if is_open else [])
