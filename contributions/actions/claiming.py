"""The word of somebody who thinks they are pictured and was never asked.

The address goes to identity first, then the words lie sealed in research, then the mail may leave. Nothing follows from
a claim until its link was used; from then on what it may be about is out of use, until staff settle it. Anybody can
name anybody: one claim at a time takes a sender's photos out by itself, of further ones staff decide photo by photo.
"""

import json
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from contributions.models import Claim
from contributions.queries.claims import may_block, past_their_time, senders_to_forget
from contributions.transitions import ClaimState, TransitionNotAllowed, check_claim
from identity import actions as identity
from identity.models import Link
from identity.queries import live_link, participant_of
from vault import actions as vault
from vault.crash import here

WRITTEN = EventKind(
    "claim:written",
    "{participant} wrote claim {claim}, and was sent a link.",
    fields=("claim", "participant"),
    ties=(("participant", "claim"),),
)
OPENED = EventKind(
    "claim:opened",
    "{participant} confirmed claim {claim}: staff look for the photo.",
    fields=("claim", "participant", "decision"),
    ties=(("participant", "claim"),),
)
LAPSED = EventKind(
    "claim:lapsed", "Claim {claim} was let go: {reason}.", fields=("claim", "reason"), optional=("decision",)
)
MOST_OPEN = 3
# Why a claim was let go: nobody used the link, or the person took it back.
NOT_CONFIRMED, TAKEN_BACK = "not_confirmed", "taken_back"
# Nobody has it, and looking for it is the same work as for any other.
NO_ADDRESS = "nobody@claim.invalid"
ME, CHILD = "me", "child"


class TooManyClaims(Exception):
    """As many claims of this person are open as may be; the link still works."""


def write(*, address: str, about: str, words: str, sender: str, language: str, client: str, picture: str = "") -> None:
    """Keep what somebody wrote and mail them the link that confirms it; the same work whoever they name.

    `about` is ME or CHILD, `words` plain text, `picture` the PDQ hash of a picture as 64 hexadecimal digits or an empty
    text, made in the person's own browser, `sender` the address of who may have sent the photo or an empty text,
    `client` the network address that links are counted by. Raises identity's AddressNotValid and TooMany, for known and
    unknown addresses alike. Who has the sender's address is looked up always, and research is told a participant that
    nobody is where nobody has it.
    """
    claim = uuid4()
    named = participant_of(sender or NO_ADDRESS) or uuid4()
    requested = identity.request_claim(address=address, claim=claim, language=language, client=client)
    here("claim:address_kept")
    written = {"about": about, "words": words, "picture": picture}
    _keep(claim, requested.participant, named if sender else None, language, written)
    here("claim:written")
    identity.release_mail(decision=claim)


def confirm(*, link: UUID, look: bool, language: str = "") -> None:
    """Do as the person chose behind the link: let staff look for the photo, or take back what was written.

    `language` is that of the page, in which we write from now on. Raises LinkUsed and LinkExpired. The link stays as it
    was where TooManyClaims or TransitionNotAllowed is raised.
    """
    door = live_link(link, Link.Action.CLAIM)
    if door is None:
        raise identity.LinkExpired
    decision = identity.claim(link=link)
    here("claim:link_taken")
    try:
        if look:
            _open(door.subject, decision)
        else:
            _lapse(door.subject, reason=TAKEN_BACK, by=f"participant:{door.identity_id}", decision=decision)
    except Exception:
        identity.unclaim(link=link)
        raise
    here("claim:decided")
    identity.set_language(participant=door.identity_id, language=language)
    identity.close(link=link)
    if not look:
        identity.drop_keep(subject=door.subject)


def lapse_what_is_late() -> int:
    """Let claims go whose link was not used in time, and what was written in them; how many."""
    lapsed = 0
    for claim in past_their_time().values_list("pk", flat=True):
        try:
            _lapse(claim, reason=NOT_CONFIRMED, by="system")
            lapsed += 1
        except TransitionNotAllowed:
            continue  # confirmed in this very moment
    return lapsed


def move(claim: Claim, state: ClaimState, *, by: str, at: datetime | None = None, found: bool = True) -> None:
    """End a locked claim (at a time, or now): the words are destroyed with their key.

    Who may have sent the photo is forgotten, but of a settled claim that `found` nothing only settings.CLAIM_PAUSE_DAYS
    later: see contributions.queries.claims.may_block. Raises TransitionNotAllowed.
    """
    check_claim(claim.state, state)
    sender = claim.sender if state == ClaimState.SETTLED and not found else None
    Claim.objects.filter(pk=claim.pk).update(state=state, sender=sender, closed_at=at or timezone.now(), closed_by=by)
    vault.destroy_key(claim.key)


def open_up(claim: Claim, *, at: datetime) -> None:
    """Let staff look at a locked claim, which may take its sender's photos out of use from this time on."""
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.OPEN, opened_at=at)
    if not may_block(claim, at=at):
        return
    # Another claim that names the same sender may be opened in this moment: the table lets one of them block.
    with suppress(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(blocks=True)


def forget_senders() -> int:
    """Forget whom settled claims had named, once their pause is over; of how many."""
    return senders_to_forget().update(sender=None)


@transaction.atomic
def _keep(claim: UUID, participant: UUID, sender: UUID | None, language: str, written: dict[str, str]) -> None:
    key = vault.new_key()
    words = vault.seal(key=key, data=json.dumps(written).encode())
    Claim.objects.create(pk=claim, participant=participant, sender=sender, language=language, key=key, words=words)
    by = f"participant:{participant}"
    record(WRITTEN, subject=claim, by=by, claim=claim, participant=participant)


@transaction.atomic
def _open(claim: UUID, decision: UUID) -> None:
    participant = Claim.objects.values_list("participant", flat=True).get(pk=claim)
    # All of the person's, locked in one order: two links at once do not open one claim too many.
    own = {row.pk: row for row in Claim.objects.select_for_update().filter(participant=participant).order_by("pk")}
    check_claim(own[claim].state, ClaimState.OPEN)
    if sum(row.state == ClaimState.OPEN for row in own.values()) >= MOST_OPEN:
        raise TooManyClaims
    open_up(own[claim], at=timezone.now())
    by = f"participant:{participant}"
    record(OPENED, subject=claim, by=by, claim=claim, participant=participant, decision=decision)


@transaction.atomic
def _lapse(claim: UUID, *, reason: str, by: str, decision: UUID | None = None) -> None:
    row = Claim.objects.select_for_update(of=("self",)).select_related("key").get(pk=claim)
    move(row, ClaimState.LAPSED, by=by)
    more = {} if decision is None else {"decision": decision}
    record(LAPSED, subject=claim, by=by, claim=claim, reason=reason, **more)
