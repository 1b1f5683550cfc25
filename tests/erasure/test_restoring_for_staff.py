"""What staff are shown of a restored site: nothing before the replay, and nothing erased after it."""

from contextlib import suppress
from http import HTTPStatus
from uuid import UUID

import pytest

from annotation.actions import put_back, take_next
from audit.actions import NotReplayed
from releases import actions as releases
from releases.models import Item, PublicId
from screening.actions import NotServable, view
from tests.builders import Given, read
from tests.cast import Casting
from tests.erasure.backups import Backup, restored_and_refilled
from tests.erasure.restored import agreed, erase, fsck, replay
from tests.releases import receiving
from tests.releases.curators import Curators, unpacked
from vault import actions as vault

pytestmark = pytest.mark.django_db(databases=["default", "identity", "auditor"], transaction=True)


def seen(photos: set[UUID], staff_id: UUID) -> set[UUID]:
    """Those of the photos that the gate's one way to a picture opens."""
    found = set()
    for photo in photos:
        with suppress(NotServable, NotReplayed):
            assert b"".join(view(photo_id=photo, rendition="full", staff_id=staff_id, reason="test"))
            found.add(photo)
    return found


def handed_out(staff_id: UUID) -> set[UUID]:
    """The photos that annotation hands out, one after the other."""
    found = set()
    with suppress(NotReplayed):
        while task := take_next(staff_id=staff_id):
            assert task.lease is not None
            found.add(task.photo_id)
            put_back(task_id=task.pk, lease=task.lease, staff_id=staff_id, not_now=True)
    return found


def released(curators: Curators) -> set[UUID]:
    """The photos that a release of our own holds once it is frozen."""
    with suppress(NotReplayed, releases.ReleaseNotPossible):
        curators.frozen()
    return set(Item.objects.values_list("public_id__photo", flat=True))


def ids(*sendings: Given) -> set[UUID]:
    return {photo.pk for sending in sendings for photo in sending.photos}


@pytest.mark.requirement("E3")
def test_staff_are_shown_nothing_before_the_replay_and_nothing_erased_after_it(staff: Casting) -> None:
    curators = Curators(staff)
    annotator, curator = curators.annotator, curators.first
    gone_read, kept_read = agreed(2), agreed(1)
    for _photo in range(3):
        read(annotator)
    gone_unread, kept_unread = agreed(2), agreed(1)
    everything = ids(gone_read, gone_unread, kept_read, kept_unread)
    vault.rotate()
    backup = Backup.take()
    erase(gone_read)
    erase(gone_unread)
    restored_and_refilled(backup)
    assert (seen(everything, curator), handed_out(annotator), released(curators)) == (set(), set(), set())
    replay()
    assert seen(everything, curator) == ids(kept_read, kept_unread)
    assert handed_out(annotator) == ids(kept_unread)
    assert released(curators) == ids(kept_read)


@pytest.mark.requirement("E3")
def test_a_release_from_before_the_backup_is_not_given_out_with_what_was_erased(staff: Casting) -> None:
    curators = Curators(staff)
    sent = agreed(2)
    for _photo in sent.photos:
        read(curators.annotator)
    release = curators.published()
    gone = str(PublicId.objects.get(photo=sent.photos[0]).pk).encode()
    program = receiving.handed_out(curators, release)
    vault.rotate()
    backup = Backup.take()
    erase(sent, sent.photos[0])
    restored_and_refilled(backup)
    assert program.get("data/shards/000000.tar").status != HTTPStatus.OK
    for done in (replay, fsck):
        done()
        assert program.get("data/shards/000000.tar").status == HTTPStatus.GONE
    assert gone not in b"".join(data for path, data in unpacked(release).items() if path.startswith("data/"))
    assert Item.objects.filter(dropped_at=None).count() == 1
    assert fsck() == ""
