"""Sealed pictures and the log's copies in buckets of a real S3 server, which checks signatures; and when it fails."""

import contextlib
import secrets
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from pytest_django import Settings

from audit import queries as log
from audit.copies import reading, writing
from audit.proofs.statements import Statement
from deploy.local.state import CHECKOUT
from mpm_site import bucket as buckets_of_site
from mpm_site.bucket import Bucket, Unfinished
from tests.audit.conftest import as_role, as_superuser
from tests.audit.keeper import commit_many, published
from tests.audit.test_restore import lose, restored, rows
from tests.builders import upload
from tests.services import stack as stacks
from tests.services.faulty_store import WAYS, FaultyStore, Way
from tests.services.stack import Services
from vault import actions, checks, objects, queries
from vault.models import DataKey, SealedObject
from vault.sealing import CHUNK

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor", "identity"])
__all__ = ["as_role", "as_superuser"]
PICTURE = secrets.token_bytes(3 * CHUNK + 1000)
# S3 tells whole seconds, and this server rounds them up: what was written just now counts, too.
NOW = timedelta(seconds=-2)


def faults() -> list[str]:
    return sorted(fault.code for fault in queries.faults(deep=True, older_than=NOW))


def in_bucket(services: Services, name: str = stacks.OWN_BUCKET) -> dict[str, bytes]:
    client = services.swift.client()
    found = client.list_objects_v2(Bucket=name).get("Contents", ())
    return {each["Key"]: client.get_object(Bucket=name, Key=each["Key"])["Body"].read() for each in found}


def without_detour(settings: Settings, services: Services) -> dict[str, Any]:
    """The same bucket, reached straight."""
    sealed = settings.STORAGES["sealed"]
    return {**settings.STORAGES, "sealed": {**sealed, "OPTIONS": {**sealed["OPTIONS"], "endpoint": services.swift.url}}}


def bucket() -> Bucket:
    found = objects.storage()
    assert isinstance(found, Bucket)
    return found


def test_a_picture_is_kept_read_in_part_and_erased(buckets: FaultyStore, services: Services, tmp_path: Path) -> None:
    _key, kept = actions.keep(upload=upload(PICTURE))
    kept = SealedObject.objects.get(pk=kept.pk)
    assert actions.read(kept) == PICTURE
    for start in (1, CHUNK, 2 * CHUNK + 5, len(PICTURE) - 1, len(PICTURE)):
        assert b"".join(actions.open_object(kept, start)) == PICTURE[start:]
    (stored,) = in_bucket(services).values()
    assert PICTURE[:50] not in stored
    assert [path for path in (tmp_path / "objects").rglob("*") if path.is_file()] == []
    assert list(objects.names()) == [objects.name_of(kept.pk)]
    assert faults() == []
    actions.destroy_key(kept.key)
    assert in_bucket(services) == {}
    assert faults() == []


def test_fsck_finds_what_is_missing_altered_and_nobodys(buckets: FaultyStore, services: Services) -> None:
    key = actions.new_key()
    missing, altered, _good = (actions.seal(key=key, data=PICTURE) for _ in range(3))
    client = services.swift.client()
    client.delete_object(Bucket=stacks.OWN_BUCKET, Key=objects.name_of(missing.pk))
    client.put_object(Bucket=stacks.OWN_BUCKET, Key=objects.name_of(altered.pk), Body=secrets.token_bytes(100))
    client.put_object(Bucket=stacks.OWN_BUCKET, Key="ab/cd/nobody's", Body=b"x")
    assert faults() == ["altered", "missing", "orphan"]
    with pytest.raises(FileNotFoundError):
        actions.read(missing)
    with pytest.raises(actions.Tampered):
        actions.read(altered)


def test_an_object_is_never_replaced_and_a_copy_of_the_log_is(buckets: FaultyStore) -> None:
    bucket().save("one", ContentFile(b"first"))
    with pytest.raises(FileExistsError):
        bucket().save("one", ContentFile(b"second"))
    assert bucket().open("one").read() == b"first"
    for words in (b"first", b"second"):
        storages["log"].save("checkpoint", ContentFile(words))
    assert storages["log"].open("checkpoint").read() == b"second"


def test_a_long_object_goes_in_pieces_and_comes_in_little_memory(
    buckets: FaultyStore, services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets_of_site, "PIECE_BYTES", 6_000_000)
    data = secrets.token_bytes(15_000_000)
    settings.STORAGES = without_detour(settings, services)
    sealed = actions.seal(key=actions.new_key(), data=data)
    tracemalloc.start()
    place = 0
    for chunk in actions.open_object(sealed):
        assert data[place : place + len(chunk)] == chunk
        place += len(chunk)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert place == len(data)
    assert peak < 5_000_000


def test_pieces_of_a_write_that_was_killed_are_named_and_deleted_by_hand(
    buckets: FaultyStore, services: Services
) -> None:
    client, place = services.swift.client(), {"Bucket": stacks.OWN_BUCKET, "Key": "ab/cd/half"}
    place["UploadId"] = client.create_multipart_upload(**place)["UploadId"]
    client.upload_part(**place, PartNumber=1, Body=PICTURE)
    assert [fault.code for fault in queries.faults()] == []
    assert faults() == ["unfinished"]
    assert actions.sweep(older_than=NOW) == 0
    assert actions.sweep(older_than=NOW, orphans=True) == 1
    assert "Uploads" not in client.list_multipart_uploads(Bucket=stacks.OWN_BUCKET)
    assert faults() == []
    bucket().give_up(Unfinished("ab/cd/half", place["UploadId"]))


