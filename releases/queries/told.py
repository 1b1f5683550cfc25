"""What holders of an audience's releases were told last, and what still waits to be told, for the curators' desk."""

from dataclasses import dataclass

from releases.models import Audience, Release, WithdrawalNotice
from releases.queries.feed import Waiting, waiting_withdrawals


@dataclass(frozen=True, slots=True)
class Told:
    """Of one audience that was given a release: its newest notice, None before the first, and what waits."""

    audience: Audience
    newest: WithdrawalNotice | None
    waiting: Waiting


def told_last() -> list[Told]:
    """What each audience was told, for those that have been given anything."""
    given = set(Release.objects.filter(published_at__isnull=False).order_by().values_list("audience", flat=True))
    return [
        Told(audience, _newest(audience), waiting_withdrawals(audience)) for audience in Audience if audience in given
    ]


def _newest(audience: Audience) -> WithdrawalNotice | None:
    return WithdrawalNotice.objects.filter(audience=audience).order_by("-number").first()
