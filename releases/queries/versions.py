"""The versions that were given out, as everybody may read of them: what became of each, and what its holders do."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from releases.few import is_few
from releases.models import Audience, Release
from releases.transitions import GIVEN_OUT, ReleaseState


@dataclass(frozen=True, slots=True)
class Version:
    """One version by the days of its life. `newer` is the one to use instead; `reason` why it was taken back.

    `photos` is how many it was published with, None for so few that it is not told: how many were withdrawn since is
    nobody's to count. `taken_back` is the version that took its place and was taken back itself, where none is `newer`.
    """

    name: str
    number: int
    url: str
    published: date
    photos: int | None
    ended: date | None
    is_retracted: bool
    reason: str
    newer: "tuple[str, str] | None"
    taken_back: "tuple[str, str] | None"
    manifest_sha256: str

    @property
    def until(self) -> date | None:
        """By when whoever holds it has to have deleted it; None while it is handed out."""
        return self.ended + timedelta(days=settings.REFRESH_DAYS) if self.ended else None


def version(audience: str, number: int) -> Version | None:
    """One version of an audience, or None when it was never given out, or there is no such audience."""
    if audience not in Audience.values:
        return None
    row = Release.objects.filter(audience=audience, number=number, state__in=GIVEN_OUT).first()
    if row is None or row.published_at is None:
        return None
    later = Release.objects.filter(audience=audience, state__in=GIVEN_OUT, number__gt=number).order_by("number")
    newer = later.filter(state=ReleaseState.PUBLISHED).first()
    ended = row.retracted_at or row.ended_at
    return Version(
        name=version_name(audience, number),
        number=number,
        url=version_url(audience, number),
        published=row.published_at.date(),
        photos=None if is_few(row.photos) else row.photos,
        ended=ended.date() if ended else None,
        is_retracted=row.state == ReleaseState.RETRACTED,
        reason=row.retraction if row.state == ReleaseState.RETRACTED else "",
        newer=_named(newer),
        taken_back=None if newer else _named(later.filter(state=ReleaseState.RETRACTED).last()),
        manifest_sha256=row.manifest_sha256,
    )


def _named(release: Release | None) -> "tuple[str, str] | None":
    return (
        (version_name(release.audience, release.number), version_url(release.audience, release.number))
        if release
        else None
    )


def version_name(audience: str, number: int) -> str:
    """How a version is called in public, in the active language."""
    words = {
        Audience.OWN: _("Version %(number)d, for our own research"),
        Audience.PARTNERS: _("Version %(number)d, for partner institutions"),
    }
    return words[Audience(audience)] % {"number": number}


def version_url(audience: str, number: int) -> str:
    """Where everybody can read of a version."""
    return reverse("releases:version_show", args=[audience, number])
