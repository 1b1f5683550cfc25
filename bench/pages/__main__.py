"""`python -m bench.pages [PHOTOS]`: each page asked for again and again by one visitor, on a PostgreSQL of its own.

The web server is as production runs it; so many photos (10,000) wait to be read, as in `bench.annotators`.
"""

from bench import served
from bench.bars import Bars
from bench.figure import Figure

# Giving a photo tells workers, who are not there, of it.
SETTINGS = {"MPM_BROKER_URL": "memory://"}


def measure(scale: int) -> list[Figure]:
    """With so many photos."""
    return _judged(scale).figures


def _judged(photos: int = 10_000) -> Bars:
    return served.judged("bench.pages.run", photos, settings=SETTINGS)


if __name__ == "__main__":
    _judged(*served.numbers()).finish()
