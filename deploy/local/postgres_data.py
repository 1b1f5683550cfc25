"""What to do with a PostgreSQL data folder that belongs to another state folder or another version."""

from datetime import UTC, datetime
from pathlib import Path

from deploy.local.progress import say
from deploy.local.services import ServiceFailed
from deploy.local.state import State


def is_made(data: Path) -> bool:
    """Whether there is a whole cluster in this folder."""
    return (data / "PG_VERSION").exists()


def version(data: Path) -> str:
    """The major version of PostgreSQL that made the cluster."""
    return (data / "PG_VERSION").read_text().strip()


def other_version(data: Path, ours: str) -> ServiceFailed:
    """The refusal to start on another version's data: only that version's programs can read them."""
    return ServiceFailed(
        f"The data in {data} were made by PostgreSQL {version(data)}, and this is PostgreSQL {ours}. Nothing was "
        f"changed. Go back to the version of this site that made them, or, to start empty, move {data} away."
    )


def part_from(state: State, data: Path) -> None:
    """Set aside a cluster whose password is not this state folder's, when its keys are gone with the old state folder.

    Raises ServiceFailed, and changes nothing, while there are keys: with them the data may still be of use.
    """
    if any(state.root.glob("keyring*/*.key")):
        raise ServiceFailed(
            f"The database in {data} does not take the password in {state.root / 'secrets.json'}, as if that file had "
            f"been lost or replaced. Nothing was changed. Put the old file back, or, to start empty, move both "
            f"{state.root} and {data} away."
        )
    aside = data.with_name(f"{data.name}-without-keys-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    data.rename(aside)
    say(
        f"      The database of an earlier run was still there, but its keys are no longer in {state.root}: nobody can "
        f"open what was given.\n      It now lies in {aside}, and the site starts empty. To be rid of it: rm -r {aside}"
    )
