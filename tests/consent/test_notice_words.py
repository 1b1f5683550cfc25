"""The first notice: plain words, the same facts in every language, and the facts are those of the settings."""

import re

import pytest
from django.conf import settings

from consent.rendering import sections
from consent.sources import Source, sources
from tests.consent.reading import grade, syllables

NOTICES = {source.language: source for source in sources()}
HOURS = {"en": "hours", "nl": "uur", "sv": "timmar"}
DAYS = {"en": "days", "nl": "dagen", "sv": "dagar"}
YEARS = {"en": "ten years", "nl": "tien jaar", "sv": "tio år"}
HIGHEST_GRADE = 7.5
each_language = pytest.mark.parametrize("language", sorted(NOTICES))


def flat(source: Source) -> str:
    return " ".join(source.text.split())


def test_the_reading_level_is_measured_as_it_is_meant() -> None:
    assert [syllables(word) for word in ("we", "stop", "photo", "people", "asked", "used", "wanted", "research")] == [
        1, 1, 2, 2, 1, 1, 2, 2,
    ]  # fmt: skip
    assert grade("We stop. You see it.") < 1
    assert grade("Institutional responsibility necessitates comprehensive documentation.") > 20


@pytest.mark.requirement("K1")
def test_the_english_text_can_be_read_at_twelve() -> None:
    source = NOTICES["en"]
    plain = re.sub(r"\*\*|\$\w+|\"", "", source.text)
    assert grade(plain) <= HIGHEST_GRADE
    for part in plain.split("\n## "):
        assert grade(part) <= HIGHEST_GRADE + 2, part[:40]


@each_language
def test_no_sentence_is_long(language: str) -> None:
    for sentence in re.split(r"(?<=[.!?:])\s+|\n\n|\n- ", NOTICES[language].text):
        assert len(sentence.split()) <= 32, sentence


@pytest.mark.requirement("K8")
@each_language
def test_times_are_those_of_the_settings(language: str) -> None:
    text = flat(NOTICES[language])
    for hours in (settings.DRAFT_HOURS, settings.WITHDRAWAL_WAIT_HOURS, settings.ERASED_WITHIN_HOURS):
        assert f"{hours} {HOURS[language]}" in text
    found = sorted(int(days) for days in re.findall(rf"(\d+) (?:more )?{DAYS[language]}", text))
    assert set(found) == {settings.UNVERIFIED_DAYS, settings.DEPICTED_DAYS, settings.RENEWAL_DAYS}
    assert re.findall(rf"(\d+) {HOURS[language]}", text) == ["24", "72", "96"]


@pytest.mark.requirement("K7")
@each_language
def test_the_time_that_a_yes_stands_is_that_of_the_front_matter(language: str) -> None:
    assert NOTICES[language].valid_months == 120
    assert YEARS[language] in flat(NOTICES[language])


@pytest.mark.requirement("K8")
def test_every_language_has_the_same_lists_and_paragraphs() -> None:
    shapes = {
        language: [(part.html.count("<p>"), part.html.count("<li>")) for part in sections(source.text)]
        for language, source in NOTICES.items()
    }
    assert shapes["en"] == shapes["nl"] == shapes["sv"]


@each_language
def test_the_campaigns_names_are_filled_in_alike(language: str) -> None:
    names = sorted(re.findall(r"\$\w+", NOTICES[language].text))
    assert names == sorted(re.findall(r"\$\w+", NOTICES["en"].text))
