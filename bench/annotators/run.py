"""What `bench.annotators` measures, once the server runs and the settings stand."""

import argparse
import os
import time
from contextlib import ExitStack
from typing import Final

from bench import bare_page
from bench.annotators import depth, label_studio, ours
from bench.annotators.adapter import Adapter
from bench.annotators.figures import Run, line, median
from bench.annotators.loop import NEXT, SUBMIT, work
from bench.bars import AHEAD_OF_PEER, READ_CPU_MS, Bars, Beside
from bench.measured import cpu_of

# The size and the number of annotators at which the bars stand.
JUDGED_AT: Final = (100_000, 32)
# So many loops first: each thread of the server has a connection of its own, on which it prepares what it asks often.
WARM = 160
SHORT: Final = 5_000
MOST: Final = 32
HAND_OUT_SECONDS: Final = 900


def run(superuser: str, bars: Bars, options: argparse.Namespace) -> None:
    """Print and keep everything."""
    with ExitStack() as stack:
        here = stack.enter_context(ours.serving(superuser))
        there = stack.enter_context(label_studio.serving(superuser)) if options.beside else None
        hello = stack.enter_context(bare_page.serving()) if options.sizes else 0
        print("next and submit, p50/p95/p99; CPU of app + database a photo; medians of several runs")
        for size in options.sizes:
            _fill(here, size)
            at_peer = there if size in (options.beside_sizes or options.sizes) else None
            if at_peer:
                _fill(at_peer, size)
            for annotators in options.workers:
                if size <= SHORT:
                    here.fill(size)
                runs = _compared(here, at_peer, (size, annotators), options, bars)
                _kept(runs, annotators, hello, bars)
        if options.hand_outs:
            _doubles(here, options.hand_outs, bars)
        if options.far:
            depth.report(here, superuser, options.far, bars)


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
) -> list[Run]:
    """Our runs, and one line each; the runs of both in turns, so that whatever else the machine does slows both."""
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
        beside, name = Beside("Label Studio", ahead), f"photos a second by {at[1]} annotators, beside the peer"
        verdict = bars.at_least(name, ahead, AHEAD_OF_PEER, "x", beside=beside) if judged else ""
        if not judged:
            bars.note(name, ahead, "x", beside=beside)
        print(f"  {'':<36}{ahead:7.1f} x{verdict}")
    return mine


def _kept(runs: list[Run], annotators: int, hello: int, bars: Bars) -> None:
    """The figures of a line, times beside a page without any work behind it that as many ask for at once."""
    bare = bare_page.percentile(bare_page.milliseconds(hello, clients=annotators), 50)
    by = f"by {annotators} annotators" if annotators > 1 else "by one annotator"
    bars.note(f"photos a second {by}", median(runs, lambda run: run.a_second), "a second")
    bars.note(f"CPU a photo {by}", median(runs, lambda run: run.cpu_ms), "ms CPU")
    for what in (NEXT, SUBMIT):
        middle, slow = (median(runs, lambda run: run.milliseconds(what, share)) for share in (50, 95))  # noqa: B023
        bars.note(f"{what} {by}, p50", middle, "ms", beside=Beside("a bare page", middle / bare))
        bars.note(f"{what} {by}, p95", slow, "ms")


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
