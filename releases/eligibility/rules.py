"""What a release asks of every photo in it."""

from dataclasses import dataclass
from typing import Final

from consent.models import Scope
from contributions.models import Grounds
from releases.models import Audience, Readings, Release

# What everybody's consent has to cover for an audience.
SCOPE: Final = {Audience.OWN: Scope.RESEARCH, Audience.PARTNERS: Scope.SHARING}


@dataclass(frozen=True)
class Rules:
    """What a release asks of every photo in it; `scopes` beside the one that its audience needs anyway."""

    audience: Audience
    bases: frozenset[str]
    with_nobody: bool
    scopes: frozenset[str] = frozenset()
    readings: Readings = Readings.SETTLED

    @classmethod
    def of(cls, release: Release) -> "Rules":
        """The rules that a release was drafted with."""
        return cls(
            audience=Audience(release.audience),
            bases=frozenset(release.bases),
            with_nobody=release.with_nobody,
            scopes=frozenset(release.scopes),
            readings=Readings(release.readings),
        )

    @classmethod
    def usual(cls, audience: Audience) -> "Rules":
        """What a release of this audience asks where nobody has drafted one yet."""
        return cls(audience, frozenset({Grounds.SELF, Grounds.CONFIRMED, Grounds.AFFIRMED}), with_nobody=False)

    @property
    def needed(self) -> frozenset[str]:
        """All scopes that a photo's consents have to cover."""
        return self.scopes | {SCOPE[self.audience]}
