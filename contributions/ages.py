"""An age as somebody wrote it, turned into years with the range that the words allow, or not at all.

Every word has to be understood: what is left over makes the text unreadable, and the person is asked. Whole years are
completed years ("7" is 7, not 7.5), a range is given in the same terms ("3-4" is 3.5, from 3 to 4).
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext, ngettext

from contributions.age_grammar import HALF, PER_YEAR, QUARTER, Quantity, Reader, tokens_of
from contributions.age_words import WORDS, Grades, Words

OLDEST = 120
TAKEN_AND_BORN = "taken-and-born"
YEAR = r"(?:18[5-9]|19\d|20\d)\d"
TWO_YEARS = re.compile(rf"({YEAR})\s*[-\u2010-\u2015\u2212]\s*({YEAR})")


@dataclass(frozen=True, slots=True)
class Age:
    """An age in years with two decimals, the range the words allow, and the rule that read them (a code word)."""

    years: Decimal
    low: Decimal
    high: Decimal
    rule: str


def read(text: str, language: str) -> Age | None:
    """The age that `text` says in `language` (a code such as "nl" or "nl-be"), or None where that is not clear."""
    words = WORDS.get(language.split("-", maxsplit=1)[0].lower())
    if words is None or len(text) > 60:
        return None
    years = _two_years(text, words)
    if years is not None:
        return _between(*years)
    tokens = tokens_of(text, words)
    return _stage(tokens, words) or _grade(tokens, words) or _birthday(tokens, words) or _number(tokens, words)


def year_taken(text: str) -> int | None:
    """The year in which the photo was taken, where an age says it ("1984 - 1979", or in words); else None."""
    for words in WORDS.values():
        if (years := _two_years(text, words)) is not None:
            return years[0]
    return None


def in_words(age: Age) -> str:
    """The age as it is read back to the person, in the active language: "3½ years", "about 5 years (4 to 6)"."""
    if age.low == age.high:
        return _duration(age)
    bounds = {"low": _short(age.low), "high": _short(age.high)}
    if age.rule in {"about", "nearly", TAKEN_AND_BORN}:
        return gettext("about %(years)s (%(low)s to %(high)s)") % {"years": _duration(age), **bounds}
    if age.rule == "newborn":
        return gettext("newborn, up to a month old")
    if age.rule == "baby":
        return gettext("a baby, under 1 year")
    return gettext("%(low)s to %(high)s years") % bounds


def _duration(age: Age) -> str:
    months = int((age.years * 12).quantize(Decimal(1), ROUND_HALF_UP))
    if age.rule in {"weeks", "days"} or not months:
        weeks = int((age.years * 52).quantize(Decimal(1), ROUND_HALF_UP))
        return ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks}
    whole, rest = divmod(months, 12)
    if rest == 6 and whole:
        return gettext("%(years)s½ years") % {"years": whole}
    parts = []
    if whole:
        parts.append(ngettext("%(count)d year", "%(count)d years", whole) % {"count": whole})
    if rest:
        parts.append(ngettext("%(count)d month", "%(count)d months", rest) % {"count": rest})
    return gettext(" and ").join(parts)


def _short(years: Decimal) -> str:
    fraction = {"0.5": "½", "0.25": "¼", "0.75": "¾"}.get(str((years % 1).normalize()))
    if fraction:
        return f"{int(years) or ''}{fraction}"
    return str(localize(years.quantize(Decimal(1)) if years == int(years) else years.normalize()))


def _age(years: Fraction, low: Fraction, high: Fraction, rule: str) -> Age | None:
    if high > OLDEST:
        return None

    def rounded(value: Fraction) -> Decimal:
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)

    return Age(rounded(years), rounded(max(low, Fraction(0))), rounded(high), rule)


def _two_years(text: str, words: Words) -> tuple[int, int] | None:
    """The years in which the photo was taken and the person was born: "1984 - 1979", or each with its word."""
    text = text.strip().casefold().rstrip(".")
    if match := TWO_YEARS.fullmatch(text):
        return int(match[1]), int(match[2])
    found: dict[str, int] = {}
    for part in re.split(r"[,;]|\s+(?=" + "|".join(words.born) + r")", text):
        tokens = [token for token in part.split() if token not in words.fillers | words.joins | {"in"}]
        if not tokens:
            continue
        if len(tokens) != 2 or not re.fullmatch(YEAR, tokens[1]):
            return None
        found["born" if tokens[0] in words.born else "taken" if tokens[0] in words.taken else ""] = int(tokens[1])
    return (found["taken"], found["born"]) if found.keys() == {"taken", "born"} else None


def _between(taken: int, born: int) -> Age | None:
    """Somebody born in 1979 is, in a photo of 1984, about 5: nobody knows which came first that year."""
    years = Fraction(taken - born)
    return None if years < 0 or taken > timezone.now().year else _age(years, years - 1, years + 1, TAKEN_AND_BORN)


def _stage(tokens: list[str], words: Words) -> Age | None:
    rest = [token for token in tokens if token not in words.fillers | words.articles]
    if len(rest) > 1 and words.numbers.get(rest[0]) == 1:
        rest = rest[1:]
    if len(rest) == 2 and [words.stages.get(token, ("",))[0] for token in rest] == ["newborn", "baby"]:
        rest = rest[:1]
    if len(rest) != 1 or rest[0] not in words.stages:
        return None
    rule, low, high = words.stages[rest[0]]
    return _age((Fraction(low) + Fraction(high)) / 2, Fraction(low), Fraction(high), rule)


def _grade(tokens: list[str], words: Words) -> Age | None:
    rest = [token for token in tokens if token not in words.fillers | {"in", "the"}]
    ordinal = rest[:1] and rest[0] in words.ordinals
    if ordinal and len(rest) == 2 and rest[1] in words.grades:
        return _in_grade(words.ordinals[rest[0]], words.ordinals[rest[0]], words.grades[rest[1]])
    if len(rest) == 3 and rest[0].isdecimal() and rest[1] == "#" and rest[2] in words.grades:
        return _in_grade(int(rest[0]), int(rest[0]), words.grades[rest[2]])
    if len(rest) not in {2, 4} or rest[0] not in words.grades:
        return None
    if len(rest) == 4 and not (rest[2] == "-" or rest[2] in words.to):
        return None
    first, last = _count(rest[1], words), _count(rest[-1], words)
    return None if first is None or last is None else _in_grade(first, last, words.grades[rest[0]])


def _count(token: str, words: Words) -> int | None:
    if token.isdecimal():
        return int(token)
    value = words.numbers.get(token)
    return int(value) if value is not None and value == int(value) else None


def _in_grade(first: int, last: int, grades: Grades) -> Age | None:
    if not 1 <= first <= last <= grades.last:
        return None
    low, high = Fraction(first + grades.start), Fraction(last + grades.start + grades.span)
    return _age((low + high) / 2, low, high, "grade")


def _birthday(tokens: list[str], words: Words) -> Age | None:
    rest = [word for word in tokens if word not in words.fillers and word != "#"]
    if len(rest) != 2 or rest[1] not in words.birthdays:
        return None
    value = words.ordinals.get(rest[0]) or (int(rest[0]) if rest[0].isdecimal() and "#" in tokens else None)
    return None if value is None else _age(Fraction(value), Fraction(value), Fraction(value), "years")


def _number(tokens: list[str], words: Words) -> Age | None:
    rest = _without_fillers(tokens, words)
    about = nearly = False
    while rest and (rest[0] in words.about or rest[0] in words.nearly):
        about, nearly = about or rest[0] in words.about, nearly or rest[0] in words.nearly
        rest = rest[1:]
    while rest and rest[-1] in words.about:
        about, rest = True, rest[:-1]
    quantities = Reader(rest, words).quantities()
    if quantities is None or (about and nearly):
        return None
    if len(quantities) == 2:
        low, high = (quantity.years for quantity in quantities)
        return None if nearly or low >= high else _age((low + high) / 2, low, high, "range")
    quantity = quantities[0]
    if nearly:
        return _nearly(quantity)
    if about:
        spread = _spread(quantity)
        return _age(quantity.years, quantity.years - spread, quantity.years + spread, "about")
    return _age(quantity.years, quantity.years, quantity.years, quantity.rule)


def _without_fillers(tokens: list[str], words: Words) -> list[str]:
    """Leave out words that say nothing about the age: "I was 5 years old", "a baby of 6 months"."""
    kept = [token for token in tokens if token not in words.fillers]
    if len(kept) > 2 and words.stages.get(kept[-1], ("",))[0] == "baby":
        kept = kept[:-1]
    elif len(kept) > 2 and words.stages.get(kept[0], ("",))[0] == "baby":
        kept = kept[1:]
    elif len(kept) > 3 and words.stages.get(kept[1], ("",))[0] == "baby":
        kept = kept[2:]
    return kept


def _spread(quantity: Quantity) -> Fraction:
    """How far "about" reaches: a year, half a year below 3, and two of months, weeks or days."""
    if quantity.unit == "y":
        return Fraction(1) if quantity.value >= 3 else HALF
    return Fraction(2, PER_YEAR[quantity.unit])


def _nearly(quantity: Quantity) -> Age | None:
    if quantity.unit != "y" or quantity.value < 1:
        return None
    return _age(quantity.years - QUARTER, quantity.years - HALF, quantity.years, "nearly")
