"""Where the log is copied to, as a folder: a file is there whole or not at all, and no name leads outside."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from audit.copies import whole_files


class LogCopies(FileSystemStorage):
    """A folder, best on another disk or a mounted one; a file saved under a name that exists takes its place.

    Whoever is of the folder's group may read, so that the site runs as another user than the log's keeper. Any other
    storage of Django's that writes whole files and replaces them can stand in its place (settings.STORAGES["log"]).
    """

    def __init__(
        self,
        location: str | Path,
        *,
        file_permissions_mode: int = whole_files.GROUP_FILE,
        directory_permissions_mode: int = whole_files.GROUP_FOLDER,
    ) -> None:
        super().__init__(
            location=location,
            file_permissions_mode=file_permissions_mode,
            directory_permissions_mode=directory_permissions_mode,
            allow_overwrite=True,
        )
        self._file_mode, self._folder_mode = file_permissions_mode, directory_permissions_mode

    def path(self, name: str) -> str:
        """The file of a name; raises SuspiciousFileOperation when the name, or a link on its way, leads outside."""
        found = super().path(name)
        if not Path(found).resolve().is_relative_to(Path(self.location).resolve()):
            raise SuspiciousFileOperation(f"{name} leads out of the log's copies.")
        return found

    def delete(self, name: str) -> None:
        """Remove a file, durably, and its folder when it held nothing else."""
        file = Path(self.path(name))
        file.unlink(missing_ok=True)
        if not file.parent.is_dir():
            return
        whole_files.sync_folder(file.parent)
        if file.parent != Path(self.location) and not any(file.parent.iterdir()):
            file.parent.rmdir()

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """A plain file, to read. Never a link, and nothing that a reader would wait at, such as a pipe."""
        if mode != "rb":
            raise ValueError("Copies are read only; save() writes them.")
        path = self.path(name)
        # NONBLOCK: opening a pipe would otherwise wait for somebody who writes.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(f"{name} is not a file.")
        return File(os.fdopen(descriptor, "rb"), name)

    def _save(self, name: str, content: IO[Any] | File[Any]) -> str:
        """Write the file whole. A link, or a folder or file in its way, is moved aside, and no link is followed."""
        place = Path(super().path(name))
        folders = [place.parent, *place.parent.parents]
        for folder in reversed(folders[: folders.index(Path(self.location))]):
            if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
                _move_aside(folder)
        if place.is_dir() and not place.is_symlink():
            _move_aside(place)
        whole_files.replace(place, content.read(), mode=self._file_mode, folder_mode=self._folder_mode)
        return name


def _move_aside(path: Path) -> None:
    path.rename(path.with_name(f".{path.name}.aside-{secrets.token_hex(4)}"))
