"""How a figure grows with the size, said in words."""

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

# Up to each of these exponents: what it means. 1 is in proportion, 2 the square.
_WORDS: Final = (
    (-0.1, "falls"),
    (0.1, "stays"),
    (0.5, "grows slowly"),
    (0.9, "grows less than in proportion"),
    (1.1, "grows in proportion"),
    (1.9, "grows more than in proportion"),
)
# What nobody need fear of a larger site.
HARMLESS: Final = ("falls", "stays")
TOO_SMALL: Final = "too small to tell"
_MOST: Final = "grows with the square or more"
# What is that small is the clock's grain and whatever else runs.
NOISE: Final = {"s": 0.005, "ms": 0.5, "ms CPU": 0.5, "MB": 1.0}


def exponents(values: Mapping[int, float]) -> list[float]:
    """Between each size and the next larger one: 0 stays as it is, 1 grows in proportion. Values must be positive."""
    points = sorted((size, value) for size, value in values.items() if size > 0)
    return [
        math.log(large / small) / math.log(more / fewer)
        for (fewer, small), (more, large) in pairwise(points)
        if small > 0 and large > 0
    ]


def words(values: Mapping[int, float], unit: str) -> str:
    """What becomes of a cost between the two largest sizes, with the exponent; empty without two, or of no cost."""
    if unit not in NOISE or len(values) < 2:
        return ""
    if max(values.values()) < NOISE[unit]:
        return TOO_SMALL
    found = exponents(values)
    return f"{_word(found[-1])} ({found[-1]:+.1f})" if found else ""


def by_word(costs: Iterable[tuple[Mapping[int, float], str, str]]) -> dict[str, list[str]]:
    """The names of costs (values by size, unit, name) by what becomes of them, the quickest to grow first."""
    found: dict[str, list[str]] = {}
    for values, unit, name in costs:
        if words(values, unit) not in {"", TOO_SMALL}:
            found.setdefault(_word(exponents(values)[-1]), []).append(name)
    order = [_MOST, *(word for _most, word in reversed(_WORDS))]
    return {word: found[word] for word in order if word in found}


def _word(exponent: float) -> str:
    return next((word for most, word in _WORDS if exponent <= most), _MOST)
