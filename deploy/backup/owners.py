"""Whose a folder is: what root leaves in somebody else's, that one cannot read."""

import os
from pathlib import Path


class AnothersFolder(PermissionError):
    """Root was about to write where somebody else's process reads; the message says whose the folder is."""


def check(*folders: Path) -> None:
    """Raise AnothersFolder when this process is root's and one of these folders is not.

    Every other user is stopped by the folder's own rights.
    """
    if os.geteuid():
        return
    for folder in folders:
        if folder.exists() and folder.stat().st_uid:
            raise AnothersFolder(
                f"{folder} is not root's: what root left there would be closed to whoever works with it. Run this as "
                f"the folder's owner, {_owner(folder)} (deploy/systemd/by-hand.sh does)."
            )


def _owner(folder: Path) -> str:
    try:
        return folder.owner()
    except KeyError:
        # A user of the machine that a container does not know by name.
        return str(folder.stat().st_uid)
