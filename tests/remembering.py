"""Steps of a photo's way for tests that are about something else: what a machine said of a picture once, it says again.

Many tests give the same few pictures. The first photo of each is rebuilt, shown and scored by the real child and the
real model; the next ones are answered from memory. Tests of child and model themselves do not come here.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, TypeVar
from unittest.mock import patch
from uuid import UUID

from annotation.suggesting import faces
from contributions import actions as contributions
from contributions.decoder import asking, client
from contributions.queries import Look, Pixels
from screening.actions import classifying, hashing_photos
from screening.classifying.protocol import Classifier, Picture, Scored
from screening.hashing import hashed

Found = TypeVar("Found")
MOST: Final = 96
MODEL: Final = "screening.classifying.open_nsfw.OpenNsfw"
_answers: OrderedDict[bytes, bytes] = OrderedDict()
_scores: dict[bytes, Scored] = {}
_ask, _loaded = asking.ask, classifying._loaded


def run(photo_id: UUID) -> None:
    """Do what waits for a photo."""
    with (
        patch.object(asking, "ask", _remembered),
        patch.object(client, "ask", _remembered),
        patch.object(classifying, "_loaded", _remembering),
        patch.object(hashing_photos, "hashed", _hashed),
        patch.object(faces, "find", _faces),
    ):
        contributions.run(photo_id=photo_id)


def _remembered(data: bytes, order: bytes) -> bytes:
    """What the child says, and said: a refusal is asked for again."""
    key = hashlib.sha256(order + data).digest()
    if key not in _answers:
        _answers[key] = _ask(data, order)
        if len(_answers) > MOST:
            _answers.popitem(last=False)
    return _answers[key]


def _by_pixels(look: Callable[[Pixels], Found]) -> Callable[[Pixels], Found]:
    """The same for something that is made of pixels alone."""
    known: dict[bytes, Found] = {}

    def found(pixels: Pixels) -> Found:
        key = hashlib.sha256(pixels.rgb).digest()
        if key not in known:
            known[key] = look(pixels)
        return known[key]

    return found


_hashed, _faces = _by_pixels(hashed), _by_pixels(faces.find)


class _Remembering:
    def __init__(self, model: Classifier) -> None:
        self._model = model

    def score(self, picture: Picture) -> Scored:
        key = hashlib.sha256(picture.pixels(Look(256, 256)).rgb).digest()
        if key not in _scores:
            _scores[key] = self._model.score(picture)
        return _scores[key]


def _remembering(path: str, options: str) -> Classifier:
    model = _loaded(path, options)
    return _Remembering(model) if path == MODEL else model
