"""What a piece of work costs: run in a process of its own, so that its memory is its own."""

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

TICKS = 100  # of /proc a second
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall-clock seconds, CPU seconds of this process and of the server's, peak memory in MB, and what came of it."""

    wall: float
    cpu: float
    server_cpu: float
    peak_mb: float
    result: Any

    def __str__(self) -> str:
        """For a line of a table."""
        server = f" + {self.server_cpu:.1f} s server" if self.server_cpu else ""
        return f"{self.wall:6.1f} s, CPU {self.cpu:.1f} s{server}, peak {self.peak_mb:.0f} MB"


def measured(work: Callable[[], Any], *, server: int | None = None, core: int | None = None) -> Cost:
    """Do the work in a forked child. `server` is the process id of the postmaster, whose CPU is counted, too.

    With `core` the child, and what the server starts meanwhile, share that one core. Raises SystemExit when the work
    did not end as it should.
    """
    mine, theirs = multiprocessing.Pipe()
    before = cpu_of(server)
    with ExitStack() as bound:
        for pid in (0, server) if core is not None else ():
            if pid is not None:
                bound.callback(os.sched_setaffinity, pid, os.sched_getaffinity(pid))
                os.sched_setaffinity(pid, {core} if core is not None else ())
        child = multiprocessing.get_context("fork").Process(target=_child, args=(work, theirs))
        child.start()
        theirs.close()
        try:
            wall, cpu, peak_mb, result = mine.recv()
        except EOFError:
            raise SystemExit("what was measured failed") from None
        finally:
            child.join()
    return Cost(wall, cpu, cpu_of(server) - before, peak_mb, result)


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Wall-clock seconds of a piece of work, and what came of it."""
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def _child(work: Callable[[], Any], answer: Connection) -> None:
    begun, cpu = time.perf_counter(), time.process_time()
    result = work()
    wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
    answer.send((wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, result))


def cpu_of(pid: int | None) -> float:
    """CPU seconds of a process, of its living children and of those it has waited for."""
    if pid is None:
        return 0.0
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = 0
    for each in (str(pid), *children):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS


def parent_of(pid: int) -> int:
    """The process id of a process's parent."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
