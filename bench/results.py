"""Figures as they are kept: one JSON object a line, each with where and when it was measured."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from bench.figure import Figure
from bench.machine import Facts
from deploy.local.state import CHECKOUT

FOLDER: Final = CHECKOUT / "var" / "bench-results"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One benchmark at one size: its figures, the machine's facts at its begin, and the seconds that it took."""

    benchmark: str
    size: int
    facts: Facts
    seconds: float
    figures: Sequence[Figure]


def write(measurement: Measurement, folder: Path | None = None) -> None:
    """Add its figures to what is kept, all at once."""
    folder = folder or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    common = {"benchmark": measurement.benchmark, "size": measurement.size, "seconds": round(measurement.seconds, 1)}
    lines = [
        json.dumps({**common, **asdict(figure), "machine": asdict(measurement.facts)}) for figure in measurement.figures
    ]
    with (folder / f"{measurement.benchmark}.jsonl").open("a") as file:
        file.write("".join(f"{line}\n" for line in lines))


def measurements(folder: Path | None = None) -> list[Measurement]:
    """Everything that is kept, the oldest first."""
    found = [one for path in sorted((folder or FOLDER).glob("*.jsonl")) for one in _of_file(path)]
    return sorted(found, key=lambda one: one.facts.at)


def newest(folder: Path | None = None) -> dict[tuple[str, int], Measurement]:
    """For each benchmark and size what was measured last."""
    return {(one.benchmark, one.size): one for one in measurements(folder)}


def _of_file(path: Path) -> Iterator[Measurement]:
    grouped: dict[tuple[str, int, str], list[dict[str, object]]] = {}
    for line in path.read_text().splitlines():
        told = json.loads(line)
        grouped.setdefault((told["benchmark"], told["size"], told["machine"]["at"]), []).append(told)
    for (benchmark, size, _at), lines in grouped.items():
        yield _measurement(benchmark, size, lines)


def _measurement(benchmark: str, size: int, lines: Sequence[dict[str, object]]) -> Measurement:
    names = Figure.__dataclass_fields__
    figures = [Figure(**{name: told[name] for name in names}) for told in lines]  # type: ignore[arg-type]
    facts = Facts(**lines[0]["machine"])  # type: ignore[arg-type]
    return Measurement(benchmark, size, facts, float(str(lines[0]["seconds"])), figures)
