"""What this room does after a restored backup (settings.LOG_REPLAYERS): its rows follow the entries that came back.

Erasures, withdrawals and what ended are done again, and nothing that gives more use than the backup knew: a photo or a
mark that came later has no row, and a sending that was sent later lapses. No entry is recorded: the log holds them all.
Each entry is looked at in the order of the log and changes nothing when its row is there already.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.dateparse import parse_datetime

from audit.models import Event
from audit.queries import id_in, retold
from contributions.actions import replaying_claims
from contributions.actions.erasing import empty
from contributions.actions.leaving import STOPPED
from contributions.actions.replaying_campaign import replay_campaign
from contributions.actions.steps import close_steps, open_steps
from contributions.models import UNDER_WAY, ConsentSubject, Contribution, Invitation, Photo, Step, Withdrawal
from contributions.transitions import HELD, InvitationState, PhotoState, SendingState
from vault import actions as vault
from vault.crash import here


def replay(*, first: int, size: int) -> int:
    """Bring photos, withdrawals, sendings, invitations to where entries `first` up to `size` say; how many changed."""
    changed = _replay(first, size)
    here("replay:photos")
    return changed


@transaction.atomic
def _replay(first: int, size: int) -> int:
    told = retold(*FOLLOWED, first=first, size=size, read=lambda entry: UUID(entry.subject))
    return sum(FOLLOWED[entry.action](entry, subject) for entry, subject in told) + replay_campaign(
        first=first, size=size
    )


def _withdrawn(entry: Event, photo_id: UUID) -> bool:
    photo = _photo(photo_id)
    decision, erase_from = id_in(entry, "decision"), parse_datetime(str(entry.data["erase_from"]))
    if photo is None or photo.state not in HELD or erase_from is None:
        return False
    if photo.withdrawals.filter(UNDER_WAY).exists() or photo.withdrawals.filter(decision=decision).exists():
        return False
    cause = Withdrawal.Cause(entry.data.get("cause", Withdrawal.Cause.OWN_NO))
    Withdrawal.objects.create(photo=photo, decision=decision, cause=cause, stopped_at=entry.at, erase_from=erase_from)
    open_steps(photo=photo, phase=Step.Phase.WITHDRAWAL)
    return True


def _cancelled(entry: Event, photo_id: UUID) -> bool:
    photo = _photo(photo_id)
    open_ones = Withdrawal.objects.filter(UNDER_WAY, photo=photo_id, stopped_at__lt=entry.at)
    if photo is None or photo.state not in HELD or not open_ones.update(cancelled_at=entry.at):
        return False
    close_steps(photo=photo, phases=frozenset({Step.Phase.WITHDRAWAL}))
    if photo.steps.filter(phase=Step.Phase.INTAKE, done_at__isnull=True).exists():
        open_steps(photo=photo, phase=Step.Phase.INTAKE)
    open_steps(photo=photo, phase=Step.Phase.CONSENTED)
    return True


def _kept_out(entry: Event, photo_id: UUID) -> bool:
    cause = Withdrawal.Cause(entry.data["cause"])
    under_way = Withdrawal.objects.filter(UNDER_WAY, photo=photo_id, stopped_at__lt=entry.at)
    return bool(under_way.exclude(cause__in=[cause, Withdrawal.Cause.REVOKED]).update(cause=cause))


def _hastened(entry: Event, photo_id: UUID) -> bool:
    waiting = Withdrawal.objects.filter(UNDER_WAY, photo=photo_id, stopped_at__lt=entry.at, erase_from__gt=entry.at)
    return bool(waiting.update(erase_from=entry.at))


def _lapsed(entry: Event, photo_id: UUID) -> bool:
    photo = _photo(photo_id)
    if photo is None or photo.state in {PhotoState.LAPSED, PhotoState.ERASED}:
        return False
    Photo.objects.filter(pk=photo_id).update(state=PhotoState.LAPSED, lapsed_at=entry.at)
    open_steps(photo=photo, phase=Step.Phase.WITHDRAWAL)
    return True


def _erased(entry: Event, photo_id: UUID) -> bool:
    photo = _photo(photo_id)
    if photo is None or photo.state == PhotoState.ERASED:
        return False
    for key in (photo.key, photo.preview_key):
        if key is not None:
            vault.destroy_key(key)
    empty(photo=photo, at=entry.at)
    return True


def _readdressed(entry: Event, sending: UUID) -> bool:
    participant = id_in(entry, "participant")
    waiting = Contribution.objects.filter(pk=sending, state=SendingState.SENT).exclude(participant=participant)
    before = waiting.values_list("participant", flat=True).first()
    if before is None:
        return False
    ConsentSubject.objects.filter(photo__contribution=sending, participant=before).update(participant=participant)
    return bool(waiting.update(participant=participant))


def _answered(_entry: Event, sending: UUID) -> bool:
    if not Contribution.objects.filter(pk=sending, state=SendingState.SENT).update(state=SendingState.ANSWERED):
        return False
    for photo in Photo.objects.filter(contribution=sending, state__in=HELD):
        open_steps(photo=photo, phase=Step.Phase.CONSENTED)
    return True


def _let_go(entry: Event, sending: UUID) -> bool:
    ended = SendingState.STOPPED if entry.data["reason"] == STOPPED else SendingState.LAPSED
    under_way = Contribution.objects.filter(pk=sending, state__in=[SendingState.DRAFT, SendingState.SENT])
    return bool(under_way.update(state=ended))


def _closed(entry: Event, sending: UUID) -> bool:
    over = Contribution.objects.filter(pk=sending, closed_at__isnull=True).exclude(state=SendingState.DRAFT)
    left = Photo.objects.filter(contribution=sending).exclude(state=PhotoState.ERASED)
    return not left.exists() and bool(over.update(closed_at=entry.at))


def _asked(entry: Event, invitation: UUID) -> bool:
    written = Invitation.objects.filter(pk=invitation, state=InvitationState.WRITTEN).first()
    if written is None:
        return False
    ConsentSubject.objects.get_or_create(
        participant=written.participant, photo_id=written.photo_id, defaults={"id": id_in(entry, "consent")}
    )
    return _moved(invitation, InvitationState.WRITTEN, InvitationState.ASKED, asked_at=entry.at)


def _replied(entry: Event, invitation: UUID) -> bool:
    return _moved(invitation, InvitationState.ASKED, InvitationState.ANSWERED, answered_at=entry.at)


def _not_replied(entry: Event, invitation: UUID) -> bool:
    before = (InvitationState.WRITTEN, InvitationState.ASKED)
    return any(_moved(invitation, state, InvitationState.LAPSED, lapsed_at=entry.at) for state in before)


def _moved(invitation: UUID, before: InvitationState, after: InvitationState, **times: datetime) -> bool:
    return bool(Invitation.objects.filter(pk=invitation, state=before).update(state=after, **times))


def _photo(photo_id: UUID) -> Photo | None:
    found = Photo.objects.select_for_update(of=("self",)).select_related("key", "preview_key")
    return found.filter(pk=photo_id).first()


FOLLOWED: Final[dict[str, Callable[[Event, UUID], bool]]] = {
    "photo:withdrawn": _withdrawn,
    "photo:withdrawal_cancelled": _cancelled,
    "photo:kept_out": _kept_out,
    "photo:erasure_hastened": _hastened,
    "photo:lapsed": _lapsed,
    "photo:erased": _erased,
    "sending:readdressed": _readdressed,
    "sending:answered": _answered,
    "sending:lapsed": _let_go,
    "sending:closed": _closed,
    "invitation:asked": _asked,
    "invitation:answered": _replied,
    "invitation:lapsed": _not_replied,
    **replaying_claims.FOLLOWED,
}
