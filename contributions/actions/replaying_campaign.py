"""The campaign after a restored backup: it stands where the entries that came back say."""

from datetime import datetime
from typing import Final

from audit.models import Event
from audit.queries import retold
from contributions.actions.campaigning import MOVED, NO_REASON
from contributions.models import CampaignMove
from contributions.queries.campaign_state import moved_at

FOLLOWED: Final = (MOVED.name,)


def replay_campaign(*, first: int, size: int) -> int:
    """Make the moves of entries `first` up to `size` again that have no row; how many."""
    told = retold(*FOLLOWED, first=first, size=size, read=moved_at)
    return sum(_moved(entry, at) for entry, at in told)


def _moved(entry: Event, at: datetime) -> bool:
    if CampaignMove.objects.filter(at__gte=at).exists():
        return False
    reason = str(entry.data["reason"])
    CampaignMove.objects.create(
        state=str(entry.data["state"]), reason="" if reason == NO_REASON else reason, at=at, by=entry.actor
    )
    return True
