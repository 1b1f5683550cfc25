"""How soon the next photo is on the screen after the key that answers the one before, when it was loaded ahead.

`python -m bench.workbench [PHOTOS]`: the web server as production runs it, a real browser, photos of 2048 px.
"""

from bench import served
from bench.figure import Figure


def measure(scale: int) -> list[Figure]:
    """With so many photos, one after the other."""
    return served.judged("bench.workbench_run", scale).figures


if __name__ == "__main__":
    served.judged("bench.workbench_run", *served.numbers()).finish()
