"""Classifiers that say what a test wants."""

from screening.classifying.protocol import Picture, Scored


class Fixed:
    """Scores every picture alike, without looking."""

    def __init__(self, *, score: float) -> None:
        self._score = score

    def score(self, picture: Picture) -> Scored:
        return Scored(self._score)


class Broken:
    """Fails at every picture."""

    def score(self, picture: Picture) -> Scored:
        raise MemoryError
