"""What an operator does after a restore, and what holds afterwards."""

import io
from collections.abc import Iterable
from uuid import UUID, uuid4

from django.core.management import call_command

from contributions import actions as contributions
from contributions.models import Photo
from tests.builders import Given, given
from tests.erasure.backups import as_owner
from tests.pictures import png
from vault import actions as vault
from vault.models import SealedObject


def refill() -> str:
    """What restore_log says."""
    out = io.StringIO()
    with as_owner():
        call_command("restore_log", stdout=out)
    return out.getvalue()


def replay(**options: object) -> str:
    """What replay_erasures says."""
    out = io.StringIO()
    call_command("replay_erasures", stdout=out, **options)
    return out.getvalue()


def fsck() -> str:
    """What fsck says once a sweep has finished what waits."""
    out = io.StringIO()
    call_command("sweep", grace=0, stdout=io.StringIO())
    try:
        call_command("fsck", grace=0, deep=True, stdout=out)
    except SystemExit:
        return out.getvalue()
    return ""


def openable(photos: Iterable[Photo]) -> set[str]:
    """The ids of photos of which any sealed object opens."""
    keys = {key: str(pk) for pk, *own in _keys(photos) for key in own if key}
    found = set()
    for sealed in SealedObject.objects.filter(key__in=list(keys)):
        try:
            vault.read(sealed)
        except (vault.ObjectGone, vault.Tampered, OSError):
            continue
        found.add(keys[sealed.key_id])
    return found


def agreed(count: int) -> Given:
    """A sending of so many photos that its giver agreed to, the workers done."""
    return given(*(png(60 + number, 40) for number in range(count))).agree()


def participant_of(sent: Given) -> UUID:
    """Who gave it, in the research database."""
    sent.sending.refresh_from_db()
    assert sent.sending.participant is not None
    return sent.sending.participant


def erase(sent: Given, *photos: Photo) -> None:
    """Withdraw these photos (or all) of a sending, at once and to the end: the epoch is changed."""
    ids, who = [photo.pk for photo in photos or sent.photos], participant_of(sent)
    contributions.withdraw(participant=who, photos=ids, decision=uuid4(), method="page")
    contributions.erase_now(participant=who, photos=ids)
    for pk in ids:
        contributions.erase(photo_id=pk)
    vault.rotate()


def _keys(photos: Iterable[Photo]) -> list[tuple[object, ...]]:
    ids = [photo.pk for photo in photos]
    return list(Photo.objects.filter(pk__in=ids).values_list("pk", "key", "preview_key"))
