"""Where the campaign stands: whether new photos are taken, why not, and since when."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from audit.models import Event
from contributions.models import CampaignMove, PauseReason
from contributions.transitions import CAMPAIGN_TRANSITIONS, CampaignState


@dataclass(frozen=True, slots=True)
class Campaign:
    """The campaign's state; why it is paused, else None; since when, None for one that was never moved."""

    state: CampaignState
    reason: PauseReason | None = None
    since: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether new photos are taken."""
        return self.state == CampaignState.OPEN

    @property
    def is_closed(self) -> bool:
        """Whether it is over, so that the first page tells what happens now."""
        return self.state == CampaignState.CLOSED

    @property
    def moves(self) -> list[CampaignState]:
        """What it can become next."""
        return [state for state in CampaignState if state in CAMPAIGN_TRANSITIONS[self.state]]


def moved_at(entry: Event) -> datetime:
    """When the entry of a move says that the campaign was moved; raises ValueError where it says no time."""
    at = parse_datetime(str(entry.data["moved_at"]))
    if at is None:
        raise ValueError("The entry says no time.")
    return at


def campaign() -> Campaign:
    """Where the campaign stands now; without any move it is open."""
    newest = CampaignMove.objects.order_by("-pk").first()
    if newest is None:
        return Campaign(CampaignState.OPEN)
    reason = PauseReason(newest.reason) if newest.reason else None
    return Campaign(CampaignState(newest.state), reason, newest.at)
