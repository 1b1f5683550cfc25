"""The one mail that a giver asked for: written when due, while photos are taken and the giver still gives some."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from contributions.queries.giving import giving_open
from contributions.queries.person import sendings_of
from identity import actions as identity
from identity.queries import more_due

AT_ONCE = 100


def remind_of_more() -> None:
    """Write the mails that are due; let a wish go whose giver withdrew everything, or that is as late again.

    While no photos are taken the mail waits: it would lead to a closed door.
    """
    too_late = timezone.now() - timedelta(days=settings.REMIND_MORE_DAYS)
    is_open = giving_open()
    for participant, due in more_due(AT_ONCE):
        if due < too_late or not _gives(participant):
            identity.drop_more(participant=participant, by="system")
        elif is_open:
            identity.send_more(participant=participant)


def _gives(participant: UUID) -> bool:
    """Whether anything that they gave is still agreed to."""
    return any(card.is_agreed for sending in sendings_of(participant) for card in sending.photos)
