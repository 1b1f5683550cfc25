"""What this room does after a restored backup (settings.LOG_REPLAYERS): no verdict and no hold is lost.

A lock keeps a photo from being erased, and so does a hold; without them the sweep would erase it before anybody looked.
"""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from audit.models import Event
from audit.queries import id_in, retold
from contributions.models import Photo
from screening.actions.replaying_desk import FOLLOWED_DESK, REFERENCE_LOST, officer_of
from screening.models import LegalHold, Verdict
from screening.queries import HOLD_WITHOUT_OFFICERS
from screening.transitions import HoldState, VerdictState

# A verdict's row is a little older than its entry, which is sealed when its transaction commits.
SEALED_WITHIN: Final = timedelta(minutes=10)


@transaction.atomic
def replay(*, first: int, size: int) -> int:
    """Append verdicts, and bring holds to where entries `first` up to `size` say; how many rows changed."""
    changed = 0
    # What was placed and lifted again is no reason to lock anything.
    over = {hold for _entry, hold in retold("hold:lifted", first=first, size=size, read=_hold)}
    for entry, photo_id in retold(*FOLLOWED, first=first, size=size, read=lambda entry: id_in(entry, "photo")):
        photo = Photo.objects.filter(pk=photo_id).first()
        if photo is not None:
            changed += FOLLOWED[entry.action](entry, photo) or _locked(entry, photo, over)
    return changed


def _judged(entry: Event, photo: Photo) -> bool:
    """Append a verdict, unless its row or a newer one is there."""
    verdict, policy = VerdictState(entry.data["verdict"]), str(entry.data["policy"])
    newest = Verdict.objects.filter(photo=photo).order_by("-at", "-id").first()
    if newest and newest.at > entry.at:
        return False
    is_like_it = newest and (newest.state, newest.policy, newest.by) == (verdict, policy, entry.actor)
    if newest and is_like_it and newest.at > entry.at - SEALED_WITHIN:
        return False
    _append(entry, photo, verdict, policy, list(entry.data["reasons"]))
    return True


def _append(entry: Event, photo: Photo, verdict: VerdictState, policy: str, reasons: list[str]) -> None:
    Verdict.objects.create(
        photo=photo,
        content=photo.full_id or photo.received_id,
        policy=policy,
        state=verdict,
        reasons=reasons,
        by=entry.actor,
        at=entry.at,
    )


def _proposed(entry: Event, photo: Photo) -> bool:
    hold, officer = id_in(entry, "hold"), officer_of(entry)
    if officer is None or LegalHold.objects.filter(pk=hold).exists():
        return False
    LegalHold.objects.create(
        pk=hold, photo=photo, reference=REFERENCE_LOST, proposed_by_id=officer, proposed_at=entry.at
    )
    return True


def _placed(entry: Event, _photo: Photo) -> bool:
    officer = officer_of(entry)
    proposed = LegalHold.objects.filter(pk=_hold(entry), state=HoldState.PROPOSED)
    return officer is not None and bool(
        proposed.update(state=HoldState.PLACED, placed_by_id=officer, placed_at=entry.at)
    )


def _locked(entry: Event, photo: Photo, over: Collection[UUID]) -> bool:
    """Lock a photo whose hold cannot be placed, because the backup does not know one of its officers.

    The lock ends as a hold does, by two officers: screening.queries.locked_among.
    """
    if entry.action != "hold:placed" or (hold := _hold(entry)) in over:
        return False
    placed = LegalHold.objects.filter(pk=hold).exclude(state=HoldState.PROPOSED)
    locked = Verdict.objects.filter(photo=photo, reasons__contains=[HOLD_WITHOUT_OFFICERS], at=entry.at)
    if placed.exists() or locked.exists():
        return False
    _append(entry, photo, VerdictState.LOCKED, "", [HOLD_WITHOUT_OFFICERS])
    return True


def _lifting(entry: Event, _photo: Photo) -> bool:
    officer = officer_of(entry)
    placed = LegalHold.objects.filter(pk=id_in(entry, "hold"), state=HoldState.PLACED, placed_at__lte=entry.at)
    return officer is not None and bool(
        placed.update(state=HoldState.LIFTING, lifting_by_id=officer, lifting_at=entry.at)
    )


def _kept(entry: Event, _photo: Photo) -> bool:
    lifting = LegalHold.objects.filter(pk=id_in(entry, "hold"), state=HoldState.LIFTING, lifting_at__lte=entry.at)
    return bool(lifting.update(state=HoldState.PLACED, lifting_by_id=None, lifting_at=None))


def _lifted(entry: Event, _photo: Photo) -> bool:
    officer = officer_of(entry)
    lifting = LegalHold.objects.filter(pk=id_in(entry, "hold"), state=HoldState.LIFTING)
    return officer is not None and bool(
        lifting.update(state=HoldState.LIFTED, lifted_by_id=officer, lifted_at=entry.at)
    )


def _dropped(entry: Event, _photo: Photo) -> bool:
    proposed = LegalHold.objects.filter(pk=id_in(entry, "hold"), state=HoldState.PROPOSED)
    return bool(proposed.update(state=HoldState.DROPPED))


def _hold(entry: Event) -> UUID:
    return id_in(entry, "hold")


FOLLOWED: Final[dict[str, Callable[[Event, Photo], bool]]] = {
    "photo:judged": _judged,
    "photo:ruled": _judged,
    "hold:proposed": _proposed,
    "hold:placed": _placed,
    "hold:lifting": _lifting,
    "hold:kept": _kept,
    "hold:lifted": _lifted,
    "hold:dropped": _dropped,
    **FOLLOWED_DESK,
}
