"""Files that are there whole or not at all, whatever is killed when: written beside, made durable, moved in place."""

import os
import secrets
from io import FileIO
from pathlib import Path

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


def replace(path: Path, value: bytes, *, mode: int = PRIVATE_FILE) -> None:
    """Write the file, in the place of one of the same name; raises OSError."""
    half = _half(path, value, mode)
    try:
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def create(path: Path, value: bytes, *, mode: int = PRIVATE_FILE) -> None:
    """Write a file that is not there yet; raises FileExistsError rather than replace one."""
    half = _half(path, value, mode)
    try:
        os.link(half, path)
    finally:
        half.unlink()
    sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make a private folder and those above it, durable from the first on that was there."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make creations, renames and removals in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _half(path: Path, value: bytes, mode: int) -> Path:
    make_folder(path.parent)
    half = path.parent / f".{path.name}.{secrets.token_hex(4)}"
    try:
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with FileIO(descriptor, "wb") as file:
            file.write(value)
            os.fsync(file.fileno())
    except OSError:
        half.unlink(missing_ok=True)
        raise
    return half
