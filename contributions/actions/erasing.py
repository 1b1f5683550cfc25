"""Erasing: keys destroyed, bytes deleted, marks emptied, what was agreed to ended. No page says so."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from consent import actions as consent
from consent.models import Method
from consent.queries import ConsentState, current
from contributions.actions.inviting import lapse_invitations
from contributions.actions.steps import alone_with, close_steps
from contributions.models import UNDER_WAY, ConsentSubject, Contribution, Person, Photo, Step
from contributions.queries.leaving import held_back
from contributions.transitions import PhotoState, SendingState, TransitionNotAllowed, check_photo
from vault import actions as vault
from vault.crash import here

# `epoch` is the newest that ever wrapped a key of the photo: with its end no backup opens the photo any more.
ERASED = EventKind(
    "photo:erased",
    "The keys of photo {photo} were destroyed and its bytes deleted; backups of them end with epoch {epoch}.",
    ("photo", "sending", "epoch"),
)
# With the photo ends what anybody agreed to, or was asked, about it. A no that stands says more, and stays.
ENDS_WITH_THE_PHOTO = frozenset(
    {ConsentState.REQUESTED, ConsentState.GIVEN, ConsentState.RENEWED, ConsentState.EXPIRED}
)
SENDING_CLOSED = EventKind("sending:closed", "Nothing of sending {sending} is left.", ("sending",))


def erase(*, photo_id: UUID) -> bool:
    """Destroy the keys of a photo whose time has come and delete its bytes. True when this call did it.

    Not while a worker is at it, so that nothing is sealed under a key that was just destroyed. A photo whose erasure is
    suspended is kept sealed. Raises TransitionNotAllowed for a photo that is not on its way out.
    """
    with alone_with(photo_id) as mine:
        if not mine:
            return False
        erased = _erase(photo_id)
    here("erasure:committed")
    return erased


@transaction.atomic
def _erase(photo_id: UUID) -> bool:
    # Sendings are locked before their photos, everywhere: the last photo closes its sending.
    Contribution.objects.select_for_update(of=("self",)).get(photos=photo_id)
    photo = Photo.objects.select_for_update(of=("self",)).select_related("key", "preview_key").get(pk=photo_id)
    if photo.state == PhotoState.ERASED:
        return False
    withdrawal = photo.withdrawals.filter(UNDER_WAY).first()
    if photo.state != PhotoState.LAPSED and (withdrawal is None or withdrawal.erase_from > timezone.now()):
        raise TransitionNotAllowed(f"photo {photo_id} is not on its way out")
    if photo_id in held_back([photo_id]):
        return False
    if photo.state in {PhotoState.RECEIVED, PhotoState.REFUSED}:
        move(photo, PhotoState.LAPSED, lapsed_at=timezone.now())
    keys = [key for key in (photo.key, photo.preview_key) if key is not None]
    for key in keys:
        vault.destroy_key(key)
    here("erasure:key_destroyed")
    check_photo(photo.state, PhotoState.ERASED)
    lapse_invitations(photos=[photo], by="system")
    _end_consent(photo)
    empty(photo=photo, at=timezone.now())
    epoch = max(key.epoch for key in keys)
    record(ERASED, subject=photo_id, by="system", photo=photo_id, sending=photo.contribution_id, epoch=epoch)
    close_if_over(sending=photo.contribution_id)
    return True


def empty(*, photo: Photo, at: datetime) -> None:
    """Leave nothing of an erased photo but its row: its keys are destroyed already."""
    Photo.objects.filter(pk=photo.pk).update(
        state=PhotoState.ERASED,
        erased_at=at,
        received_sha256="",
        received_md5="",
        content_sha256="",
        width=None,
        height=None,
        nobody=False,
        taken_decade=None,
        found_frame=None,
        frame=None,
    )
    _empty_people(photo)
    photo.withdrawals.filter(UNDER_WAY).update(erased_at=at)
    close_steps(photo=photo, phases=frozenset({Step.Phase.INTAKE, Step.Phase.CONSENTED}))


@transaction.atomic
def close_if_over(*, sending: UUID) -> None:
    """Close a sending of which nothing is left; the sweep lets its address go then."""
    contribution = Contribution.objects.select_for_update().get(pk=sending)
    under_way = contribution.state in {SendingState.DRAFT, SendingState.SENT}
    if contribution.closed_at or under_way or contribution.photos.exclude(state=PhotoState.ERASED).exists():
        return
    Contribution.objects.filter(pk=sending).update(closed_at=timezone.now())
    record(SENDING_CLOSED, subject=sending, by="system", sending=sending)


@transaction.atomic
def destroy_received(*, photo: Photo) -> None:
    """Destroy the bytes as they were sent, and their digests, too.

    While the sending is being put together the digests stay: they tell a file that is chosen twice.
    """
    photo = Photo.objects.select_for_update(of=("self",)).select_related("received", "contribution").get(pk=photo.pk)
    if photo.received.dropped_at is None:
        vault.delete(photo.received)
    if photo.contribution.state != SendingState.DRAFT:
        _forget_digests(photo)


@transaction.atomic
def destroy_preview(*, photo: Photo) -> None:
    """Destroy what the sender's own browser was shown; to be called when the photo is sent."""
    photo = Photo.objects.select_for_update(of=("self",)).select_related("preview_key", "received").get(pk=photo.pk)
    if photo.preview_key is not None:
        vault.destroy_key(photo.preview_key)
        Photo.objects.filter(pk=photo.pk).update(preview=None)
    if photo.received.dropped_at is not None:
        _forget_digests(photo)


def move(photo: Photo, state: PhotoState, **fields: datetime | str | bool | None) -> None:
    """Move a locked photo to a state, with these fields. Raises TransitionNotAllowed."""
    check_photo(photo.state, state)
    Photo.objects.filter(pk=photo.pk).update(state=state, **fields)
    photo.state = state


def _forget_digests(photo: Photo) -> None:
    Photo.objects.filter(pk=photo.pk).update(received_sha256="", received_md5="")


def _end_consent(photo: Photo) -> None:
    standing = current(ConsentSubject.objects.filter(photo=photo).values_list("pk", flat=True))
    ended = [subject for subject, record in standing.items() if record.state in ENDS_WITH_THE_PHOTO]
    # A decision of its own: the one that took the photo out may have been taken back by whoever made it.
    consent.revoke(subjects=ended, decision=uuid4(), by="system", method=Method.ERASURE)


def _empty_people(photo: Photo) -> None:
    """Empty the marks. The rows stay: readings of them were appended, and hold no more than a number."""
    Person.objects.filter(photo=photo).update(
        x=0,
        y=0,
        age_text="",
        age_years=None,
        age_low=None,
        age_high=None,
        age_rule="",
        adult_confirmed=False,
        basis="",
    )
