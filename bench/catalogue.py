"""Every benchmark: what it measures, at which sizes, and how it is begun."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

ROWS: Final = (1_000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark: `module` has `measure(size)`; `of` says what its sizes count, and is empty where it has none.

    `beside` is its yardstick. One that reads settings but no database runs `nowhere`: with settings that lead nowhere.
    """

    name: str
    module: str
    title: str
    text: str
    beside: str
    of: str = ""
    sizes: tuple[int, ...] = (1,)
    least: int = 1
    nowhere: bool = False
    grows: bool = True

    def at(self, scales: Iterable[int]) -> list[int]:
        """The sizes to measure: its own, or as near to these as it can."""
        if not self.of:
            return list(self.sizes)
        asked = {min(max(scale, self.least), max(self.sizes)) for scale in scales}
        return sorted(asked) or list(self.sizes)


BENCHMARKS: Final = (
    Benchmark(
        "intake",
        "bench.screening",
        "Intake: a photo from its bytes to its verdict",
        "Real 12-megapixel files through every step on one core, with a list of known hashes a thousand times as long "
        "as there are files, and a hundred times as many photos to compare with.",
        "the same library calls in one bare loop",
        "files",
        (10, 100, 1_000),
        least=3,
    ),
    Benchmark(
        "rebuild",
        "bench.rebuild",
        "Rebuild: the codec in a confined process",
        "A 12-megapixel JPEG decoded and written as four pictures.",
        "a bare loop over the same codec",
        "pairs",
        (15,),
        least=3,
        nowhere=True,
        grows=False,
    ),
    Benchmark(
        "matching",
        "bench.matching",
        "Matching: known lists",
        "A sealed list is opened and indexed, and sixteen hashes are looked up in it at once.",
        "the index library alone on the same hashes",
        "hashes",
        (*ROWS, 10_000_000),
        least=1_000,
        nowhere=True,
    ),
    Benchmark(
        "duplicates",
        "bench.duplicates",
        "Near-duplicates",
        "The photos of the collection that look nearly like one that came in.",
        "a bare scan of the hashes for one orientation",
        "hashes",
        ROWS,
        least=1_000,
    ),
    Benchmark(
        "use",
        "bench.use",
        "What may be used",
        "Which photos may be used at this moment, by consent, withdrawal and verdict.",
        "a bare SELECT by key, and a bare count",
        "photos",
        ROWS,
        least=1_000,
    ),
    Benchmark(
        "queue",
        "bench.annotators.__main__",
        "Queue: photos handed out and answers taken",
        "Annotators in a closed loop without a pause, over HTTP, with every check and the log on.",
        "Label Studio in the same run where MPM_PEERS names an installation; a bare page otherwise",
        "photos",
        ROWS,
        least=1_000,
    ),
    Benchmark(
        "log",
        "bench.log",
        "Log: recorded, verified, exported, read",
        "A made-up log; then 32 processes that record and are killed at random.",
        "a bare loop of SHA-256; one writer of bare rows; one entry by its index",
        "entries",
        ROWS,
        least=1_000,
    ),
    Benchmark(
        "eligibility",
        "bench.eligibility",
        "Whether photos belong to a release",
        "Decided for every photo from all that was said and read of it.",
        "a bare count of the photos",
        "photos",
        ROWS,
        least=1_000,
    ),
    Benchmark(
        "release",
        "bench.releases.__main__",
        "Release: decided, written, left, built again",
        "Real pictures of at least 150 kB under keys of their own.",
        "a bare loop of unseal, hash and seal; Label Studio's export where MPM_PEERS names an installation",
        "photos",
        (1_000, 10_000, 100_000),
        least=500,
    ),
    Benchmark(
        "pages",
        "bench.pages.__main__",
        "Pages: public ones, contributors' and staff's",
        "One visitor on loopback, over a connection that is kept, at a collection of so many photos.",
        "a bare page of the same web server",
        "photos",
        (1_000, 10_000, 100_000),
        least=1_000,
    ),
    Benchmark(
        "load",
        "bench.load.__main__",
        "Load: everybody at once",
        "The whole site with all its workers: 32 annotators, image bytes apart, and 8 givers of real photos together; "
        "then 64 slow uploads.",
        "the same staff calls before anybody else is there",
        "seconds",
        (600,),
        least=20,
        grows=False,
    ),
    Benchmark(
        "uploads",
        "bench.uploads",
        "First page while phones send slowly",
        "Each phone at an address of its own; the page over a new connection each time.",
        "gunicorn's own threads over the same databases",
    ),
    Benchmark(
        "workbench",
        "bench.workbench",
        "Workbench in a browser",
        "From the key to the next photo on the screen, when it was loaded ahead.",
        "",
        "photos",
        (12,),
        least=5,
        grows=False,
    ),
    Benchmark("rest", "bench.rest", "The site at rest", "Its start, and what each process holds.", ""),
    Benchmark(
        "border",
        "bench.border",
        "Borders of prints",
        "Nine kinds of borders around ten ordinary photographs.",
        "",
        nowhere=True,
        sizes=(10,),
    ),
    Benchmark("faces", "bench.faces", "Faces as suggestions", "On photographs that packages carry.", "", nowhere=True),
    Benchmark(
        "text",
        "bench.text",
        "Text on prints as suggestions",
        "Captions drawn under photographs; real handwriting is not measured.",
        "the bare library call on the same pixels",
        nowhere=True,
    ),
)
NAMES: Final = tuple(benchmark.name for benchmark in BENCHMARKS)
