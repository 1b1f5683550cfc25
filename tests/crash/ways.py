"""For each named point: a state reached by real actions, the job that dies there, and what holds once it was swept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from consent.models import ConsentRecord, Receipt
from contributions import actions, queries
from contributions.models import Photo, Withdrawal
from identity.models import Identity, Keep, Link, Mail
from identity.queries import hears_updates, live_link
from releases import actions as releases
from releases.models import Audience
from tests import pictures
from tests.builders import given, read, upload
from tests.contributions.giver import Giver
from tests.identity.mails import last_link
from vault import actions as vault
from vault import keyring
from vault.queries import is_unrecoverable


@dataclass(frozen=True)
class Way:
    """A job with its arguments, and what to look at afterwards."""

    job: str
    args: dict[str, Any]
    look: Callable[[], None]


def somebody() -> Giver:
    """A giver with an address of their own."""
    return Giver(address=f"{uuid4().hex}@example.org")


def adding() -> Way:
    """Killed while an upload is kept; the browser tries again with the same key."""
    giver, key, width = somebody().drafts(0), uuid4(), 70

    def look() -> None:
        again = actions.add_photo(
            sending=giver.sending, upload=upload(pictures.png(width, 40)), client_key=key, number=1, client=uuid4().hex
        )
        assert giver.contribution.photos.count() == 1
        actions.run(photo_id=again.photo.pk)
        assert Photo.objects.get(pk=again.photo.pk).state == "ready"

    return Way("add", {"sending": str(giver.sending), "client_key": str(key), "width": width}, look)


def rebuilding() -> Way:
    """Killed in a step; nobody does anything but the sweep."""
    giver = somebody().drafts(rebuilt=False)
    photo = giver.photos[0]

    def look() -> None:
        photo.refresh_from_db()
        assert photo.state == "ready"
        assert photo.full is not None
        assert vault.read(photo.full)
        assert not photo.steps.filter(done_at__isnull=True).exists()

    return Way("run", {"photo": str(photo.pk)}, look)


def sending() -> Way:
    """Killed between the two databases while sending; whoever was not told "sent" presses again."""
    giver = somebody().drafts()

    def look() -> None:
        giver.sends()
        _one_mail(giver, Mail.Kind.CONSENT_LINK)
        assert Keep.objects.get(pk=giver.sending).identity_id == giver.participant
        giver.answers("research")
        assert queries.in_use().filter(pk__in=giver.ids).count() == 1

    return Way("send", {"sending": str(giver.sending), "address": giver.address}, look)


def readdressing() -> Way:
    """Killed after the address was changed in identity and before research followed."""
    giver, address = somebody().drafts().sends(), f"{uuid4().hex}@example.org"

    def look() -> None:
        assert Keep.objects.get(pk=giver.sending).identity_id == giver.participant
        giver.answers("research")
        assert queries.in_use().filter(pk__in=giver.ids).count() == 1

    return Way("readdress", {"sending": str(giver.sending), "address": address}, look)


def answering() -> Way:
    """Killed while an answer is taken. Either it was never taken, and the link works, or it stands whole."""
    giver = somebody().drafts().sends()
    link = giver.opens_link()

    def look() -> None:
        if live_link(link.pk, Link.Action.CONSENT):
            giver.answers("research", "updates")
        giver.works()
        assert queries.in_use().filter(pk__in=giver.ids).count() == 1
        assert hears_updates(giver.participant)
        subject = queries.subjects_of(giver.participant, giver.ids)[giver.ids[0]]
        assert ConsentRecord.objects.filter(subject=subject, state="given").count() == 1
        assert Receipt.objects.filter(participant=giver.participant).exists()
        _one_mail(giver, Mail.Kind.RECEIPT)

    return Way("answer", {"link": str(link.pk)}, look)


def withdrawing() -> Way:
    """Killed after the withdrawal was committed: it stands, and its receipt is made up."""
    giver = _agreed()

    def look() -> None:
        assert not queries.in_use().filter(pk__in=giver.ids).exists()
        assert Withdrawal.objects.filter(photo__in=giver.ids).count() == 1
        assert Mail.objects.filter(identity=giver.participant, kind=Mail.Kind.RECEIPT).count() == 2

    return Way("withdraw", {"participant": str(giver.participant)}, look)


def erasing() -> Way:
    """Killed while a photo is erased: afterwards nothing opens it, and its neighbour is as it was."""
    giver = _agreed(2)
    photo, other = giver.photos
    actions.withdraw(participant=giver.participant, photos=[photo.pk], decision=uuid4(), method="page")
    Withdrawal.objects.filter(photo=photo).update(erase_from=timezone.now())

    def look() -> None:
        photo.refresh_from_db()
        assert photo.state == "erased"
        vault.rotate()
        assert is_unrecoverable(photo.key)
        assert _opens(other)
        assert Identity.objects.filter(pk=giver.participant).exists()

    return Way("erase", {"photo": str(photo.pk)}, look)


def rotating() -> Way:
    """Killed while the epoch changes: every living photo opens, and the next rotation finishes."""
    giver = somebody().drafts()

    def look() -> None:
        assert _opens(giver.photos[0])
        vault.rotate()
        assert _opens(giver.photos[0])
        assert len(keyring.epochs()) == 1

    return Way("rotate", {}, look)


def releasing() -> Way:
    """Killed while a frozen release is built: it is built by the sweep, whole, and no archive is left over."""
    staff = [User.objects.enrol(email=f"{uuid4().hex}@example.org", name="Somebody").pk for _ in range(2)]
    given(pictures.png(90, 60)).agree()
    read(staff[0])
    drafted = releases.draft(audience=Audience.OWN, bases=frozenset(), with_nobody=False, staff_id=staff[0])
    release = releases.freeze(release_id=drafted.pk, staff_id=staff[0])

    def look() -> None:
        release.refresh_from_db()
        assert release.state == "built"
        assert release.archive is not None
        assert sum(map(len, vault.open_object(release.archive))) == release.archive_bytes
        # The next way may draft its own.
        releases.abort(release_id=release.pk, by="system", reason="given_up")

    return Way("build", {"release": str(release.pk)}, look)


WAYS: dict[str, Callable[[], Way]] = {
    "upload:kept": adding,
    "upload:committed": adding,
    "step:started": rebuilding,
    "rebuild:sealed": rebuilding,
    "rebuild:committed": rebuilding,
    "sending:address_kept": sending,
    "sending:decided": sending,
    "sending:address_changed": readdressing,
    "consent:claimed": answering,
    "consent:decided": answering,
    "consent:closed": answering,
    "withdrawal:committed": withdrawing,
    "erasure:key_destroyed": erasing,
    "erasure:committed": erasing,
    "rotation:epoch_made": rotating,
    "rotation:moved": rotating,
    "rotation:copied": rotating,
    "release:begun": releasing,
    "release:sealed": releasing,
}


def _agreed(count: int = 1) -> Giver:
    giver = somebody().drafts(count).sends()
    giver.answers("research")
    return giver


def _opens(photo: Photo) -> bool:
    photo = Photo.objects.select_related("full__key").get(pk=photo.pk)
    return photo.full is not None and vault.read(photo.full).startswith(b"\xff\xd8")


def _one_mail(giver: Giver, kind: Mail.Kind) -> None:
    """One mail of this kind was written for the person, and it can be sent."""
    assert Mail.objects.filter(identity=giver.participant, kind=kind, ready_at__isnull=False).count() == 1
    if kind == Mail.Kind.CONSENT_LINK:
        assert last_link()
