"""What a classifier is given, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from contributions.queries import Look, Pixels


class ClassifierFailed(Exception):
    """The classifier said nothing that could be understood; the photo goes to a person."""


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """One photo, without anything that says whose it is: its pixels as a look, and its rendition as JPEG."""

    pixels: Callable[[Look], Pixels]
    jpeg: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Scored:
    """How likely it is that a person has to look: 0 to 1.

    `known`: the service has found the picture on a list of known material. `version`: what the service calls its model.
    """

    score: float
    known: bool = False
    version: str = ""


class Classifier(Protocol):
    """Made once in each worker, from the options of its entry in settings.CLASSIFIERS."""

    def score(self, picture: Picture) -> Scored:
        """Score a picture. Any exception means that it was not scored."""
        ...
