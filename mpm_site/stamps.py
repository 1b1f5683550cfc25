"""When what no process of the site does was last done well: a file for each, whose time says it.

`deploy.backup` leaves them in the folder that MPM_BACKUP_SAID names, which processes of the site read alone.
"""

from pathlib import Path
from typing import Final

from mpm_site import env

BACKUP, SECOND_PLACE = "backup", "keys"
# The file behind each figure of operations.figures.
_OF_FIGURES: Final = {"backup_seconds": BACKUP, "second_place_seconds": SECOND_PLACE}


def leave(name: str) -> None:
    """Say that it was done now; nothing where no folder is named. Raises OSError where it is not there."""
    if folder := _folder():
        (folder / name).touch(mode=0o644)


def by_figure() -> dict[str, Path]:
    """The files by the figures that tell their age; none where no folder is named."""
    folder = _folder()
    return {figure: folder / name for figure, name in _OF_FIGURES.items()} if folder else {}


def _folder() -> Path | None:
    return env.folder("MPM_BACKUP_SAID") if env.text("MPM_BACKUP_SAID", "") else None
