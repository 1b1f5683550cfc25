"""What it costs to decide for every photo whether it belongs to a release, beside a bare count of the photos.

`python -m bench.eligibility [PHOTOS]`, on a PostgreSQL of its own. Every photo was read: one in ten twice, one in fifty
excluded, one in a hundred not cut yet; everybody is marked but one in forty. The rest is as in `bench.use`.
"""

from bench import served
from bench.figure import Figure

JUDGED_TO = 100_000


def measure(scale: int) -> list[Figure]:
    """Of so many photos."""
    return served.judged("bench.eligibility_run", scale, judges=scale <= JUDGED_TO).figures


if __name__ == "__main__":
    served.judged("bench.eligibility_run", *served.numbers()).finish()
