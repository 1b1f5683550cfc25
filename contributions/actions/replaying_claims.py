"""Claims after a restored backup: what officers looked at is looked at again, and its photos stay out of use.

The words of a claim that was written after the backup are lost. It is opened again without them, so that the photos
that the log names for it wait for an officer and nobody uses them before.
"""

import json
from collections.abc import Callable
from typing import Final
from uuid import UUID

from audit.models import Event
from audit.queries import id_in
from contributions.actions.claiming import ME, move, open_up
from contributions.models import Claim, ClaimedPhoto, Photo
from contributions.queries.claims import SHOWN
from contributions.transitions import ClaimState
from vault import actions as vault

# For the officer's desk, which is in English.
WORDS_LOST: Final = "What was written is lost: the claim came later than the backup that was restored."


def _opened(entry: Event, claim_id: UUID) -> bool:
    claim = _claim(claim_id) or _without_words(entry, claim_id)
    if claim.state != ClaimState.WRITTEN:
        return False
    open_up(claim, at=entry.at)
    return True


def _without_words(entry: Event, claim_id: UUID) -> Claim:
    key = vault.new_key()
    words = vault.seal(key=key, data=json.dumps({"about": ME, "words": WORDS_LOST}).encode())
    participant = id_in(entry, "participant")
    made = Claim(pk=claim_id, participant=participant, language="en", key=key, words=words, created_at=entry.at)
    made.save(force_insert=True)
    return made


def _lapsed(entry: Event, claim_id: UUID) -> bool:
    return _closed(entry, claim_id, ClaimState.WRITTEN, ClaimState.LAPSED)


def _settled(entry: Event, claim_id: UUID) -> bool:
    return _closed(entry, claim_id, ClaimState.OPEN, ClaimState.SETTLED)


def _closed(entry: Event, claim_id: UUID, before: ClaimState, after: ClaimState) -> bool:
    claim = _claim(claim_id)
    if claim is None or claim.state != before:
        return False
    found = claim.photos.filter(ruling=SHOWN).exists()
    move(claim, after, by=entry.actor, at=entry.at, found=found)
    return True


def _released(_entry: Event, claim_id: UUID) -> bool:
    return bool(Claim.objects.filter(pk=claim_id, state=ClaimState.OPEN, blocks=True).update(blocks=False))


def _added(entry: Event, claim_id: UUID) -> bool:
    return _named(entry, claim_id)[1]


def _ruled(entry: Event, claim_id: UUID) -> bool:
    named, _is_new = _named(entry, claim_id)
    ruling = ClaimedPhoto.Ruling(entry.data["ruling"])
    if named is None or named.ruling == ruling or (named.ruled_at and named.ruled_at > entry.at):
        return False
    rows = ClaimedPhoto.objects.filter(pk=named.pk)
    return bool(rows.update(ruling=ruling, ruled_by=entry.actor, ruled_at=entry.at))


def _named(entry: Event, claim_id: UUID) -> tuple[ClaimedPhoto | None, bool]:
    """The row of the claim and the photo, and whether it is new; none where one of the two is lost."""
    photo = id_in(entry, "photo")
    if not (Claim.objects.filter(pk=claim_id).exists() and Photo.objects.filter(pk=photo).exists()):
        return None, False
    made = {"added_by": entry.actor, "added_at": entry.at}
    return ClaimedPhoto.objects.get_or_create(claim_id=claim_id, photo_id=photo, defaults=made)


def _claim(claim_id: UUID) -> Claim | None:
    return Claim.objects.select_for_update(of=("self",)).select_related("key").filter(pk=claim_id).first()


FOLLOWED: Final[dict[str, Callable[[Event, UUID], bool]]] = {
    "claim:opened": _opened,
    "claim:lapsed": _lapsed,
    "claim:photo_added": _added,
    "claim:photo_ruled": _ruled,
    "claim:sender_released": _released,
    "claim:settled": _settled,
}
