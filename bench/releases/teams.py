"""Processes that work for one thing together, and two such teams that take turns on the same machine."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import Final

from django.db import connections

CORES: Final = len(os.sched_getaffinity(0))
# So long a team works while the other one is stopped.
TURN_SECONDS: Final = 2.0
_FORK = multiprocessing.get_context("fork")


class Team:
    """One process a core, each doing the same work, stopped from the start. `seconds` are those it was let work.

    `cpu` are CPU seconds of its processes, once it is done.
    """

    def __init__(self, work: Callable[[], object], members: int = CORES) -> None:
        connections.close_all()
        self.seconds = 0.0
        self._cpu = _FORK.Value("d", 0.0)
        self._members: list[BaseProcess] = [
            _FORK.Process(target=self._run, args=(work,), daemon=True) for _ in range(members)
        ]
        for member in self._members:
            member.start()
            os.waitpid(member.pid or 0, os.WUNTRACED)

    @property
    def cpu(self) -> float:
        """CPU seconds of those that have ended."""
        return float(self._cpu.value)

    def is_done(self) -> bool:
        """Whether all have ended. Raises SystemExit when one of them failed."""
        ended = [member.exitcode for member in self._members]
        if any(ended):
            raise SystemExit("what was measured failed")
        return None not in ended

    def turn(self, seconds: float) -> None:
        """Let them work for so long, or until they are done."""
        begun = time.perf_counter()
        self._tell(signal.SIGCONT)
        while not self.is_done() and (left := begun + seconds - time.perf_counter()) > 0:
            connection.wait([member.sentinel for member in self._members if member.exitcode is None], left)
        self._tell(signal.SIGSTOP)
        self.seconds += time.perf_counter() - begun

    def end(self) -> None:
        """Stop those that are still there."""
        for member in self._members:
            member.kill()

    def _tell(self, sign: signal.Signals) -> None:
        for member in self._members:
            if member.exitcode is None:
                os.kill(member.pid or 0, sign)

    def _run(self, work: Callable[[], object]) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
        begun = time.process_time()
        work()
        with self._cpu.get_lock():
            self._cpu.value += time.process_time() - begun


def in_turns(teams: Sequence[Team]) -> None:
    """Let the teams work by turns until all are done: whatever else the machine does slows each of them alike."""
    try:
        while not all(team.is_done() for team in teams):
            for team in teams:
                if not team.is_done():
                    team.turn(TURN_SECONDS)
    finally:
        for team in teams:
            team.end()


def together(work: Callable[[], object]) -> Team:
    """Do the work with a process a core, alone; the team that did it."""
    team = Team(work)
    in_turns([team])
    return team
