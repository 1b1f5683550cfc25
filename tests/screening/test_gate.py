"""Nothing is shown or used without a clear verdict on the present content under the present policy."""

import hashlib
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django.fixtures import Settings

from audit.models import Event
from contributions.models import Photo
from screening import actions, queries
from screening.actions import viewing
from screening.actions.listing import import_hashes
from screening.hash_kinds import Hash
from screening.models import View
from tests import pictures
from tests.builders import given
from tests.cast import Casting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


def is_servable(photo: Photo) -> bool:
    return queries.servable().filter(pk=photo.pk).exists()


def digest_of(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@pytest.mark.requirement("S1")
def test_a_photo_nobody_agreed_to_is_not_servable() -> None:
    assert not is_servable(given().photos[0])


def test_a_digest_taken_back_no_longer_locks() -> None:
    data = pictures.png(240, 180)
    import_hashes(name="national", hashes=[Hash("sha256", digest_of(data))], by="system")
    import_hashes(name="national", hashes=[Hash("sha256", digest_of(data))], by="system", retract=True)
    assert is_servable(given(data).agree().photos[0])


@pytest.mark.requirement("L11")
def test_a_view_is_in_the_log_before_the_first_byte(staff: Casting) -> None:
    photo, me = given().agree().photos[0], staff("annotator").user.pk
    pixels = actions.view(photo_id=photo.pk, rendition="rendition", staff_id=me, reason="task")
    assert Event.objects.filter(action="photo:viewed").count() == View.objects.count() == 1
    assert b"".join(pixels)[:2] == b"\xff\xd8"


@pytest.mark.requirement("L11")
def test_without_the_log_there_is_no_picture(staff: Casting, monkeypatch: pytest.MonkeyPatch) -> None:
    photo, me = given().agree().photos[0], staff("annotator").user.pk

    def refuse(*_args: object, **_data: object) -> None:
        raise RuntimeError("the log is down")

    monkeypatch.setattr(viewing, "record", refuse)
    with pytest.raises(RuntimeError):
        actions.view(photo_id=photo.pk, rendition="rendition", staff_id=me, reason="task")
    assert not View.objects.exists()


@pytest.mark.parametrize("rendition", ["received", "preview", "../full"])
def test_only_rebuilt_renditions_can_be_viewed(staff: Casting, rendition: str) -> None:
    photo, me = given().agree().photos[0], staff("annotator").user.pk
    with pytest.raises(actions.NotServable):
        actions.view(photo_id=photo.pk, rendition=rendition, staff_id=me, reason="task")


def test_an_unknown_photo_is_refused(staff: Casting) -> None:
    with pytest.raises(actions.NotServable):
        actions.view(photo_id=uuid4(), rendition="full", staff_id=staff("annotator").user.pk, reason="task")


@pytest.mark.parametrize("statement", ["UPDATE screening_verdict SET state = 'clear'", "DELETE FROM screening_view"])
def test_verdicts_and_views_are_never_changed(statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_received_bytes_are_gone_once_a_photo_is_clear_and_stay_while_it_is_held(settings: Settings) -> None:
    assert given().photos[0].received.dropped_at is not None
    settings.KNOWN_LISTS_REQUIRED = ["national"]
    assert given(pictures.png(250, 180)).photos[0].received.dropped_at is None
