"""How hard an English text is to read: the Flesch-Kincaid grade, by a plain count of syllables."""

import re

SENTENCE_END = re.compile(r"[.!?:]+(?=\s|$)|\n\n+|\n(?=- )")
WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")
VOWELS = re.compile(r"[aeiouy]+")


def grade(text: str) -> float:
    """The school grade that reads this text: 6 is an age of about 12."""
    sentences = [part for part in SENTENCE_END.split(text) if WORD.search(part)]
    words = WORD.findall(text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end; at least one."""
    plain = word.lower()
    found = len(VOWELS.findall(plain))
    silent_e = plain.endswith("e") and not plain.endswith(("le", "ee"))
    silent_ed = plain.endswith("ed") and plain[-3:-2] not in "td"
    return max(1, found - (silent_e or silent_ed))
