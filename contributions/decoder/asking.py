"""The worker's side: one zygote for each worker process, started at the first file and again whenever it is dead."""

import atexit
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from django.conf import settings

from contributions.decoder import seccomp
from contributions.decoder.answer import Refused
from contributions.decoder.orders import ENDED_BY_LIMIT, ENDED_WELL, REBUILD

# The processor's time is what a file may cost; this is for a child that waits, on a machine that may be busy.
WALL_SECONDS = 60
START_SECONDS = 30
MOST_ANSWER_BYTES = 256 * 1024 * 1024
_PROJECT = Path(__file__).resolve().parents[2]
_BLOCK = 1 << 20


class Zygote:
    """A zygote process and the socket to it. Threads take turns."""

    def __init__(self, module: str = "contributions.decoder.zygote") -> None:
        self._turn = threading.Lock()
        self._owner = os.getpid()
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    @property
    def of_this_process(self) -> bool:
        """False after a fork: the zygote belongs to the parent."""
        return self._owner == os.getpid()

    @property
    def pid(self) -> int | None:
        """The zygote's process id while it lives."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def ask(self, data: bytes, order: bytes = REBUILD) -> bytes:
        """What a fresh child says to `data`: hostile bytes. Raises Refused when there is no whole answer.

        `order` is what the child is to do, one of the zygote's WORKS.
        """
        with self._turn:
            # A zygote that died since the last file is noticed only by asking it: once more with a new one.
            for _attempt in range(2):
                try:
                    return self._asked(data, order, time.monotonic() + WALL_SECONDS)
                except TimeoutError:
                    self.stop()
                    raise Refused("too_expensive") from None
                except OSError:
                    self.stop()
            raise Refused("decoder_unavailable")

    def stop(self) -> None:
        """End the zygote and any child of it, at once."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _asked(self, data: bytes, order: bytes, deadline: float) -> bytes:
        control = self._running()
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                socket.send_fds(control, [order], [theirs.fileno()])
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                # A child that ended before it read everything says so by how it ended.
                ours.settimeout(max(0.01, deadline - time.monotonic()))
                ours.sendall(data)
                ours.shutdown(socket.SHUT_WR)
            answer = _everything(ours, deadline)
        control.settimeout(max(0.01, deadline - time.monotonic()))
        ending = control.recv(1)
        if not ending:
            raise ConnectionResetError
        if ending != ENDED_WELL:
            raise Refused("too_expensive" if ending == ENDED_BY_LIMIT else "not_a_picture")
        return answer

    def _running(self) -> socket.socket:
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        self.stop()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-E",
                    "-s",
                    "-m",
                    self._module,
                    str(theirs.fileno()),
                    str(settings.UPLOAD_MAX_PIXELS),
                    "1" if settings.DECODE_WITHOUT_FILTER else "0",
                ],
                env={},
                cwd=_PROJECT,
                close_fds=True,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._control = ours
        ours.settimeout(START_SECONDS)
        if ours.recv(1) != ENDED_WELL:
            raise ConnectionResetError
        return ours


def _everything(channel: socket.socket, deadline: float) -> bytes:
    """All bytes until the child's end; raises TimeoutError past the deadline and Refused past the size limit."""
    pieces: list[bytes] = []
    size = 0
    while True:
        channel.settimeout(max(0.01, deadline - time.monotonic()))
        if time.monotonic() > deadline:
            raise TimeoutError
        try:
            piece = channel.recv(_BLOCK)
        except ConnectionResetError:
            piece = b""
        if not piece:
            return b"".join(pieces)
        size += len(piece)
        if size > MOST_ANSWER_BYTES:
            raise TimeoutError
        pieces.append(piece)


_zygote: Zygote | None = None


def own_zygote() -> Zygote:
    """This process's zygote, which is started by what it is first asked."""
    global _zygote  # noqa: PLW0603 - one zygote a process is the point
    if _zygote is None or not _zygote.of_this_process:
        _zygote = Zygote()
    return _zygote


def ask(data: bytes, order: bytes) -> bytes:
    """What a child of this process's zygote says; raises Refused."""
    if not (seccomp.supported() or settings.DECODE_WITHOUT_FILTER):
        raise Refused("decoder_unavailable")
    return own_zygote().ask(data, order)


def stop() -> None:
    """End this process's zygote, if it has one; the next question starts another."""
    if _zygote is not None and _zygote.of_this_process:
        _zygote.stop()


atexit.register(stop)
