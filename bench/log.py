"""The log at full size: verified, exported, read in pages, and recorded into by many writers that are killed.

`python -m bench.log [ENTRIES] [SECONDS]`, on a PostgreSQL of its own that gives up no durability.
"""

from bench import served
from bench.figure import Figure

# Shorter at the smaller sizes: how many transactions a second are sealed does not hang on what was sealed before.
WRITING_SECONDS = {1_000_000: 60}
SHORTER = 12


def measure(scale: int) -> list[Figure]:
    """With so many entries."""
    return served.judged("bench.log_run", scale, WRITING_SECONDS.get(scale, SHORTER)).figures


if __name__ == "__main__":
    served.judged("bench.log_run", *served.numbers()).finish()
