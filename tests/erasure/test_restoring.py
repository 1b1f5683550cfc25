"""A restored backup: closed until the tables follow the log, and then nothing that was erased is there for anybody."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError
from django.db import transaction
from django.test import Client

from audit import actions as audit
from audit.models import Event, Refill
from contributions import actions, queries
from contributions.models import Person, Photo, Withdrawal
from mpm_site import guard
from screening.queries import servable
from tests import soak
from tests.audit.events import SEEN
from tests.audit.keeper import Keeper
from tests.builders import Given
from tests.erasure.backups import Backup
from tests.erasure.restored import agreed, erase, fsck, openable, participant_of, refill, replay
from vault import actions as vault
from vault.queries import is_unrecoverable

pytestmark = pytest.mark.django_db(databases=["default", "identity", "auditor"], transaction=True)


def ids_of(sent: Given) -> list[UUID]:
    return [photo.pk for photo in sent.photos]


def closed(client: Client) -> list[str]:
    """Which of the things that a restored site may not do it does not do."""
    found = []
    if client.get("/readyz").json()["erasures"] is False:
        found.append("ready")
    with pytest.raises(guard.NotToBeStarted, match="replay_erasures"):
        guard.check_log()
    found.append("start")
    with pytest.raises(audit.NotReplayed), transaction.atomic():
        audit.record(SEEN, subject="x", by="system", photo="x", times=1)
    found.append("record")
    if not queries.in_use().exists():
        found.append("use")
    return found


@pytest.mark.requirement("E3", "E1")
@pytest.mark.parametrize("count", [4, pytest.param(20, marks=pytest.mark.soak)])
def test_after_a_restore_the_site_stays_closed_until_the_replay_and_nothing_erased_comes_back(
    keeper: Keeper, client: Client, count: int, request: pytest.FixtureRequest
) -> None:
    gone, kept = agreed(count), agreed(2)
    vault.rotate()
    keeper()
    backup = Backup.take()
    erase(gone)
    keeper()
    backup.restore()
    with pytest.raises(guard.NotToBeStarted, match="restore_log"):
        guard.check_log()
    assert "Next: replay_erasures" in refill()
    assert closed(client) == ["ready", "start", "record", "use"]
    said = replay()
    assert "The site may open." in said
    assert client.get("/readyz").json()["erasures"] is True
    guard.check_log()
    assert openable([*gone.photos, *kept.photos]) == {str(pk) for pk in ids_of(kept)}
    assert set(Photo.objects.filter(pk__in=ids_of(gone)).values_list("state", flat=True)) == {"erased"}
    assert set(queries.in_use().values_list("pk", flat=True)) == set(ids_of(kept))
    assert set(servable().values_list("pk", flat=True)) == set(ids_of(kept))
    assert not Person.objects.filter(photo__in=ids_of(gone)).exclude(age_text="").exists()
    assert all(is_unrecoverable(photo.key) for photo in gone.photos)
    assert fsck() == ""
    if request.node.get_closest_marker("soak"):
        soak.write_down("restore, replay", f"0 of {count} erased photos retrievable; closed until the replay")


@pytest.mark.requirement("E3")
def test_a_replay_can_be_told_again_and_tells_itself_once(keeper: Keeper) -> None:
    sent = agreed(2)
    vault.rotate()
    keeper()
    backup = Backup.take()
    erase(sent, sent.photos[0])
    keeper()
    backup.restore()
    refill()
    replay()
    assert "Nothing waits" in replay()
    told = Event.objects.filter(action="log:replayed")
    assert told.count() == 1
    before = (Withdrawal.objects.count(), Event.objects.filter(action__startswith="key:").count())
    assert "The site may open." in replay(start=0)
    assert told.count() == 2
    assert before == (Withdrawal.objects.count(), Event.objects.filter(action__startswith="key:").count())
    assert openable(sent.photos) == {str(sent.photos[1].pk)}
    assert fsck() == ""


def test_withdrawals_and_what_was_taken_back_stand_as_the_log_says(keeper: Keeper) -> None:
    sent = agreed(3)
    vault.rotate()
    keeper()
    backup = Backup.take()
    out, back, _stays = sent.photos
    who = participant_of(sent)
    actions.withdraw(participant=who, photos=[out.pk, back.pk], decision=uuid4(), method="page")
    actions.cancel(participant=who, photos=[back.pk], decision=uuid4(), method="page")
    keeper()
    rows = list(Withdrawal.objects.order_by("photo").values_list("photo", "decision", "erase_from", "cause"))
    backup.restore()
    refill()
    replay()
    assert list(Withdrawal.objects.order_by("photo").values_list("photo", "decision", "erase_from", "cause")) == rows
    assert Withdrawal.objects.get(photo=back).cancelled_at
    assert set(queries.in_use().values_list("pk", flat=True)) == set(ids_of(sent)) - {out.pk}
    assert fsck() == ""


def test_a_photo_that_we_ended_on_its_way_out_is_taken_back_by_nobody_after_a_restore(keeper: Keeper) -> None:
    sent = agreed(1)
    vault.rotate()
    who, photos = participant_of(sent), ids_of(sent)
    actions.withdraw(participant=who, photos=photos, decision=uuid4(), method="page")
    keeper()
    backup = Backup.take()
    actions.revoke(photos=photos, by=f"staff:{uuid4()}", reason="mistake")
    keeper()
    backup.restore()
    assert Withdrawal.objects.get().cause == Withdrawal.Cause.OWN_NO
    refill()
    replay()
    assert Withdrawal.objects.get().cause == Withdrawal.Cause.REVOKED
    actions.cancel(participant=who, photos=photos, decision=uuid4(), method="page")
    assert not queries.in_use().exists()
    assert fsck() == ""


@pytest.mark.requirement("E2")
def test_with_an_old_key_copy_nothing_is_changed_and_the_site_stays_closed(keeper: Keeper, folders: Path) -> None:
    sent = agreed(2)
    vault.rotate()
    keeper()
    copy = folders / "key-copy" / "keys.copy"
    backup, old = Backup.take(), copy.read_bytes()
    erase(sent, sent.photos[0])
    keeper()
    backup.restore()
    refill()
    copy.write_bytes(old)
    with pytest.raises(CommandError, match="not the newest"):
        replay()
    assert Refill.objects.filter(replayed_at=None).exists()
    with pytest.raises(guard.NotToBeStarted, match="replay_erasures"):
        guard.check_log()


def test_what_came_after_the_backup_is_counted_in_the_words_of_fsck(keeper: Keeper) -> None:
    agreed(1)
    vault.rotate()
    keeper()
    backup = Backup.take()
    agreed(2)
    keeper()
    backup.restore()
    refill()
    said = replay()
    assert "  photo_unknown 2" in said
    assert "  sending_unknown 1" in said
