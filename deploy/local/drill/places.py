"""Where is looked: every file that the site, its database server and its backups ever wrote, each under a name."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.drill.needles import Needle
from deploy.local.drill.site import Site

KEY_BYTES = 32


@dataclass
class Place:
    """What was searched under one name, and what was found there."""

    name: str
    files: int = 0
    size: int = 0
    hits: list[str] = field(default_factory=list)


@dataclass
class Search:
    """One look at everything: what each place holds, and every 32-byte file, which may be a key."""

    places: list[Place]
    keys: list[tuple[str, bytes]]

    @property
    def hits(self) -> list[str]:
        """A sentence for each thing found."""
        return [hit for place in self.places for hit in place.hits]


def search(site: Site, needles: Sequence[Needle]) -> Search:
    """Look for each needle in each file. What lies under no name is searched as "elsewhere"."""
    found: dict[str, Place] = defaultdict(lambda: Place(""))
    keys = []
    for name, path in _files(site):
        place = found[name]
        place.name = name
        data = path.read_bytes()
        place.files, place.size = place.files + 1, place.size + len(data)
        if len(data) == KEY_BYTES:
            keys.append((f"{name} ({path.name})", data))
        for what in sorted({needle.what for needle in needles if needle.value in data}):
            place.hits.append(f"{what} in the {name}: {path.name}")
    return Search(sorted(found.values(), key=lambda place: place.name), keys)


def _files(site: Site) -> Iterator[tuple[str, Path]]:
    names = _names(site)
    for top in {site.root, site.cluster}:
        for path in sorted(top.rglob("*")):
            if path.is_file() and not path.is_symlink() and (top == site.root or site.root not in path.parents):
                yield next((name for folder, name in names if folder in path.parents), "elsewhere"), path


def _names(site: Site) -> list[tuple[Path, str]]:
    """The most particular folder first."""
    state, data, backups = site.root / "site", site.cluster / "data", site.backups
    return [
        (data / "pg_wal", "write-ahead log"),
        (data, "database files"),
        (backups / "cluster" / "pg_wal", "write-ahead log in the backup"),
        (backups / "cluster", "database files in the backup"),
        (backups / "objects", "object store in the backup"),
        (backups, "database dumps"),
        (state / "objects", "object store"),
        (state / "keyring", "keyring"),
        (state / "keyring-log", "log's key"),
        (state / "key-copy", "key copy"),
        (state / "log-copies", "log's copies"),
        (state / "log", "logs of processes"),
        (state / "valkey", "broker"),
        (state / "static", "static files"),
        (site.root / "tmp", "temporary files"),
    ]
