"""How far people agree who read the same photos: shares, Cohen's kappa, Krippendorff's alpha, with 95 % intervals.

Written out here in plain Python: the packages that hold these measures bring numpy into the web process (scipy,
statsmodels, krippendorff) or give no intervals (nltk). Two readers per photo, whole photos left out at a time, and
every measure a function of sums, so that each takes about a seventh of a second of ten thousand comparisons.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
# Less than this is what rounding leaves of 0.
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure over `of` things with its 95 % interval; the interval is None where so few tell nothing about it."""

    value: float
    low: float | None
    high: float | None
    of: int


def share(hits: int, of: int) -> Estimate | None:
    """The share of hits, 0 to 1, with Wilson's score interval (Wilson 1927, J. Am. Stat. Assoc. 22, 209-212).

    None of nothing.
    """
    if not of:
        return None
    low, high = _wilson(hits / of, of)
    return Estimate(hits / of, low, high, of)


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> Estimate | None:
    """Cohen's kappa of two readers' categories (Cohen 1960, Educ. Psychol. Meas. 20, 37-46); 1 is full agreement.

    Interval by the standard error of Fleiss, Cohen and Everitt (1969, Psychol. Bull. 72, 323-327). That error is 0
    where nobody ever differed, or where one reader had one category only; there the ends are what kappa would be at the
    ends of Wilson's interval for the share of agreement, chance taken as found. None where chance alone explains all,
    as when everything is in one category.
    """
    total = len(pairs)
    cells = Counter(pairs)
    rows, columns = Counter(row for row, _ in pairs), Counter(column for _, column in pairs)
    chance = sum(rows[name] * columns[name] for name in rows) / total**2 if total else 1.0
    if chance >= 1:
        return None
    agreed = sum(number for (row, column), number in cells.items() if row == column) / total
    value = (agreed - chance) / (1 - chance)
    spread = (
        sum(
            number / total * ((row == column) - (columns[row] + rows[column]) / total * (1 - value)) ** 2
            for (row, column), number in cells.items()
        )
        - (value - chance * (1 - value)) ** 2
    )
    if spread < _NOTHING:
        low, high = ((end - chance) / (1 - chance) for end in _wilson(agreed, total))
    else:
        reach = Z * sqrt(spread / total) / (1 - chance)
        low, high = value - reach, value + reach
    return Estimate(value, max(-1.0, low), min(1.0, high), total)


def alpha(photos: Sequence[Sequence[tuple[float, float]]]) -> Estimate | None:
    """Krippendorff's alpha of two readers' numbers, interval metric; 1 is full agreement, 0 as good as chance.

    A photo is the pairs of its people. (Krippendorff 2011, "Computing Krippendorff's alpha-reliability", University of
    Pennsylvania: with two readers and no gap, the mean squared difference of the pairs divided by that of all values.)
    Interval by the jackknife over photos. None of a single photo, and where all values are the same. `of` counts pairs.
    """
    rows = [
        (
            float(len(pairs)),
            sum((one - other) ** 2 for one, other in pairs),
            sum(one + other for one, other in pairs),
            sum(one**2 + other**2 for one, other in pairs),
        )
        for pairs in photos
        if pairs
    ]
    return _jackknife(rows, _alpha, lowest=-1.0, highest=1.0) if len(rows) > 1 else None


def mean(photos: Sequence[Sequence[float]], lowest: float = float("-inf")) -> Estimate | None:
    """The mean of all values of all photos, none below `lowest`, with the jackknife's interval over photos.

    None of nothing.
    """
    rows = [(float(len(values)), sum(values)) for values in photos if values]
    return _jackknife(rows, lambda sums: sums[1] / sums[0] if sums[0] else None, lowest=lowest)


def _alpha(sums: Sequence[float]) -> float | None:
    pairs, squared, total, squares = sums
    values = 2 * pairs
    # The mean squared difference of two values drawn without putting back is twice their sample variance.
    by_chance = 2 * (squares - total**2 / values) / (values - 1) if pairs else 0.0
    return 1 - squared / pairs / by_chance if by_chance > _NOTHING else None


def _wilson(found: float, of: int) -> tuple[float, float]:
    middle = found + Z**2 / (2 * of)
    half = Z * sqrt(found * (1 - found) / of + Z**2 / (4 * of**2))
    return max(0.0, (middle - half) / (1 + Z**2 / of)), min(1.0, (middle + half) / (1 + Z**2 / of))


def _jackknife(
    rows: Sequence[tuple[float, ...]],
    measure: Callable[[Sequence[float]], float | None],
    lowest: float = float("-inf"),
    highest: float = float("inf"),
) -> Estimate | None:
    """A measure of sums, with the interval that leaving out one row after another gives (Tukey 1958; Efron 1981).

    The first number of a row is how many things it stands for.
    """
    sums = [sum(column) for column in zip(*rows, strict=True)]
    value = measure(sums) if rows else None
    if value is None:
        return None
    parts = [measure([whole - part for whole, part in zip(sums, row, strict=True)]) for row in rows]
    known = [part for part in parts if part is not None]
    of = round(sums[0])
    if len(known) < 2 or len(known) < len(parts):
        return Estimate(value, None, None, of)
    middle = sum(known) / len(known)
    error = sqrt((len(known) - 1) / len(known) * sum((part - middle) ** 2 for part in known))
    return Estimate(value, max(lowest, value - Z * error), min(highest, value + Z * error), of)
