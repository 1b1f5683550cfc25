"""Where the log is copied to, as a folder: a file is there whole or not at all, and no name leads outside."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from audit.keeper import whole_files


class LogCopies(FileSystemStorage):
    """A private folder. A file saved under a name that exists takes its place; on a real server an object store can."""

    def __init__(self, location: str | Path) -> None:
        super().__init__(
            location=location,
            file_permissions_mode=whole_files.PRIVATE_FILE,
            directory_permissions_mode=whole_files.PRIVATE_FOLDER,
            allow_overwrite=True,
        )

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

    def _save(self, name: str, content: IO[Any] | File[Any]) -> str:
        whole_files.replace(Path(self.path(name)), content.read(), mode=whole_files.PRIVATE_FILE)
        return name
