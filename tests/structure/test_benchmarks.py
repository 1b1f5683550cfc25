"""What `make bench` makes of figures: it measures nothing twice, says how cost grows, and draws what it says."""

import threading
from argparse import Namespace
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings

from bench import growth, machine, page, results, runner
from bench.annotators.client import Client, Refused
from bench.bars import Bars, Beside
from bench.catalogue import BENCHMARKS, Benchmark
from bench.figure import Figure
from bench.machine import Facts
from bench.pages import run, visitors
from bench.results import Measurement

LIST = Benchmark("matching", "bench.matching", "Matching", "Lists.", "a library", "hashes", (1_000, 10_000))
CALM = Facts("2026-01-01T10:00:00+00:00", "abc1234", 2, "a processor", 8.0, 0.5, "3.11.7")
BUSY = Facts("2026-01-01T11:00:00+00:00", "abc1234", 2, "a processor", 8.0, 2.5, "3.11.7")


def measured(size: int, milliseconds: float, facts: Facts = CALM, **more: Any) -> Measurement:
    """One figure of known lists of so many hashes."""
    figure = Figure("16 look-ups", milliseconds, "ms", yardstick="the library", ratio=1.1, **more)
    return Measurement("matching", size, facts, 3.0, [figure])


def written(tmp_path: Path, *there: Measurement) -> str:
    """The page of these."""
    page.write({(one.benchmark, one.size): one for one in there}, tmp_path)
    return (tmp_path / "benchmarks.md").read_text()


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda benchmark: benchmark.name)
def test_each_benchmark_is_there_and_can_be_measured(benchmark: Benchmark) -> None:
    spec = find_spec(benchmark.module)
    assert spec is not None
    assert spec.origin is not None
    assert "\ndef measure(" in Path(spec.origin).read_text()


def test_every_page_that_a_role_is_offered_is_measured_once_and_under_a_name_of_its_own() -> None:
    offered = [name for _role, _label, name, _description in settings.STAFF_PAGES]
    offered += [name for _label, name in [*settings.OFFICER_PAGES, *settings.AUDIT_PAGES]]
    assert set(offered) <= set(visitors.STAFF)
    assert len({called for _role, called in visitors.STAFF.values()}) == len(visitors.STAFF)


class _Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_told: object) -> None:
        """Say nothing."""


def test_a_page_that_leads_to_another_ends_the_measurement() -> None:
    with HTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(Refused):
            run._milliseconds(Client(server.server_port), "/")
        server.shutdown()


def test_a_scale_is_brought_to_what_a_benchmark_can_do() -> None:
    assert LIST.at([]) == [1_000, 10_000]
    assert LIST.at([2_000, 50_000, 90_000]) == [2_000, 10_000]


def test_bars_keep_every_figure_and_judge_where_they_stand() -> None:
    bars = Bars()
    assert bars.at_most("time", 3, 2, "s", beside=Beside("a loop", 1.5)) == "; at most 2 s: MISSED"
    bars.note("size", 7, "MB")
    assert bars.figures == [Figure("time", 3, "s", "a loop", 1.5, "at most 2 s", ok=False), Figure("size", 7, "MB")]
    elsewhere = Bars(judges=False)
    assert elsewhere.at_least("speed", 1, 2, "x") == ""
    assert (elsewhere.missed, elsewhere.figures[0].ok) == ([], None)


def test_figures_are_read_as_they_were_written_and_the_newest_stands(tmp_path: Path) -> None:
    old, new = measured(1_000, 5), measured(1_000, 4, BUSY, bar="at most 50 ms", ok=True)
    for one in (new, old):
        results.write(one, tmp_path)
    assert results.newest(tmp_path) == {("matching", 1_000): new}


def test_what_was_measured_at_this_commit_is_not_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def figures(_benchmark: Benchmark, size: int, _last: float) -> list[Figure]:
        asked.append(size)
        return [Figure("16 look-ups", 1, "ms", bar="at most 50 ms", ok=True)]

    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setattr(machine, "commit", lambda: "abc1234")
    monkeypatch.setattr(machine, "facts", lambda: CALM)
    monkeypatch.setattr(runner, "_measured", figures)
    options = Namespace(hours=1.0, scale=[], calm=0.0, again=False)
    assert runner.run([LIST], options)
    assert runner.run([LIST], options)
    assert asked == [1_000, 10_000]
    options.hours, options.again = 0.0, True
    assert runner.run([LIST], options), "without time nothing is begun"
    assert asked == [1_000, 10_000]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({1_000: 5.0, 10_000: 5.2}, "stays (+0.0)"),
        ({1_000: 5.0, 10_000: 50.0}, "grows in proportion (+1.0)"),
        ({1_000: 5.0, 10_000: 50.0, 100_000: 5_000.0}, "grows with the square or more (+2.0)"),
        ({1_000: 0.1, 10_000: 0.2}, "too small to tell"),
        ({1_000: 5.0}, ""),
    ],
)
def test_how_a_cost_grows_is_said_in_words(values: Mapping[int, float], said: str) -> None:
    assert growth.words(values, "ms") == said


def test_the_page_says_what_was_measured_where_and_what_was_not(tmp_path: Path) -> None:
    slow = measured(10_000, 90.0, BUSY, bar="at most 50 ms", ok=False)
    told = written(tmp_path, measured(1_000, 9.0, bar="at most 50 ms", ok=True), slow)
    assert "| 16 look-ups | 9.00 ms | 90.0 ms | 1.10 x the library | at most 50 ms: **missed*** |" in told
    assert "**Only small sizes**" in told
    assert "grows in proportion (+1.0)" in told
    assert "1,000 to 10,000 hashes: grows in proportion: 16 look-ups." in told
    assert "matching at 100,000, 1,000,000, 10,000,000 hashes" in told
    assert "| matching | 10,000 | 2026-01-01 11:00 | abc1234 | 2 | 8 GB | 2.5* | 3 s |" in told


def test_of_what_does_not_grow_the_page_says_how_many_and_no_names(tmp_path: Path) -> None:
    told = written(tmp_path, measured(1_000, 9.0), measured(10_000, 9.0))
    assert "1,000 to 10,000 hashes: stays: 1." in told


def test_a_chart_is_drawn_of_one_size_and_of_several(tmp_path: Path) -> None:
    for there in ([measured(1_000, 9.0)], [measured(1_000, 9.0), measured(10_000, 90.0)]):
        assert "](benchmarks/matching.svg)" in written(tmp_path, *there)
        chart = ET.parse(tmp_path / "benchmarks" / "matching.svg").getroot()  # noqa: S314 -- our own
        words = [text.text for text in chart.iter("{http://www.w3.org/2000/svg}text")]
        assert "16 look-ups" in words
