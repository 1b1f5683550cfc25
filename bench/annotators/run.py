"""What `bench.annotators` measures, once the server runs and the settings stand."""

import argparse
import os
import sys
import time
from contextlib import ExitStack
from typing import Final

from bench.annotators import depth, label_studio, ours
from bench.annotators.adapter import Adapter
from bench.annotators.figures import Run, line, median
from bench.annotators.loop import NEXT, work
from bench.bars import AHEAD_OF_PEER, READ_CPU_MS, Bars
from bench.measured import cpu_of

# The size and the number of annotators at which the bars stand.
JUDGED_AT: Final = (100_000, 32)
# So many loops first: each thread of the server has a connection of its own, on which it prepares what it asks often.
WARM = 160
SHORT: Final = 5_000
MOST: Final = 32
HAND_OUT_SECONDS: Final = 900


def main(superuser: str, options: argparse.Namespace) -> None:
    """Print everything; exits with 1 when a bar is missed."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    bars = Bars()
    with ExitStack() as stack:
        here = stack.enter_context(ours.serving(superuser))
        there = stack.enter_context(label_studio.serving(superuser)) if options.beside else None
        print("next and submit, p50/p95/p99; CPU of app + database a photo; medians of several runs")
        for size in options.sizes:
            _fill(here, size)
            at_peer = there if size in (options.beside_sizes or options.sizes) else None
            if at_peer:
                _fill(at_peer, size)
            for annotators in options.workers:
                if size <= SHORT:
                    here.fill(size)
                _compared(here, at_peer, (size, annotators), options, bars)
        if options.hand_outs:
            _doubles(here, options.hand_outs, bars)
        if options.far:
            depth.report(here, superuser, options.far, bars)
    bars.finish()


def _doubles(here: Adapter, hand_outs: int, bars: Bars) -> None:
    _fill(here, hand_outs + WARM)
    run = measured(here, MOST, loops=hand_outs, seconds=HAND_OUT_SECONDS)
    handed_out = sum(call.what == NEXT and call.went_well for call in run.calls)
    judged = bars.at_most("doubles in many hand-outs", run.doubles, 0, "doubles")
    print(f"{handed_out:,} hand-outs to {MOST} annotators in {run.seconds:.0f} s: {run.doubles} doubles{judged}")


def _fill(adapter: Adapter, size: int) -> None:
    begun = time.monotonic()
    adapter.fill(size)
    print(f"{adapter.name}: {size:,} photos wait, made in {time.monotonic() - begun:.0f} s")


def _compared(
    here: Adapter, there: Adapter | None, at: tuple[int, int], options: argparse.Namespace, bars: Bars
) -> None:
    """One line each; the runs of both in turns, so that whatever else the machine does slows both."""
    mine: list[Run] = []
    theirs: list[Run] = []
    for number in range(options.repeat):
        # All runs together would read a short queue to its end.
        for adapter in filter(None, (here, there)) if number and at[0] <= SHORT else ():
            adapter.fill(at[0])
        mine.append(measured(here, at[1], loops=options.loops, seconds=options.seconds))
        if there:
            theirs.append(_beside(there, at[1], options))
    judged = at == JUDGED_AT
    told = line(mine)
    if judged:
        cpu = median(mine, lambda run: run.cpu_ms)
        told += bars.at_most("CPU a photo", cpu, READ_CPU_MS, "ms CPU a photo")
        told += bars.at_most("doubles", sum(run.doubles for run in mine), 0, "doubles")
    print(f"  {_at(here, at)}{told}")
    if there and theirs:
        print(f"  {_at(there, at)}{line(theirs)}")
        ahead = median(mine, lambda run: run.a_second) / median(theirs, lambda run: run.a_second)
        verdict = bars.at_least("photos a second beside the peer", ahead, AHEAD_OF_PEER, "x") if judged else ""
        print(f"  {'':<36}{ahead:7.1f} x{verdict}")


def _beside(there: Adapter, annotators: int, options: argparse.Namespace) -> Run:
    return measured(there, annotators, loops=options.beside_loops, seconds=options.seconds)


def _at(adapter: Adapter, at: tuple[int, int]) -> str:
    return f"{f'{adapter.name}, {at[0]:,}, {at[1]} annotators':<36}"


def measured(adapter: Adapter, annotators: int, *, loops: int, seconds: float) -> Run:
    """One run by annotators who have just signed in; the first calls, which fill caches, stay out of it."""
    clients = adapter.clients(annotators)
    work(adapter, clients, loops=WARM, seconds=seconds)
    before = {kind: cpu_of(pid) for kind, pid in adapter.pids.items()}
    before_load = cpu_of(os.getpid())
    calls, taken = work(adapter, clients, loops=loops, seconds=seconds)
    spent = {kind: cpu_of(pid) - before[kind] for kind, pid in adapter.pids.items()}
    return Run(calls, taken, {**spent, "load": cpu_of(os.getpid()) - before_load})
