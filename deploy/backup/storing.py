"""Making a backup: first the databases, then what their rows speak of, so that no row stands without its bytes.

FOLDER/databases/TIME/  both dumps with their digests; written whole or not at all
FOLDER/objects/         every sealed object by its name; one that is gone from the store goes after some days, too
FOLDER/log/             the log's copies; what was replaced there stays in FOLDER/log-before/TIME/
"""

import hashlib
import os
import shutil
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from deploy.backup import databases, owners, stores
from deploy.backup.refusals import NotBackedUp
from deploy.backup.stores import LOG_COPY, OBJECT, Folder, Store
from mpm_site import env

DUMPS: Final = {"research": "MPM_BACKUP_RESEARCH_URL", "identity": "MPM_BACKUP_IDENTITY_URL"}
SUMS: Final = "SHA256SUMS"
_HALF: Final = ".half-"
_NAME: Final = "%Y-%m-%dT%H-%M-%S.%fZ"


def store(folder: Path, *, days: int) -> Path:
    """Back everything up into `folder`; where the dumps lie. Raises NotBackedUp, and then the older backups stand.

    Root stores in its own folder alone: owners.AnothersFolder.
    """
    owners.check(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = datetime.now(UTC)
    name = f"{now:{_NAME}}"
    made = _dump(folder / "databases", name)
    here = mirror(stores.objects(), Folder(folder / "objects", OBJECT), days=days)
    copies = _keep_history(stores.log_copies(), folder, name)
    _forget(folder / "databases", before=now - timedelta(days=days), keep=made)
    sys.stdout.write(f"{made.name}: two dumps; {here} objects; {copies} files of the log.\n")
    sys.stdout.write(f"To be kept elsewhere, on paper say: {made.name} {digest(made / SUMS)}\n")
    return made


def _dump(folder: Path, name: str) -> Path:
    half, whole = folder / f"{_HALF}{name}", folder / name
    for left in folder.glob(f"{_HALF}*"):
        shutil.rmtree(left)
    half.mkdir(mode=0o700, parents=True)
    for kind, variable in DUMPS.items():
        databases.dump(env.text(variable), half / f"{kind}.dump")
    sums = [f"{digest(half / f'{kind}.dump')}  {kind}.dump\n" for kind in DUMPS]
    (half / SUMS).write_text("".join(sums), encoding="utf-8")
    half.rename(whole)
    return whole


def digest(file: Path) -> str:
    """SHA-256 of a file, 64 hex digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def mirror(source: Store, backup: Folder, *, days: int) -> int:
    """Bring every object that the backup lacks; how many it holds of those that are there.

    What has a name never changes. The time of a file in the backup is when its object was last seen: what was not
    seen for so many days goes, because no dump that is kept speaks of it.
    """
    seen, now = 0, time.time()
    for name in backup.well_named(source.names()):
        kept = backup.path(name)
        if not kept.exists():
            try:
                with source.open(name) as content:
                    backup.put(name, content)
            except FileNotFoundError:
                # It was erased meanwhile.
                continue
        os.utime(kept, (now, now))
        seen += 1
    for name in list(backup.names()):
        kept = backup.path(name)
        if kept.stat().st_mtime < now - days * 86_400:
            kept.unlink()
    return seen


def _keep_history(source: Store, folder: Path, name: str) -> int:
    """Copy the log's copies; a file that is another than before is set aside, never lost. How many there are."""
    backup, count = Folder(folder / "log", LOG_COPY), 0
    for file in backup.well_named(source.names()):
        count += 1
        kept = backup.path(file)
        with source.open(file) as content:
            if kept.exists() and content.read() == kept.read_bytes():
                continue
        if kept.exists():
            before = folder / "log-before" / name / file
            before.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            kept.rename(before)
        with source.open(file) as content:
            backup.put(file, content)
    if not count:
        raise NotBackedUp("The log's copies are empty. Is MPM_LOG_COPIES the right folder?")
    return count


def _forget(folder: Path, *, before: datetime, keep: Path) -> None:
    oldest = f"{before:{_NAME}}"
    for made in folder.iterdir():
        if made != keep and not made.name.startswith(".") and made.name < oldest:
            shutil.rmtree(made)
