"""Restoring a backup, in the one order in which nothing erased comes back: docs/operate/backup.md tells it.

The environment is the sweep worker's, with the newest key copy, beside the owner's password and the superuser's address
of each database. Web and workers stand still meanwhile, and would not start before the last step anyway.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import quote, urlsplit, urlunsplit

from deploy.backup import databases, stores
from deploy.backup.owners import check as check_owner
from deploy.backup.refusals import NotBackedUp
from deploy.backup.stores import LOG_COPY, OBJECT, Folder, Store
from deploy.backup.storing import DUMPS, SUMS, digest
from mpm_site import env

if TYPE_CHECKING:
    from mpm_site.roles import Kind

ADDRESSES: Final = {"research": "MPM_RESEARCH_URL", "identity": "MPM_IDENTITY_URL"}
# Each management command with whether it runs as the owner.
COMMANDS: Final[dict[str, tuple[list[str], bool]]] = {
    "migrate": (["migrate", "--noinput", "--verbosity=0"], True),
    "migrate-identity": (["migrate", "--noinput", "--verbosity=0", "--database=identity"], True),
    "restore_log": (["restore_log"], True),
    "replay_erasures": (["replay_erasures"], False),
    "rotate_keys": (["rotate_keys"], False),
}
STEPS: Final = ["research", "identity", "objects", "log", *COMMANDS]


def restore(
    folder: Path,
    *,
    of: str | None = None,
    told: str | None = None,
    kept: Path | None = None,
    after: str | None = None,
) -> None:
    """Bring the newest backup of `folder`, or the one named `of`, into two empty databases, and erase again.

    `told` is the digest that was said when it was made. Databases must have been made by bootstrap_roles. Raises
    NotBackedUp naming the step; `after` goes on behind one. Root writes into nobody's keys and
    objects: AnothersFolder.
    """
    check_owner(env.folder("MPM_KEYRING"), env.folder("MPM_KEY_COPY"), env.folder("MPM_OBJECTS", required=False))
    dumps = _dumps(folder, of, told)
    for step in STEPS[STEPS.index(after) + 1 if after else 0 :]:
        sys.stdout.write(f"{step} ...\n")
        sys.stdout.flush()
        try:
            _do(step, folder, dumps, kept)
        except NotBackedUp as failure:
            raise NotBackedUp(f"{step} failed. {failure}") from None
    sys.stdout.write("Restored. Start the processes.\n")


def _do(step: str, folder: Path, dumps: Path, kept: Path | None) -> None:
    if step in DUMPS:
        owning = owners(env.text(ADDRESSES[step]), env.text("MPM_OWNER_PASSWORD"))
        databases.load(cast("Kind", step), env.text(DUMPS[step]), dumps / f"{step}.dump", owners=owning)
    elif step == "objects":
        put_back(Folder(folder / "objects", OBJECT), stores.objects())
    elif step == "log":
        # What is there is newer, and the log goes on from it.
        put_back(Folder(folder / "log", LOG_COPY), stores.log_copies())
    else:
        words, is_owners = COMMANDS[step]
        more = ["--kept", str(kept)] if kept is not None and step == "restore_log" else []
        _manage([*words, *more], as_owner=is_owners)


def put_back(backup: Store, store: Store) -> int:
    """Bring back what the store lacks; nothing that is there is replaced. How many came."""
    there, came = set(store.names()), 0
    for name in backup.names():
        if name not in there:
            with backup.open(name) as content:
                store.put(name, content)
            came += 1
    return came


def _dumps(folder: Path, of: str | None, told: str | None) -> Path:
    whole = sorted(path for path in (folder / "databases").glob("[0-9]*") if (path / SUMS).exists())
    found = [path for path in whole if of is None or path.name == of]
    if not found:
        raise NotBackedUp(f"{folder} holds no backup" + (f" of the name {of}." if of else "."))
    said = digest(found[-1] / SUMS)
    if told is not None and said != told.lower():
        raise NotBackedUp(f"{found[-1]} is not the backup of which {told} was said. Name that one (--of).")
    sys.stdout.write(f"{found[-1].name} {said}" + (".\n" if told else ", held against nothing kept elsewhere.\n"))
    sums = dict(line.split()[::-1] for line in (found[-1] / SUMS).read_text(encoding="utf-8").splitlines())
    for kind in DUMPS:
        if digest(found[-1] / f"{kind}.dump") != sums.get(f"{kind}.dump"):
            raise NotBackedUp(f"{found[-1] / kind}.dump is not as it was written. Take an older backup (--of).")
    return found[-1]


def _manage(words: list[str], *, as_owner: bool) -> None:
    told = dict(os.environ)
    if as_owner:
        password = env.text("MPM_OWNER_PASSWORD")
        for name in ADDRESSES.values():
            told |= {name: owners(env.text(name), password), f"{name}{env.IN_FILE}": ""}
    manage = Path(__file__).resolve().parents[2] / "manage.py"
    done = subprocess.run([sys.executable, str(manage), *words], env=told, check=False)
    if done.returncode:
        raise NotBackedUp("What the command said stands above; --after names the last step that was done.")


def owners(address: str, password: str) -> str:
    """The same database's address for the role that owns it."""
    parts = urlsplit(address)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"mpm_owner:{quote(password, safe='')}@{place}"))
