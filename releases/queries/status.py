"""How each version that was given out stands, as the feed says it to the programs of those who hold one."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings

from releases.models import Release
from releases.standalone.mpm_release import dump
from releases.transitions import GIVEN_OUT, ReleaseState


def statuses(notices: Mapping[str, int]) -> list[str]:
    """For each audience that was given anything, the JSON that is to be signed; `notices`: how many each was sent.

    The number of notices stands in it, so that a feed whose newest notices were cut off is known by it.
    """
    found: dict[str, list[dict[str, object]]] = defaultdict(list)
    for release in Release.objects.filter(state__in=GIVEN_OUT).order_by("audience", "number"):
        found[release.audience].append(_said_of(release))
    return [
        dump({"audience": name, "notices": notices.get(name, 0), "releases": rows, "site": settings.SITE_URL})
        for name, rows in found.items()
    ]


def _said_of(release: Release) -> dict[str, object]:
    """What became of it, and on which day; until when a superseded one may be kept; why one was taken back."""
    said: dict[str, object] = {"number": release.number, "state": release.state}
    if release.state == ReleaseState.RETRACTED:
        at, more = release.retracted_at, {"reason": release.retraction}
    elif release.state == ReleaseState.SUPERSEDED and release.ended_at:
        until = release.ended_at + timedelta(days=settings.REFRESH_DAYS)
        at, more = release.ended_at, {"until": until.date().isoformat()}
    else:
        at, more = release.published_at, {}
    return {**said, "day": at.date().isoformat() if at else "", **more}
