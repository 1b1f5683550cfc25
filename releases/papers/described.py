"""All that the papers of one release say, gathered once, and its files as papers list them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol

from django.conf import settings

from audit.queries import log_vkey, root_at
from releases.models import Release
from releases.papers.composition import Composition, composition_of
from releases.papers.consents import Consents, consents_in
from releases.papers.history import Collected, Difference, collected, difference
from releases.papers.totals import Totals
from releases.queries import version_url


class Listed(Protocol):
    """Its path in the bag, its size in bytes, and its SHA-256 in hex."""

    @property
    def path(self) -> str:
        """Where it lies."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def sha256(self) -> str:
        """Hex."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What papers list of a file that they were given whole."""

    path: str
    size: int
    sha256: str

    @classmethod
    def of(cls, path: str, data: bytes) -> "Digest":
        """Of these bytes."""
        return cls(path, len(data), hashlib.sha256(data).hexdigest())


@dataclass(frozen=True)
class Described:
    """A frozen release, its shards and tables, what it is made of, what was agreed to, and what changed."""

    release: Release
    files: Sequence[Listed]
    made_of: Composition
    consents: Consents
    collected: Collected
    difference: Difference

    @property
    def frozen_at(self) -> datetime:
        """When it was frozen: the one time that papers name. Raises ValueError for one that is not frozen."""
        if self.release.frozen_at is None:
            raise ValueError(f"release {self.release.pk} is not frozen")
        return self.release.frozen_at

    @property
    def version(self) -> str:
        """The version as Croissant counts: every release lacks photos of the one before, so the first number rises."""
        return f"{self.release.number}.0.0"

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.campaign['name']}, release {self.release.number} ({self.release.audience})"

    @property
    def name(self) -> str:
        """What it is called where no spaces may be."""
        return f"my-pictures-matter-{self.release.audience}-{self.release.number}"

    @property
    def campaign(self) -> Mapping[str, str | int]:
        """Who asks, under which approval: settings.CAMPAIGN."""
        return settings.CAMPAIGN

    @property
    def address(self) -> str:
        """The page of this version."""
        return self.page_of(self.release)

    def page_of(self, release: Release) -> str:
        """The page that everybody can read about a version."""
        return f"{settings.SITE_URL}{version_url(release.audience, release.number)}"

    @cached_property
    def totals(self) -> Totals:
        """How many photos, people and answers, as papers may say it."""
        return Totals(self.made_of, self.consents.count)

    @cached_property
    def log(self) -> dict[str, str | int]:
        """The entry of the log at which it was frozen, so that auditors find it in any later checkpoint."""
        size = self.release.log_index or 0
        return {
            "size": size,
            "root": root_at(size).hex(),
            "key": log_vkey(),
            "checkpoint": f"{settings.SITE_URL}/log/checkpoint",
        }


def described(release: Release, files: Sequence[Listed]) -> Described:
    """Gather all of it from the database."""
    return Described(
        release=release,
        files=files,
        made_of=composition_of(release),
        consents=consents_in(release),
        collected=collected(release),
        difference=difference(release),
    )
