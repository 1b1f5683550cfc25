"""What it costs to ask which photos may be used, beside a bare SELECT by primary key: one, all, and the next few.

`python -m bench.use [PHOTOS]`, on a PostgreSQL of its own. Every person gave five photos and agreed to all of them;
some withdrew, some invited somebody, some time is over.
"""

from bench import served
from bench.figure import Figure

# The size at which the bars stand.
JUDGED_AT = 100_000


def measure(scale: int) -> list[Figure]:
    """Of so many photos."""
    return served.judged("bench.use_run", scale, judges=scale == JUDGED_AT).figures


if __name__ == "__main__":
    served.judged("bench.use_run", *served.numbers()).finish()
