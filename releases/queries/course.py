"""What a release asks of its photos and who did what with it, as its page says it."""

from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from consent.models import Scope
from contributions.models import Grounds
from releases.models import Readings, Release
from releases.transitions import ReleaseState


class Step(NamedTuple):
    """One thing that happened to a release, and when."""

    at: datetime
    words: str


def course_of(release: Release) -> list[Step]:
    """What happened to a release so far, oldest first."""
    by = {
        name: getattr(release, f"{name}_by").name if getattr(release, f"{name}_by_id") else ""
        for name in ("drafted", "frozen", "published", "retraction_asked", "retracted")
    }
    told = [
        (release.drafted_at, _("Drafted by %(name)s") % {"name": by["drafted"]}),
        (
            release.frozen_at,
            _("Frozen by %(name)s at entry %(index)s of the log") % {"name": by["frozen"], "index": release.log_index},
        ),
        (release.built_at, _("Built by the workers")),
        (release.published_at, _("Published by %(name)s") % {"name": by["published"]}),
        (_superseded_at(release), _("Superseded by a newer one")),
        (
            release.retraction_asked_at,
            _("%(name)s asked to take it back") % {"name": by["retraction_asked"]},
        ),
        (release.retracted_at, _("Taken back by %(name)s") % {"name": by["retracted"]}),
        (release.ended_at if release.state == ReleaseState.ABORTED else None, _("Given up")),
    ]
    return sorted((Step(at, words) for at, words in told if at is not None), key=lambda one: one.at)


def _superseded_at(release: Release) -> datetime | None:
    """When a newer one took its place; one that was taken back first never was superseded."""
    return release.ended_at if release.published_at and release.ended_at != release.retracted_at else None


def rules_in_words(release: Release) -> list[tuple[str, str]]:
    """What the release asks of each photo: (what, in words)."""
    scopes: list[str | Promise] = [Scope(scope).label for scope in Scope.values if scope in release.scopes]
    bases = [Grounds(basis).label for basis in Grounds.values if basis in release.bases]
    return [
        (_("Agreed to"), "; ".join(map(str, scopes))),
        (_("Accepted people"), "; ".join(map(str, bases))),
        (_("Readings"), str(Readings(release.readings).label)),
        (_("Photos with nobody in them"), _("accepted") if release.with_nobody else _("left out")),
    ]


def digest_of_reason(release: Release) -> str:
    """SHA-256 of the reason why a release is to be taken back, in hex: what a second person reads is what they do."""
    return sha256(release.retraction.encode()).hexdigest()
