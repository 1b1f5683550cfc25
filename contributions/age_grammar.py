"""The grammar of written ages: a text taken apart into words, and words read as years, months, weeks and days."""

import re
from collections.abc import Container
from dataclasses import dataclass
from fractions import Fraction

from contributions.age_words import Words

PER_YEAR = {"y": 1, "m": 12, "w": 52, "d": 365}
RULES = {"y": "years", "m": "months", "w": "weeks", "d": "days"}
VULGAR = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3)}
HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)
TOKEN = re.compile(r"\d+(?:[.,]\d{1,2})?(?!\d)|[/~?&,:-]|[^\W\d_]+(?:'[^\W\d_]+)*|\S")
GLUED_ORDINAL = re.compile(r"(\d{1,2})(:?[^\W\d_]+)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """So many years, months, weeks or days (`unit` is y, m, w, d or nothing said), and the rule that read them."""

    value: Fraction
    unit: str
    rule: str

    @property
    def years(self) -> Fraction:
        """The same in years."""
        return self.value / PER_YEAR[self.unit]


def tokens_of(text: str, words: Words) -> list[str]:
    """The text's words, lower case, with fractions as "1/2", glued endings cut off and hyphens kept between numbers."""
    text = text.strip().casefold().replace("\u2019", "'").rstrip(".!")
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    for phrase, meaning in words.phrases.items():
        text = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", meaning, text)
    text = re.sub(r"(?<=[^\W\d_])\.", " ", text)
    text = GLUED_ORDINAL.sub(lambda match: _ordinal_cut(match, words), text)
    found: list[str] = []
    for token in TOKEN.findall(text):
        found += _unglued(token, words)
    return _hyphens(_fractions(found), words)


def _ordinal_cut(match: re.Match[str], words: Words) -> str:
    return f"{match[1]} #" if match[2] in words.ordinal_endings else f"{match[1]} {match[2]}"


def _unglued(token: str, words: Words) -> list[str]:
    for ending in words.endings:
        stem = token.removesuffix(ending)
        if stem != token and stem in words.numbers:
            return [stem, ending]
    return [token]


def _fractions(tokens: list[str]) -> list[str]:
    """Join "1", "/", "2" where that is a half, quarter or third, so that a lone "3/4" can be told from "3 or 4"."""
    joined: list[str] = []
    for token in tokens:
        if len(joined) > 1 and joined[-1] == "/" and joined[-2].isdecimal() and token.isdecimal():
            joined[-2:] = [f"{joined[-2]}/{token}"]
        else:
            joined.append(token)
    return joined


def _hyphens(tokens: list[str], words: Words) -> list[str]:
    """Keep a hyphen only between two numbers or at the front, where it means something."""

    def counts(token: str) -> bool:
        return token[0].isdecimal() or token in words.numbers

    kept: list[str] = []
    for index, word in enumerate(tokens):
        after = tokens[index + 1 : index + 2]
        between = bool(kept and after and counts(after[0]) and (counts(kept[-1]) or kept[-1] in words.units))
        if word == "-" and kept and (not between or _is_ten(kept[-1], after[0], words)):
            continue
        kept.append(word)
    return kept


def _is_ten(ten: str, one: str, words: Words) -> bool:
    value, rest = words.numbers.get(ten), words.numbers.get(one)
    return value is not None and rest is not None and value >= 20 and value % 10 == 0 and 1 <= rest <= 9


class Reader:
    """Reads one quantity ("2 years 3 months") or a range of two from tokens; None as soon as one does not fit."""

    def __init__(self, tokens: list[str], words: Words) -> None:
        self.tokens = tokens
        self.words = words
        self.at = 0

    def quantities(self) -> list[Quantity] | None:
        """One quantity, the two of a range, or None."""
        between = self._take(self.words.between)
        first = self._quantity()
        if first is None or (not between and self._ended):
            return None if first is None else [self._named(first)]
        joins = self.words.joins if between else self.words.to | {"-"}
        if not self._take(joins):
            return None
        second = self._quantity()
        if second is None or not self._ended:
            return None
        unit = first.unit or second.unit
        return [self._named(first, unit), self._named(second)]

    @staticmethod
    def _named(quantity: Quantity, unit: str = "") -> Quantity:
        unit = quantity.unit or unit or "y"
        return Quantity(quantity.value, unit, quantity.rule or RULES[unit])

    def _quantity(self) -> Quantity | None:
        start = self.at
        value = self._value()
        if value is None:
            return None
        one_word = self.at == start + 1
        unit = self._unit()
        # A lone "a" is no age, and a lone "3/4" may mean 3 or 4.
        if not unit and one_word and (self.tokens[start] in self.words.articles or "/" in self.tokens[start]):
            return None
        if unit and (rest := self._joined_fraction()) is not None:
            return Quantity(value + rest, unit, "fraction")
        if unit and (smaller := self._smaller(unit)) is not None:
            return Quantity(value / PER_YEAR[unit] + smaller.years, "y", "years-and-months")
        return Quantity(value, unit, "fraction" if value.denominator != 1 and unit in {"", "y"} else "")

    def _value(self) -> Fraction | None:
        """A number, a fraction, or a number with a fraction behind it; an article counts as one."""
        if (fraction := self._fraction()) is not None:
            return fraction
        word = self._peek()
        if word in self.words.articles:
            self.at += 1
            return Fraction(1)
        whole = self._whole(word)
        if whole is None:
            return None
        self.at += 1
        if (
            whole >= 20
            and whole % 10 == 0
            and (ones := self._whole(self._peek()))
            and _is_ten(word, self._peek(), self.words)
        ):
            self.at += 1
            return whole + ones
        if whole.denominator == 1 and not re.search("[.,]", word) and (rest := self._joined_fraction()) is not None:
            return whole + rest
        return whole

    def _whole(self, token: str) -> Fraction | None:
        if re.fullmatch(r"\d+(?:[.,]\d+)?", token):
            return Fraction(token.replace(",", "."))
        value = self.words.numbers.get(token)
        return None if value is None else Fraction(value)

    def _joined_fraction(self) -> Fraction | None:
        """A fraction, with or without "and" before it; nothing is taken when there is none."""
        start = self.at
        self._take(self.words.joins)
        fraction = self._fraction()
        if fraction is None:
            self.at = start
        return fraction

    def _fraction(self) -> Fraction | None:
        start, times = self.at, Fraction(1)
        if self._take(VULGAR.keys()):
            return VULGAR[self.tokens[start]]
        if match := re.fullmatch(r"([123])/([234])", self._peek()):
            self.at += 1
            fraction = Fraction(int(match[1]), int(match[2]))
            return fraction if fraction < 1 else None
        count = self._whole(self._peek())
        if self._peek() in self.words.articles or count in {1, 3}:
            times = count or Fraction(1)
            self.at += 1
        for names, part in ((self.words.halves, HALF), (self.words.quarters, QUARTER)):
            if self._take(names) and times * part < 1:
                # "half a year", "a quarter of a year"
                if self._peek() in self.words.articles:
                    self.at += 1
                return times * part
        self.at = start
        return None

    def _smaller(self, unit: str) -> Quantity | None:
        """The months of "2 years and 3 months"."""
        start = self.at
        self._take(self.words.joins | {","})
        value = self._value()
        smaller = self._unit() if value is not None else ""
        if (
            value is None
            or not smaller
            or PER_YEAR[smaller] <= PER_YEAR[unit]
            or value >= Fraction(PER_YEAR[smaller], PER_YEAR[unit])
        ):
            self.at = start
            return None
        return Quantity(value, smaller, "")

    def _unit(self) -> str:
        unit = self.words.units.get(self._peek(), "")
        self.at += bool(unit)
        return unit

    def _take(self, tokens: Container[str]) -> bool:
        found = self._peek() in tokens
        self.at += found
        return found

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    @property
    def _ended(self) -> bool:
        return self.at == len(self.tokens)