def test_a_wrong_secret_is_refused_and_never_repeated(
    buckets: FaultyStore, settings: Settings, services: Services
) -> None:
    sealed = settings.STORAGES["sealed"]
    wrong = {**sealed["OPTIONS"], "secret": "not the secret"}
    settings.STORAGES = {**settings.STORAGES, "sealed": {**sealed, "OPTIONS": wrong}}
    with pytest.raises(PermissionError, match="403") as refused:
        actions.keep(upload=upload(PICTURE))
    assert "not the secret" not in str(refused.value)
    assert not SealedObject.objects.exists()
    assert in_bucket(services) == {}
    assert "s3:GetBucketVersioning" in checks.refusal()


def test_a_bucket_that_keeps_versions_is_refused_in_one_sentence(
    buckets: FaultyStore, settings: Settings, services: Services
) -> None:
    assert checks.refusal() == ""
    client = services.swift.client()
    client.create_bucket(Bucket="versioned")
    for status in ("Enabled", "Suspended"):
        client.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": status})
        sealed = settings.STORAGES["sealed"]
        options = {**sealed["OPTIONS"], "bucket": "versioned"}
        settings.STORAGES = {**settings.STORAGES, "sealed": {**sealed, "OPTIONS": options}}
        assert "keeps versions" in checks.refusal()
        assert [error.id for error in checks.check_store()] == ["vault.E001"]


def test_a_silent_store_stops_no_start(buckets: FaultyStore) -> None:
    with buckets.fails("refused"):
        assert checks.refusal() == ""
        assert queries.is_store_there() is False
    assert queries.is_store_there() is True


@pytest.mark.requirement("R4")
@pytest.mark.parametrize("way", WAYS)
def test_whichever_way_the_store_fails_no_row_says_stored_without_its_bytes(
    way: Way, buckets: FaultyStore, services: Services
) -> None:
    kept = [actions.keep(upload=upload(PICTURE))[1]]
    with buckets.fails(way), pytest.raises(OSError):  # noqa: PT011 - each way has words of its own
        actions.keep(upload=upload(PICTURE))
    for method in ("HEAD", "PUT", "GET"):
        # Not every way spoils every request: half of an answer without a body is a whole one.
        with buckets.fails(way, method), contextlib.suppress(OSError):
            kept.append(actions.keep(upload=upload(PICTURE))[1])
    assert set(SealedObject.objects.values_list("pk", flat=True)) == {each.pk for each in kept}
    assert DataKey.objects.count() == len(kept)
    assert set(faults()) <= {"orphan", "leftover"}
    actions.sweep(older_than=NOW, orphans=True)
    assert faults() == []
    assert all(actions.read(each) == PICTURE for each in kept)
    assert set(in_bucket(services)) == {objects.name_of(each.pk) for each in kept}


@pytest.mark.requirement("R4")
@pytest.mark.parametrize("way", ["refused", "silent", "403", "500", "forgotten"])
def test_whichever_way_the_store_fails_nothing_counts_as_deleted_that_is_there(
    way: Way, buckets: FaultyStore, services: Services
) -> None:
    _key, kept = actions.keep(upload=upload(PICTURE))
    with buckets.fails(way, "DELETE"):
        actions.destroy_key(kept.key)
    kept.refresh_from_db()
    assert kept.deleted_at is None
    actions.sweep(older_than=NOW)
    assert in_bucket(services) == {}
    assert faults() == []


def test_an_answer_that_was_cut_is_taken_up_where_it_ended(buckets: FaultyStore) -> None:
    _key, kept = actions.keep(upload=upload(PICTURE))
    opened = actions.open_object(kept)
    with buckets.fails("cut short", "GET"):
        first = next(opened)
    assert first + b"".join(opened) == PICTURE


@pytest.mark.requirement("L12")
def test_the_log_is_copied_to_the_bucket_and_comes_back_from_it(
    buckets: FaultyStore, services: Services, settings: Settings, tmp_path: Path, as_superuser: psycopg.Connection,
    keeper_in_bucket: Callable[[], Statement],
) -> None:  # fmt: skip
    commit_many(300)
    keeper_in_bucket()
    kept = published().size
    commit_many(20)
    keeper_in_bucket()
    before, was = rows(), published()
    names = in_bucket(services, stacks.OWN_LOG_BUCKET)
    # The narrow tiles that the whole one replaced are gone.
    assert {"checkpoint", "tile/0/000", "tile/entries/000"} <= set(names)
    assert not [name for name in names if name.startswith(("tile/0/000.p", "tile/entries/000.p"))]
    lose(as_superuser, kept)
    assert keeper_in_bucket().refused == "behind"
    assert "20 entries refilled" in restored()
    assert rows() == before
    assert published() == was


def test_the_log_is_not_published_while_its_bucket_fails(
    buckets: FaultyStore, keeper_in_bucket: Callable[[], Statement]
) -> None:
    commit_many(3)
    way: Way
    for way in ("refused", "silent", "403", "500", "cut off"):
        with buckets.fails(way, "PUT"), pytest.raises(writing.CopyFailed):
            writing.publish("statement", "signed")
    with buckets.fails("404"):
        assert reading.checkpoint() is None
    for way in ("500", "refused", "silent"):
        with buckets.fails(way), pytest.raises(reading.CopiesDamaged):
            reading.checkpoint()
    keeper_in_bucket()
    assert log.checkpoint() is not None


def test_a_site_without_buckets_never_loads_their_client() -> None:
    program = "import django, sys; django.setup(); import mpm_site.urls; sys.exit('boto3' in sys.modules)"
    told = {"DJANGO_SETTINGS_MODULE": "mpm_site.settings", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "deploy.local.nowhere", sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, cwd=CHECKOUT, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
