"""Keeping, opening, deleting: rows and bytes together."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from audit import actions as audit
from audit.models import Event
from tests.vault.conftest import files_holding
from vault import actions, keyring, objects, queries
from vault.models import DataKey, SealedObject
from vault.sealing import CHUNK
from vault.storage import PlainFileRefused
from vault.uploads import SealedUpload

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = b"a picture's bytes " * 40_000


def uploaded(data: bytes = PICTURE) -> SealedUpload:
    """A file as a view gets it."""
    request = RequestFactory().post("/", {"file": ContentFile(data, name="one.jpg")})
    upload = request.FILES["file"]
    assert isinstance(upload, SealedUpload)
    return upload


def stored() -> set[str]:
    """Names of everything in the storage."""
    return set(objects.names())


def test_a_kept_upload_is_opened_again(folders: Path) -> None:
    upload = uploaded()
    raw = upload.key
    key, kept = actions.keep(upload=upload)
    upload.close()
    assert actions.read(SealedObject.objects.get(pk=kept.pk)) == PICTURE
    assert (kept.size, kept.sha256) == (len(PICTURE), upload.sha256)
    assert stored() == {objects.name_of(kept.id)}
    assert not list((folders / "objects" / "incoming").iterdir())
    assert files_holding(folders, raw, PICTURE[:40]) == []
    assert raw not in bytes(DataKey.objects.get(pk=key.pk).wrapped or b"")


def test_an_upload_is_kept_once() -> None:
    upload = uploaded()
    actions.keep(upload=upload)
    upload.discard()
    with pytest.raises(actions.UploadNotKept):
        actions.keep(upload=upload)


def test_many_objects_under_one_key_from_bytes_or_a_stream() -> None:
    key = actions.new_key()
    one = actions.seal(key=key, data=PICTURE)
    other = actions.seal(key=key, data=(PICTURE[at : at + 1000] for at in range(0, len(PICTURE), 1000)))
    assert actions.read(one) == actions.read(other) == PICTURE
    assert max(map(len, actions.open_object(one))) <= CHUNK


def openable(*sealed: SealedObject) -> list[queries.Openable]:
    """These as many are read at once, in their order."""
    rows = {row[0]: queries.Openable(*row) for row in SealedObject.objects.values_list(*queries.Openable.columns())}
    return [rows[each.pk] for each in sealed]


@pytest.mark.requirement("E4")
def test_many_are_read_one_after_the_other_and_none_that_is_gone_or_altered(folders: Path) -> None:
    first, second, third = (actions.seal(key=actions.new_key(), data=PICTURE[number:]) for number in range(3))
    assert list(actions.read_each(openable(second, first))) == [PICTURE[1:], PICTURE]
    known = openable(first, second, third)
    actions.destroy_key(third.key)
    with pytest.raises(actions.ObjectGone):
        list(actions.read_each(openable(third)))
    with pytest.raises(FileNotFoundError):
        list(actions.read_each(known[2:]))
    one, other = (folders / "objects" / objects.name_of(each.id) for each in (first, second))
    one.write_bytes(other.read_bytes())
    with pytest.raises(actions.Tampered):
        list(actions.read_each(known[:1]))


def test_a_storage_that_is_no_folder_is_read_through_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = actions.seal(key=actions.new_key(), data=PICTURE)

    storage, path = objects.storage(), objects.storage().path(objects.name_of(sealed.id))

    def elsewhere(name: str) -> str:
        if not name:
            raise NotImplementedError
        return path

    monkeypatch.setattr(storage, "path", elsewhere)
    assert list(actions.read_each(openable(sealed))) == [PICTURE]


def test_a_key_that_a_rotation_moved_since_its_row_was_read_still_opens() -> None:
    sealed = actions.seal(key=actions.new_key(), data=PICTURE)
    known = openable(sealed)
    actions.rotate()
    assert list(actions.read_each(known)) == [PICTURE]


def test_an_object_is_opened_from_a_later_byte_on_and_never_behind_its_end() -> None:
    sealed = actions.seal(key=actions.new_key(), data=PICTURE)
    assert b"".join(actions.open_object(sealed, CHUNK + 3)) == PICTURE[CHUNK + 3 :]
    assert b"".join(actions.open_object(sealed, len(PICTURE))) == b""
    for start in (-1, len(PICTURE) + 1):
        with pytest.raises(ValueError, match="outside"):
            actions.open_object(sealed, start)


@pytest.mark.requirement("R4")
def test_when_the_transaction_fails_there_is_no_row_and_the_bytes_are_reported() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.keep(upload=uploaded())
        raise RuntimeError
    assert not SealedObject.objects.exists()
    assert [fault.code for fault in queries.faults(older_than=timedelta())] == ["orphan"]


@pytest.mark.requirement("R4")
def test_when_the_storage_fails_there_is_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_kwargs: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(objects.storage(), "_save", full)
    with pytest.raises(OSError, match="disk full"):
        actions.keep(upload=uploaded())
    assert not SealedObject.objects.exists()
    assert not DataKey.objects.exists()


@pytest.mark.requirement("E4")
def test_altered_swapped_and_missing_bytes_are_refused(folders: Path) -> None:
    key = actions.new_key()
    one, other = (actions.seal(key=key, data=PICTURE) for _ in range(2))
    first, second = (folders / "objects" / objects.name_of(each.id) for each in (one, other))
    first.write_bytes(second.read_bytes())
    with pytest.raises(actions.Tampered):
        actions.read(one)
    second.unlink()
    with pytest.raises(FileNotFoundError):
        actions.read(other)


def test_a_deleted_object_is_gone_at_commit_and_not_before() -> None:
    kept = actions.seal(key=actions.new_key(), data=PICTURE)
    with transaction.atomic():
        actions.delete(kept)
        assert len(stored()) == 1
        with pytest.raises(actions.ObjectGone):
            actions.open_object(kept)
    assert stored() == set()
    kept.refresh_from_db()
    assert kept.deleted_at is not None
    assert kept.sha256 == ""


@pytest.mark.requirement("E1")
def test_a_destroyed_key_takes_its_objects_along_and_is_recorded_once() -> None:
    key = actions.new_key()
    for _ in range(3):
        actions.seal(key=key, data=PICTURE)
    actions.destroy_key(key, by="system")
    actions.destroy_key(key)
    assert key.wrapped is None
    assert stored() == set()
    assert Event.objects.filter(action="key:destroyed", subject=str(key.id)).count() == 1
    with pytest.raises(actions.KeyMissing):
        actions.seal(key=key, data=b"more")


@pytest.mark.requirement("L10")
def test_when_the_event_cannot_be_recorded_nothing_is_destroyed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the log is down")

    kept = actions.seal(key=actions.new_key(), data=PICTURE)
    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError, match="the log is down"):
        actions.destroy_key(kept.key)
    assert actions.read(SealedObject.objects.get(pk=kept.pk)) == PICTURE


@pytest.mark.requirement("R1")
def test_a_deletion_cut_short_is_finished_by_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = actions.seal(key=actions.new_key(), data=PICTURE)
    with monkeypatch.context() as patched:

        def fail(_name: str) -> None:
            raise OSError("storage down")

        patched.setattr(objects.storage(), "delete", fail)
        actions.destroy_key(kept.key)
    assert len(stored()) == 1
    assert [fault.code for fault in queries.faults(older_than=timedelta())] == ["undeleted"]
    assert actions.sweep() == 1
    assert stored() == set()
    assert list(queries.faults(older_than=timedelta())) == []


def test_the_database_refuses_a_key_that_is_neither_wrapped_nor_destroyed() -> None:
    key = actions.new_key()
    for values in ({"wrapped": None}, {"destroyed_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DataKey.objects.filter(pk=key.pk).update(**values)


@pytest.mark.requirement("E1")
def test_the_database_holds_no_key_that_opens_anything_by_itself() -> None:
    upload = uploaded()
    raw = upload.key
    actions.keep(upload=upload)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(k::text, '') || string_agg(o::text, '') FROM vault_datakey k, vault_sealedobject o"
        )
        [text] = cursor.fetchone()
    assert raw.hex() not in text
    assert keyring.epoch_key(1).hex() not in text


def test_the_default_storage_keeps_nothing() -> None:
    with pytest.raises(PlainFileRefused):
        default_storage.save("photo.jpg", ContentFile(PICTURE))
