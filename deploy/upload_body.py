"""A slow body as an application reads it: it ends when the sender falls silent, and what follows it takes turns."""

from threading import Semaphore
from types import TracebackType
from typing import Protocol, Self


class Readable(Protocol):
    """The part of gunicorn's request body that the application uses."""

    def read(self, size: int | None = None) -> bytes:
        """So many bytes, fewer at the end."""

    def readline(self, size: int | None = None) -> bytes:
        """A line."""


class UploadBody:
    """Stands for a body of `length` bytes (None when unknown) while one upload is answered.

    A connection that was lost, cut or silent for too long reads as an early end, which the upload handler refuses.
    The last byte is handed out only when one of the `turns` is free: what an application does after it takes database
    connections, and many slow uploads may end in the same moment. The turn is held until the context is left.
    """

    def __init__(self, body: Readable, length: int | None, turns: Semaphore) -> None:
        self._body, self._left, self._turns = body, length, turns
        self._has_turn = False
        self.is_lost = False

    def __enter__(self) -> Self:
        """Nothing is held yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the next one have its turn."""
        if self._has_turn:
            self._turns.release()

    def read(self, size: int | None = None) -> bytes:
        """So many bytes, fewer at the end or when the sender is gone."""
        try:
            return self._counted(self._body.read(size), size)
        except OSError:
            return self._lost()

    def readline(self, size: int | None = None) -> bytes:
        """A line, or what there is of it."""
        try:
            return self._counted(self._body.readline(size), size)
        except OSError:
            return self._lost()

    def _counted(self, data: bytes, size: int | None) -> bytes:
        if self._left is not None:
            self._left -= len(data)
        if self._left == 0 or (not data and size != 0):
            self.is_lost = bool(self._left)
            self._wait_for_turn()
        return data

    def _lost(self) -> bytes:
        self.is_lost = True
        self._wait_for_turn()
        return b""

    def _wait_for_turn(self) -> None:
        if not self._has_turn:
            self._turns.acquire()
            self._has_turn = True
