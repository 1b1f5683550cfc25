"""The link to one's own pages, used: half an hour of them, or the withdrawal that was chosen at the door."""

from collections.abc import Collection
from uuid import UUID

from consent.models import Method
from contributions.actions import receipts
from contributions.actions.receipts import Decided
from contributions.actions.withdrawing import take_back
from contributions.queries.person import withdrawable
from identity import actions as identity
from identity.models import Link
from identity.queries import live_link
from vault.crash import here


def open_link(*, link: UUID, photos: Collection[UUID] = (), everything: bool = False, language: str = "") -> Decided:
    """Use the link up, and withdraw these photos, or everything, as `withdraw` does; with neither nothing is withdrawn.

    The withdrawal stands under the claim's id, by which the sweep knows it. Where there was nothing to withdraw, a
    process that dies leaves no trace of the claim, and the link is given back: pressing again is no harm. `language`
    is that of the page, in which we write from now on. Raises LinkUsed and LinkExpired; then nothing is withdrawn.
    """
    door = live_link(link, Link.Action.MANAGE)
    if door is None:
        raise identity.LinkExpired
    decision = identity.claim(link=link)
    here("manage:claimed")
    try:
        decided = _decide(door.identity_id, photos, decision, everything=everything)
    except Exception:
        identity.unclaim(link=link)
        raise
    here("manage:decided")
    identity.set_language(participant=door.identity_id, language=language)
    identity.close(link=link)
    receipts.mail(decided, what="withdrawn")
    return decided


def _decide(participant: UUID, photos: Collection[UUID], decision: UUID, *, everything: bool) -> Decided:
    if not (photos or everything):
        return Decided(())
    named = [card.id for card in withdrawable(participant)] if everything else photos
    return take_back(
        participant=participant, photos=named, decision=decision, method=Method.LINK, everything=everything
    )
