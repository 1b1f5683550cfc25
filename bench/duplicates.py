"""What it costs to find a photo's near-duplicates among many, by a scan and by bands, and how many of them are found.

`python -m bench.duplicates [HASHES ...]`, on a PostgreSQL of its own, with random hashes and planted neighbours.
"""

from bench import served
from bench.figure import Figure


def measure(scale: int) -> list[Figure]:
    """Among so many hashes."""
    return served.judged("bench.duplicates_run", scale).figures


if __name__ == "__main__":
    served.judged("bench.duplicates_run", *served.numbers()).finish()
