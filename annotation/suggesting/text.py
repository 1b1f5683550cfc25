"""Where a print carries text and what it reads. Loaded by the worker of the queue "text" alone, when there is work.

The weights lie inside the package and are named by path, so that the package, which would fetch missing ones, asks no
network for anything.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import rapidocr
from rapidocr import RapidOCR
from rapidocr.utils.output import RapidOCROutput

from annotation.boxes import Box, Seen, boxed
from contributions.queries import Look, Pixels

MODEL: Final = f"PP-OCRv6 small, rapidocr {version('rapidocr')}"
SIDE: Final = 640
LOOK: Final = Look(SIDE, SIDE, fits=True)
LEAST_SCORE: Final = 0.5
# A lone letter or digit names nobody, and is mostly a pattern in the picture.
LEAST_CHARACTERS: Final = 2
# Around what was found, as parts of its shorter side: letters reach beyond the box, and a cover must not leave them.
MARGIN: Final = 0.12

_WEIGHTS = Path(rapidocr.__file__).parent / "models"
_PARAMS: Final[dict[str, Any]] = {
    # Its log would repeat what it was given.
    "Global.log_level": "critical",
    "Global.text_score": LEAST_SCORE,
    "Global.max_side_len": SIDE,
    "Det.limit_type": "max",
    "Det.limit_side_len": SIDE,
    "Det.model_path": str(_WEIGHTS / "PP-OCRv6_det_small.onnx"),
    "Cls.model_path": str(_WEIGHTS / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
    "Rec.model_path": str(_WEIGHTS / "PP-OCRv6_rec_small.onnx"),
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


def find(pixels: Pixels) -> list[Seen]:
    """The lines of text in a picture with what they read, from the top down."""
    # The engine was made for pictures whose channels run blue, green, red.
    picture = np.frombuffer(pixels.rgb, np.uint8).reshape(pixels.height, pixels.width, 3)[:, :, ::-1]
    told = engine()(np.ascontiguousarray(picture))
    if not isinstance(told, RapidOCROutput) or told.boxes is None or told.scores is None or told.txts is None:
        return []
    seen = _lines(told.boxes.tolist(), told.scores, told.txts, pixels)
    return sorted(seen, key=lambda one: (one.box.top, one.box.left))


@cache
def engine() -> RapidOCR:
    """The models, loaded once a process."""
    return RapidOCR(params=dict(_PARAMS))


def _lines(
    corners: Sequence[Sequence[Sequence[float]]], scores: Sequence[float], words: Sequence[str], pixels: Pixels
) -> Iterator[Seen]:
    for four, score, text in zip(corners, scores, words, strict=True):
        box = _around(four, pixels)
        if box is not None and sum(letter.isalnum() for letter in text) >= LEAST_CHARACTERS:
            yield Seen(box, min(1.0, float(score)), text)


def _around(corners: Sequence[Sequence[float]], pixels: Pixels) -> Box | None:
    """The upright box around four corners in pixels, with its margin."""
    xs, ys = [x for x, _y in corners], [y for _x, y in corners]
    more = MARGIN * min(max(xs) - min(xs), max(ys) - min(ys))
    return boxed(min(xs) - more, min(ys) - more, max(xs) + more, max(ys) + more, pixels.width, pixels.height)
