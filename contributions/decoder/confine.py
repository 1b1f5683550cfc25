"""What a child gives up before it touches a received byte: files, time, memory, and every call it does not need."""

import os
import resource
import signal

from contributions.decoder import seccomp

CPU_SECONDS = 10
WALL_SECONDS = 50
# Address space, not resident memory: threads and allocators reserve what they never use, hence more than the 1 GiB that
# a file may cost. The dearest 60-megapixel files measured 974 MiB of it, 942 resident (WebP), and 4.8 s.
ADDRESS_SPACE = 1152 * 1024 * 1024
OPEN_FILES = 16


def confine(keep: int, *, without_filter: bool) -> None:
    """Give up everything but computing and the open descriptor `keep`, for the rest of this process's life.

    Raises seccomp.FilterUnavailable where no filter can be set, unless `without_filter` (development only).
    """
    os.closerange(0, keep)
    os.closerange(keep + 1, _highest_descriptor() + 1)
    signal.alarm(WALL_SECONDS)
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, ADDRESS_SPACE),
    ):
        _lower(limit, most)
    if not without_filter or seccomp.supported():
        seccomp.install()


def _highest_descriptor() -> int:
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(soft, 65536) if soft != resource.RLIM_INFINITY else 65536


def _lower(limit: int, most: int) -> None:
    _soft, hard = resource.getrlimit(limit)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(limit, (most, most))
    except ValueError:
        # macOS refuses a lower address space; there the filter is missing too and only development goes on.
        if seccomp.supported():
            raise
