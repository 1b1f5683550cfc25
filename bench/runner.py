"""Benchmarks one after the other, each in a process of its own, within the hours that were given."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench import machine, results
from bench.catalogue import Benchmark
from bench.figure import Figure
from bench.one import IN_USE
from bench.results import Measurement
from deploy.local.state import CHECKOUT, State, StateInUse

# A benchmark that is told to end stops its services first.
END_SECONDS: Final = 60


class Elsewhere(Exception):
    """Another benchmark runs in this checkout."""


def run(chosen: Sequence[Benchmark], options: argparse.Namespace) -> bool:
    """Measure what has not been measured at this commit; whether every bar was met and nothing failed."""
    last = time.monotonic() + options.hours * 3600
    state, well = State(results.FOLDER), True
    try:
        state.acquire()
        for benchmark in chosen:
            for size in benchmark.at(options.scale):
                well &= _known(benchmark, size, options) or _one(benchmark, size, last, options.calm)
    except (Elsewhere, StateInUse) as used:
        print(f"{used} What is left is measured by the next `python -m bench`.")
        return False
    finally:
        state.release()
    return well


def _known(benchmark: Benchmark, size: int, options: argparse.Namespace) -> bool:
    found = results.newest().get((benchmark.name, size))
    if options.again or found is None or found.facts.commit != machine.commit():
        return False
    print(f"{_name(benchmark, size)}: measured at this commit already")
    return True


def _one(benchmark: Benchmark, size: int, last: float, calm: float) -> bool:
    if time.monotonic() >= last:
        print(f"{_name(benchmark, size)}: left for another run")
        return True
    machine.settle(min(calm, last - time.monotonic()))
    facts, begun = machine.facts(), time.monotonic()
    marked = f", marked: a load of {facts.load} is there already" if facts.is_busy else ""
    print(f"\n== {_name(benchmark, size)}, at {facts.at}{marked}", flush=True)
    figures = _measured(benchmark, size, last)
    if figures is None:
        # What was only out of time is no failure.
        return time.monotonic() >= last
    results.write(Measurement(benchmark.name, size, facts, time.monotonic() - begun, figures))
    missed = [figure.name for figure in figures if figure.ok is False]
    print(f"   {len(figures)} figures" + (f", missed: {', '.join(missed)}" if missed else ""), flush=True)
    return not missed


def _measured(benchmark: Benchmark, size: int, last: float) -> list[Figure] | None:
    """None when it failed or time ran out. Raises Elsewhere."""
    with tempfile.TemporaryDirectory(prefix="mpm-bench-") as folder:
        file = Path(folder, "figures")
        command = [sys.executable, "-m", "bench.one", benchmark.module, str(size), str(file)]
        if benchmark.nowhere:
            command = [sys.executable, "-m", "deploy.local.nowhere", *command]
        ended = _run(command, last)
        if ended == IN_USE:
            raise Elsewhere("Another benchmark runs in this checkout.")
        if ended:
            why = "is out of time" if time.monotonic() >= last else f"ended with {ended}"
            print(f"   {benchmark.name} {why}: nothing is kept of it")
            return None
        return [Figure(**told) for told in json.loads(file.read_text())]


def _run(command: Sequence[str], last: float) -> int:
    """The exit code; everything that the command began ends with it."""
    process = subprocess.Popen(command, cwd=CHECKOUT, start_new_session=True)
    try:
        return process.wait(max(1.0, last - time.monotonic()))
    except (subprocess.TimeoutExpired, KeyboardInterrupt) as ended:
        _end(process)
        if isinstance(ended, KeyboardInterrupt):
            raise
        return 1


def _end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _name(benchmark: Benchmark, size: int) -> str:
    return f"{benchmark.name} at {size:,} {benchmark.of}" if benchmark.of else benchmark.name
