"""OpenNSFW on one core, from the weights in the package: how likely a picture shows nudity. It knows no ages.

The pixels come from the confined child, squashed to 256 x 256. What follows is the reference's own preparation: the
middle 224 x 224, once through a JPEG as all its pictures went, blue first, less the mean of what it was trained on.
"""

from io import BytesIO
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from contributions.queries import Look, Pixels
from screening.classifying import weights
from screening.classifying.protocol import Picture, Scored

LOOK: Final = Look(256, 256)
_CROP: Final = 224
_OFFSET: Final = (LOOK.width - _CROP) // 2
_MEAN_BGR: Final = np.array([104, 117, 123], dtype=np.float32)


class OpenNsfw:
    """The model, loaded when the first picture is scored."""

    def __init__(self) -> None:
        """Read the weights and make them ready; raises weights.WrongWeights."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(weights.read(), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def score(self, picture: Picture) -> Scored:
        """The model's own probability."""
        (found,) = self._session.run(None, {self._input: prepared(picture.pixels(LOOK))})
        return Scored(float(found[0][1]))


def prepared(pixels: Pixels) -> NDArray[np.float32]:
    """Pixels of LOOK as the model takes them: one picture of 224 x 224, three floats each, blue first."""
    picture = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.rgb)
    file = BytesIO()
    picture.crop((_OFFSET, _OFFSET, _OFFSET + _CROP, _OFFSET + _CROP)).save(file, "JPEG")
    # A file of our own making, of this size: nothing that has to be decoded in confinement.
    with Image.open(file, formats=("JPEG",)) as seen:
        middle = np.asarray(seen, dtype=np.float32)
    return np.ascontiguousarray(middle[:, :, ::-1] - _MEAN_BGR)[np.newaxis]
