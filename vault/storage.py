"""The default storage: none. A file field that forgets to seal fails instead of writing plaintext."""

from __future__ import annotations

from typing import IO, Any, NoReturn

from django.core.files.base import File
from django.core.files.storage import Storage


class PlainFileRefused(RuntimeError):
    """Something tried to use the default storage; files go through vault.actions."""


class NoPlainFiles(Storage):
    """Refuses everything."""

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        self._refuse()

    def _save(self, name: str, content: IO[Any] | File[Any]) -> str:
        self._refuse()

    def delete(self, name: str) -> None:
        """Raise PlainFileRefused."""
        self._refuse()

    def exists(self, name: str) -> bool:
        """Raise PlainFileRefused."""
        self._refuse()

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Raise PlainFileRefused."""
        self._refuse()

    def size(self, name: str) -> int:
        """Raise PlainFileRefused."""
        self._refuse()

    def url(self, name: str | None) -> str:
        """Raise PlainFileRefused."""
        self._refuse()

    @staticmethod
    def _refuse() -> NoReturn:
        raise PlainFileRefused("Files are kept only by vault.actions.")
