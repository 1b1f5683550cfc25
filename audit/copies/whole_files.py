"""Files that are there whole or not at all, whatever is killed when: written beside, made durable, moved in place."""

import os
import secrets
import stat
from io import FileIO
from pathlib import Path
from typing import Final

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700
GROUP_FILE: Final = 0o640
GROUP_FOLDER: Final = 0o750


def replace(path: Path, value: bytes, *, mode: int = PRIVATE_FILE, folder_mode: int = PRIVATE_FOLDER) -> None:
    """Write the file, in the place of one of the same name or of a link; raises OSError."""
    half = _half(path, value, mode, folder_mode)
    try:
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def create(path: Path, value: bytes, *, mode: int = PRIVATE_FILE) -> None:
    """Write a file that is not there yet; raises FileExistsError rather than replace one."""
    half = _half(path, value, mode, PRIVATE_FOLDER)
    try:
        os.link(half, path)
    finally:
        half.unlink()
    sync_folder(path.parent)


def make_folder(path: Path, mode: int = PRIVATE_FOLDER) -> None:
    """Make a folder of this mode and those above it, durable from the first on that was there; raises OSError."""
    if path.is_dir():
        return
    make_folder(path.parent, mode)
    path.mkdir(mode=mode, exist_ok=True)
    made = stat.S_IMODE(path.stat().st_mode)
    # Only under a stricter umask: a folder that hands its group on (setgid) passes that on here, and chmod may lose it.
    if made & 0o777 != mode:
        path.chmod(mode | made & stat.S_ISGID)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make creations, renames and removals in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _half(path: Path, value: bytes, mode: int, folder_mode: int) -> Path:
    make_folder(path.parent, folder_mode)
    half = path.parent / f".{path.name}.{secrets.token_hex(4)}"
    try:
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with FileIO(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(value)
            os.fsync(file.fileno())
    except OSError:
        half.unlink(missing_ok=True)
        raise
    return half
