"""What the launchers of all services share: how one fails, and what its log says."""

from pathlib import Path


class ServiceFailed(Exception):
    """A service did not start or stop; the message ends with the last lines of its log."""


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log file, or a sentence when it is empty."""
    if not log.exists():
        return "(no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) or "(the log is empty)"
