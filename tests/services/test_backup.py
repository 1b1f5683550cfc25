"""Objects and the log's copies of a real S3 server in a backup, and back again."""

import io
import os
from pathlib import Path
from uuid import uuid4

import pytest

from deploy import buckets
from deploy.backup import restoring, stores, storing
from deploy.backup.stores import OBJECT, Folder, InBucket
from tests.services.stack import Services
from vault import objects


@pytest.fixture
def backed_up(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of a backup, with two buckets of its own, made by the site's own command."""
    told = services.swift.settings(bucket="backed-up-objects", log_bucket="backed-up-log")
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert (buckets.main(), buckets.main()) == (0, 0)


def test_objects_of_a_bucket_are_mirrored_and_what_was_lost_is_put_back(backed_up: None, tmp_path: Path) -> None:
    bucket, backup = stores.objects(), Folder(tmp_path, OBJECT)
    kept = {objects.name_of(uuid4()): os.urandom(70_000 + number) for number in range(4)}
    for name, value in kept.items():
        bucket.put(name, io.BytesIO(value))
    bucket.put("ab/cd/nobody's", io.BytesIO(b"forged"))
    assert storing.mirror(bucket, backup, days=30) == len(kept)
    assert {name: backup.path(name).read_bytes() for name in backup.names()} == kept
    lost = list(kept)[2]
    InBucket("backed-up-objects")._bucket.delete(lost)
    assert storing.mirror(bucket, backup, days=30) == len(kept) - 1
    assert restoring.put_back(backup, bucket) == 1
    with bucket.open(lost) as file:
        assert file.read() == kept[lost]


def test_the_logs_copies_of_a_bucket_are_kept_with_what_they_were(backed_up: None, tmp_path: Path) -> None:
    bucket = stores.log_copies()
    bucket.put("checkpoint", io.BytesIO(b"one"))
    assert storing._keep_history(bucket, tmp_path, "first") == 1
    InBucket("backed-up-log")._bucket.delete("checkpoint")
    bucket.put("checkpoint", io.BytesIO(b"two"))
    assert storing._keep_history(bucket, tmp_path, "second") == 1
    assert (tmp_path / "log" / "checkpoint").read_bytes() == b"two"
    assert (tmp_path / "log-before" / "second" / "checkpoint").read_bytes() == b"one"
