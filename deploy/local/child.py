"""Starts processes that end with the one that started them, also when that one is killed."""

import ctypes
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def start(
    command: Sequence[str], *, ends_by: signal.Signals = signal.SIGTERM, **options: Any
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, so that Ctrl-C reaches its supervisor alone.

    On Linux the kernel sends it `ends_by` when the supervisor dies; elsewhere the next start ends what is left over.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_tie(ends_by),  # noqa: PLW1509 -- the supervisor has one thread
        **options,
    )


def _tie(ends_by: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None

    def tie() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(ends_by), 0, 0, 0)

    return tie
