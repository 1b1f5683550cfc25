"""Named points at which the crash tests kill a process. Nothing on a running site can arm one.

The only way to arm a point is to call `arm` in the same process, before the work. No environment variable, setting,
row or request is read, and a test sees that `arm` is called from the crash tests alone.
"""

import os
import signal

POINTS = frozenset(
    {
        "upload:kept",
        "upload:committed",
        "step:started",
        "sending:address_kept",
        "sending:decided",
        "sending:address_changed",
        "rebuild:sealed",
        "rebuild:committed",
        "consent:claimed",
        "consent:decided",
        "consent:closed",
        "invitation:address_kept",
        "invitation:asked",
        "invitation:claimed",
        "invitation:decided",
        "invitation:reminded",
        "claim:address_kept",
        "claim:written",
        "claim:link_taken",
        "claim:decided",
        "claim:settled",
        "claim:answered",
        "revocation:committed",
        "manage:claimed",
        "manage:decided",
        "withdrawal:committed",
        "erasure:key_destroyed",
        "erasure:committed",
        "rotation:epoch_made",
        "rotation:moved",
        "rotation:copied",
        "replay:keys",
        "replay:photos",
        "rescreening:opened",
        "update:written",
        "crop:taken",
        "crop:sealed",
        "release:planned",
        "release:shard_sealed",
        "release:shard",
        "release:tables",
        "release:papers",
        "release:written",
    }
)

_armed: str | None = None


def here(point: str) -> None:
    """Die at this point as by kill -9, if the point was armed in this process; otherwise do nothing."""
    if _armed == point:
        os.kill(os.getpid(), signal.SIGKILL)


def arm(point: str) -> None:
    """Make this process die at `point`; raises ValueError for a name that is not one of POINTS."""
    global _armed  # noqa: PLW0603 - one process, one point
    if point not in POINTS:
        raise ValueError(point)
    _armed = point
