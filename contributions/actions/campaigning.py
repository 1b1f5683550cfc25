"""The campaign is paused, closed or opened again. Only taking new photos depends on it."""

from django.db import connection, transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from contributions.models import CampaignMove, PauseReason
from contributions.queries.campaign_state import campaign
from contributions.transitions import CampaignState, check_campaign

MOVED = EventKind(
    "campaign:moved",
    "{actor} moved the campaign to {state}, with the reason: {reason}.",
    fields=("state", "reason", "moved_at"),
)
SUBJECT = "campaign"
NO_REASON = "none"
# Any number of our own: two who move at once move one after the other.
LOCK = 7_310_052


class NotAReason(ValueError):
    """A pause without a reason, or a reason without a pause."""


@transaction.atomic
def move_campaign(*, state: CampaignState, by: str, reason: PauseReason | None = None) -> CampaignMove:
    """Open, pause or close the campaign; a pause, and nothing else, has a reason. What is under way goes on.

    Raises TransitionNotAllowed (it stands there already, or was closed) and NotAReason.
    """
    if (state == CampaignState.PAUSED) != (reason is not None):
        raise NotAReason
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    check_campaign(campaign().state, state)
    code, at = (reason.value if reason else ""), timezone.now()
    move = CampaignMove.objects.create(state=state, reason=code, at=at, by=by)
    record(MOVED, subject=SUBJECT, by=by, state=state.value, reason=code or NO_REASON, moved_at=at)
    return move
