"""docs/benchmarks.md with its charts, from the newest figures of each benchmark and size."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from bench import charts, growth
from bench.catalogue import BENCHMARKS, Benchmark
from bench.figure import Figure
from bench.results import Measurement
from deploy.local.state import CHECKOUT

DOCS: Final = CHECKOUT / "docs"
NAME: Final = "benchmarks"
BUSY: Final = "*"
MOST_BARS: Final = 14
# A shorter time is said in milliseconds.
_MILLI_BELOW: Final = 0.1
_SECONDS: Final = {"s": 1.0, "ms": 0.001, "ms CPU": 0.001}
_HEAD: Final = """# Benchmarks

Written by `python -m bench` (`make bench`) from the figures in var/bench-results/, the newest of each benchmark and
size. Each is measured beside a yardstick in the same run, so that the ratio says something on another machine, too.
A star marks what was measured while more wanted to work than there were cores. "Grows" says what becomes of a cost
between the two largest sizes: the number is the exponent, 0 for a cost that stays, 1 for one in proportion.
"""

Measured = Mapping[int, Measurement]
Newest = Mapping[tuple[str, int], Measurement]


def write(newest: Newest, docs: Path = DOCS) -> None:
    """Write the page, and a chart for each benchmark that has figures for one."""
    folder = docs / NAME
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    sections: list[str] = []
    for benchmark in BENCHMARKS:
        measured = _of(benchmark, newest)
        if measured:
            sections += _section(benchmark, measured, folder)
    parts = [_HEAD, *_state(newest), *_growth(newest), *sections]
    parts += _runs([one for benchmark in BENCHMARKS for one in _of(benchmark, newest).values()])
    (docs / f"{NAME}.md").write_text("\n".join(parts).rstrip() + "\n")


def _of(benchmark: Benchmark, newest: Newest) -> Measured:
    """What is there of it by size: at its own sizes, and at others where none of those was measured."""
    there = {size: one for (name, size), one in sorted(newest.items()) if name == benchmark.name}
    return {size: one for size, one in there.items() if size in benchmark.sizes} or there


def _state(newest: Newest) -> Iterator[str]:
    """What has not been measured, or only at small sizes; and which bars were missed."""
    shown = {benchmark: _of(benchmark, newest) for benchmark in BENCHMARKS}
    if not any(len(one.sizes) > 1 and max(one.sizes) in measured for one, measured in shown.items()):
        yield "**Only small sizes** were measured so far: what follows does not say how a full site does.\n"
    if all(one.facts.is_busy for measured in shown.values() for one in measured.values()):
        yield "**All of it** was measured while others were at work on the machine: it says less than the bars ask.\n"
    missing = []
    for benchmark in BENCHMARKS:
        left = [size for size in benchmark.sizes if (benchmark.name, size) not in newest]
        if left and benchmark.of:
            missing.append(f"{benchmark.name} at {', '.join(f'{size:,}' for size in left)} {benchmark.of}")
        elif left:
            missing.append(benchmark.name)
    if missing:
        yield f"**Not measured yet**, so that nothing below speaks of it: {'; '.join(missing)}.\n"
    missed = [
        f"{figure.name} ({benchmark.name} at {size:,}: {_value(figure)}{_star(one)}, {figure.bar})"
        for benchmark, measured in shown.items()
        for size, one in measured.items()
        for figure in one.figures
        if figure.ok is False
    ]
    if missed:
        yield f"**Bars that were missed**: {'; '.join(missed)}.\n"


def _growth(newest: Newest) -> Iterator[str]:
    """In a sentence for each benchmark what becomes of its costs, the quickest to grow first."""
    said = []
    for benchmark in BENCHMARKS:
        measured = _of(benchmark, newest) if benchmark.grows else {}
        named = growth.by_word(
            ({size: one.value for size, one in values.items()}, values[max(values)].unit, name)
            for name, values in _by_name(measured).items()
        )
        if named:
            sizes = sorted(measured)
            told = "; ".join(_told(word, names) for word, names in named.items())
            said.append(f"- **{benchmark.title}**, {sizes[-2]:,} to {sizes[-1]:,} {benchmark.of}: {told}.")
    if said:
        yield "## How cost grows\n"
        yield from (*said, "")


def _told(word: str, names: list[str]) -> str:
    """Of what grows the names, one for its median and its 95th percentile; of what does not, how many."""
    if word in growth.HARMLESS:
        return f"{word}: {len(names)}"
    both = {name.removesuffix(", p50") for name in names} & {name.removesuffix(", p95") for name in names}
    shown = (base if (base := name.removesuffix(", p50").removesuffix(", p95")) in both else name for name in names)
    return f"{word}: {' · '.join(dict.fromkeys(shown))}"


def _section(benchmark: Benchmark, measured: Measured, folder: Path) -> Iterator[str]:
    yield f"## {benchmark.title}\n"
    yield benchmark.text + (f" Yardstick: {benchmark.beside}." if benchmark.beside else "") + "\n"
    drawn = _chart(benchmark, measured)
    if drawn:
        (folder / f"{benchmark.name}.svg").write_text(drawn)
        yield f"![{benchmark.title}]({NAME}/{benchmark.name}.svg)\n"
    sizes = list(measured)
    heads = [f"{size:,} {benchmark.of}{_star(measured[size])}" if benchmark.of else "value" for size in sizes]
    several = len(sizes) > 1 and benchmark.grows
    columns = ["figure", *heads, "beside its yardstick", "bar", *(["grows"] if several else [])]
    yield _row(columns)
    yield _row(["---", *["---:"] * len(sizes), "---", "---", *(["---"] if several else [])])
    for name, values in _by_name(measured).items():
        newest = values[max(values)]
        cells = [_value(values[size]) if size in values else "" for size in sizes]
        grown = [growth.words({size: one.value for size, one in values.items()}, newest.unit)] if several else []
        yield _row([name, *cells, _beside(newest), _judged(measured, values), *grown])
    yield ""


def _chart(benchmark: Benchmark, measured: Measured) -> str:
    """Lines where there are several sizes; else bars. Only what takes time is drawn. Empty without any."""
    named = _by_name(measured)
    figures = {
        name: {size: one.value * _SECONDS[one.unit] for size, one in values.items()}
        for name, values in named.items()
        # Of a median and what 95 in 100 stay below, the latter.
        if (", p50" not in name or name.replace(", p50", ", p95") not in named)
        and all(one.unit in _SECONDS and one.value > 0 for one in values.values())
    }
    if not figures:
        return ""
    try:
        if len(measured) > 1 and benchmark.grows:
            return charts.lines(benchmark.title, benchmark.of, "seconds", figures)
    except ValueError:
        pass
    last = {name: 1000 * points[max(points)] for name, points in figures.items()}
    slowest = dict(sorted(last.items(), key=lambda named: -named[1])[:MOST_BARS])
    return charts.bars(benchmark.title, "milliseconds", slowest)


def _by_name(measured: Measured) -> dict[str, dict[int, Figure]]:
    found: dict[str, dict[int, Figure]] = {}
    for size, one in measured.items():
        for figure in one.figures:
            found.setdefault(figure.name, {})[size] = figure
    return found


def _value(figure: Figure) -> str:
    value, unit = figure.value, figure.unit
    if unit == "s" and 0 < value < _MILLI_BELOW:
        value, unit = 1000 * value, "ms"
    return f"{charts.figure(value)} {unit}".strip()


def _beside(figure: Figure) -> str:
    if not figure.yardstick or figure.ratio is None:
        return ""
    return f"{charts.figure(figure.ratio)} x {figure.yardstick}"


def _judged(measured: Measured, figures: Mapping[int, Figure]) -> str:
    """The bar of the largest size that has one, and whether it was met at every size that has."""
    judged = {size: figure for size, figure in figures.items() if figure.ok is not None}
    if not judged:
        return ""
    missed = [size for size, figure in judged.items() if not figure.ok]
    starred = BUSY if missed and all(measured[size].facts.is_busy for size in missed) else ""
    return f"{judged[max(judged)].bar}: {f'**missed**{starred}' if missed else 'met'}"


def _star(measurement: Measurement) -> str:
    return BUSY if measurement.facts.is_busy else ""


def _runs(found: Sequence[Measurement]) -> Iterator[str]:
    """Where and when each was measured."""
    yield "## Where and when\n"
    yield _row(["benchmark", "size", "date (UTC)", "commit", "cores", "memory", "load at its begin", "took"])
    yield _row(["---", "---:", "---", "---", "---:", "---:", "---:", "---:"])
    for one in found:
        facts = one.facts
        where = [f"{facts.cores}", f"{facts.memory_gb:g} GB", f"{facts.load:g}{_star(one)}", f"{one.seconds:.0f} s"]
        yield _row([one.benchmark, f"{one.size:,}", facts.at[:16].replace("T", " "), facts.commit, *where])
    yield ""
    yield f"Processors: {', '.join(sorted({one.facts.processor for one in found}))}."


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
