"""Giving, up to the marks: a sending begins, photos come in and go out again, everything can be stopped."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from consent import actions as consent
from consent.models import Method
from contributions.actions import leaving
from contributions.actions.drafts import actor_of, locked_draft
from contributions.actions.ending import ends_unanswered
from contributions.actions.refusals import CampaignNotOpen
from contributions.actions.steps import open_steps
from contributions.limits import CLIENT_HOURS, MEGA, STARTS_PER_CLIENT, NotAdded, free_bytes, megabytes
from contributions.models import ConsentSubject, Contribution, Photo, Step
from contributions.queries.campaign_state import campaign
from contributions.queries.giving import held_photos, next_number, unverified_bytes
from contributions.transitions import SendingState
from identity import actions as identity
from vault import actions as vault
from vault.crash import here

STARTED = EventKind("sending:started", "Sending {sending} was begun by somebody who says to be an adult.", ("sending",))
RECEIVED = EventKind(
    "photo:received",
    "Photo {photo} of sending {sending} was received.",
    ("photo", "sending"),
    ties=(("sending", "photo"),),
)

REMOVED = "removed"
HIGHEST_NUMBER = 999


@dataclass(frozen=True, slots=True)
class Added:
    """The photo that an upload led to; `is_repeat` when the same file was here before and the new one was not kept."""

    photo: Photo
    is_repeat: bool = False


def start(*, language: str, client: str) -> Contribution:
    """Begin a sending for somebody who stated to be 18 or over. `client` is the connection's address, for the limit.

    Raises CampaignNotOpen and identity.actions.TooMany.
    """
    if not campaign().is_open:
        raise CampaignNotOpen
    identity.count_attempt(purpose="sending_start", value=client, limit=STARTS_PER_CLIENT, hours=CLIENT_HOURS)
    with transaction.atomic():
        sending = Contribution.objects.create(language=language, adult_stated_at=timezone.now())
        record(STARTED, subject=sending.pk, by=actor_of(sending.pk), sending=sending.pk)
    return sending


def add_photo(*, sending: UUID, upload: vault.SealedUpload, client_key: UUID, number: int, client: str) -> Added:
    """Keep an upload as a photo of a sending. A retry with the same `client_key` is the same photo.

    `number` is what the browser called it; it gets another where that is taken. Whatever is not kept is discarded.
    Raises NotAdded (a limit, with its sentence) and TransitionNotAllowed (the sending takes no more photos).
    """
    try:
        known = Photo.objects.filter(contribution=sending, client_key=client_key).first()
        if known is not None:
            return Added(known)
        if not campaign().is_open:
            raise NotAdded("paused")
        _check_room(upload)
        _count(client, upload.size or 0)
        added = _keep(sending, upload, client_key, number)
        here("upload:committed")
        return added
    finally:
        upload.discard()


@transaction.atomic
def remove_photo(*, photo: Photo) -> None:
    """Take a photo out of a sending that is being put together, for good. A second time does nothing."""
    locked_draft(photo.contribution_id)
    leaving.lapse(photos=[photo], reason=REMOVED, by=actor_of(photo.contribution_id))


@transaction.atomic
def stop(*, sending: UUID) -> None:
    """Stop a sending and have everything of it erased at once. A second time does nothing.

    Raises TransitionNotAllowed when it was answered: then withdrawing is the way.
    """
    contribution = Contribution.objects.select_for_update().get(pk=sending)
    if contribution.state in {SendingState.STOPPED, SendingState.LAPSED}:
        return
    by = actor_of(sending)
    if contribution.state == SendingState.SENT:
        subjects = ConsentSubject.objects.filter(photo__contribution=sending).values_list("pk", flat=True)
        consent.refuse(subjects=list(subjects), decision=ends_unanswered(sending), by=by, method=Method.STOP)
    leaving.lapse_sending(sending=sending, state=SendingState.STOPPED, reason=leaving.STOPPED, by=by)


def _check_room(upload: vault.SealedUpload) -> None:
    size = upload.size or 0
    if upload.too_large:
        raise NotAdded("too_large", size=megabytes(size))
    if size == 0:
        raise NotAdded("not_a_picture")
    no_disk = free_bytes() - size < settings.FREE_DISK_FLOOR_BYTES
    if no_disk or unverified_bytes() + size > settings.UNVERIFIED_MAX_BYTES:
        raise NotAdded("no_room")


def _count(client: str, size: int) -> None:
    """Count the upload, and its size in megabytes, towards what one connection may send in an hour."""
    files = ("upload_files", settings.CLIENT_HOURLY_FILES, 1)
    volume = ("upload_megabytes", settings.CLIENT_HOURLY_BYTES // MEGA, megabytes(size))
    try:
        for purpose, limit, weight in (files, volume):
            identity.count_attempt(purpose=purpose, value=client, limit=limit, hours=CLIENT_HOURS, weight=weight)
    except identity.TooMany:
        raise NotAdded("too_many_this_hour") from None


@transaction.atomic
def _keep(sending: UUID, upload: vault.SealedUpload, client_key: UUID, number: int) -> Added:
    draft = locked_draft(sending)
    known = draft.photos.filter(client_key=client_key).first()
    if known is not None:
        return Added(known)
    held = held_photos(draft)
    twin = held.filter(received_sha256=upload.sha256).first()
    if twin is not None:
        return Added(twin, is_repeat=True)
    _check_sending(draft, upload.size or 0)
    if not 1 <= number <= HIGHEST_NUMBER or draft.photos.filter(number=number).exists():
        number = next_number(draft)
    key, received = vault.keep(upload=upload)
    here("upload:kept")
    photo = Photo.objects.create(
        contribution=draft,
        number=number,
        client_key=client_key,
        received_bytes=received.size,
        received_sha256=upload.sha256,
        received_md5=upload.md5,
        key=key,
        received=received,
    )
    open_steps(photo=photo, phase=Step.Phase.INTAKE)
    record(RECEIVED, subject=photo.pk, by=actor_of(sending), photo=photo.pk, sending=sending)
    return Added(photo)


def _check_sending(draft: Contribution, size: int) -> None:
    held = held_photos(draft)
    count, total = held.count(), held.aggregate(total=Sum("received_bytes"))["total"] or 0
    if count >= settings.SENDING_MAX_FILES:
        raise NotAdded("too_many_files")
    if total + size > settings.SENDING_MAX_BYTES:
        raise NotAdded("too_many_bytes", total=megabytes(total + size), count=count)
