"""What a release is made of, counted from the very samples that are in it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from annotation.queries import vocabulary_in_every_language
from contributions.models import Grounds
from contributions.queries import DECADES
from releases.models import Release, Split
from releases.rows import samples_in
from releases.samples import PERSON_FLAGS, PICTURE_FLAGS

# The first age in years of each group, and what the group is called.
AGES: Final = {
    0: "under 1",
    1: "1 to 2",
    3: "3 to 5",
    6: "6 to 8",
    9: "9 to 11",
    12: "12 to 14",
    15: "15 to 17",
    18: "18 or older",
}
MOST_PEOPLE: Final = 6
UNKNOWN: Final = "not known"
PRIMARY: Final = "en"
# English, as the papers are: a label would be translated.
BY_GIVER: Final = "the contributor of the photo"
_BASES: Final = {
    Grounds.SELF.value: BY_GIVER,
    Grounds.CONFIRMED.value: "agreed by an own link",
    Grounds.AFFIRMED.value: "agreed, as the contributor says",
    "": "not marked by the contributor",
}


@dataclass
class Composition:
    """Counts of a release, each by the name of its group: the groups of a chart are all there, empty ones as 0.

    `decades`, `per_photo`, `splits` and `flags` count photos, `ages`, `bases` and `person_flags` people, `scenes`
    photos by the words of each group of the vocabulary. `alike` is how many photos show one picture with another one;
    `boxes` how many people have a box around the head; `least` and `most` are pixels of the smaller side.
    """

    photos: int = 0
    people: int = 0
    boxes: int = 0
    alike: int = 0
    described: int = 0
    least: int = 0
    most: int = 0
    ages: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(AGES.values(), 0)))
    per_photo: Counter[str] = field(default_factory=lambda: Counter({_people(n): 0 for n in range(MOST_PEOPLE + 1)}))
    decades: Counter[str] = field(default_factory=lambda: Counter({_decade(d): 0 for d in [*DECADES, None]}))
    bases: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(_BASES.values(), 0)))
    splits: Counter[str] = field(default_factory=lambda: Counter({str(split.value): 0 for split in Split}))
    flags: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(PICTURE_FLAGS, 0)))
    person_flags: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(PERSON_FLAGS, 0)))
    terms: Counter[str] = field(default_factory=Counter)

    @property
    def scenes(self) -> Iterator[tuple[str, Mapping[str, int]]]:
        """Each group of the vocabulary in words, with the photos of its words, the most frequent first."""
        known = vocabulary_in_every_language()
        for group in known["groups"]:
            words = {term["id"]: term["labels"][PRIMARY] for term in known["terms"] if term["group"] == group["id"]}
            found = sorted((-self.terms[term], label) for term, label in words.items() if self.terms[term])
            yield group["labels"][PRIMARY], {label: -count for count, label in found}


def composition_of(release: Release) -> Composition:
    """Count what stands in a release; one pass, constant memory."""
    made = Composition()
    groups: Counter[UUID] = Counter()
    for sample, placed in samples_in(release):
        _count(made, sample, placed.split)
        if placed.group:
            groups[placed.group] += 1
    made.alike = sum(count for count in groups.values() if count > 1)
    return made


def _count(made: Composition, sample: Mapping[str, Any], split: str) -> None:
    side = min(sample["width"], sample["height"])
    made.least = min(made.least or side, side)
    made.most = max(made.most, side)
    made.photos += 1
    made.people += len(sample["people"])
    made.described += bool(sample["description"])
    made.per_photo[_people(sample["people_count"])] += 1
    made.decades[_decade(sample["taken_decade"])] += 1
    made.flags.update(sample["flags"])
    made.terms.update(sample["description"])
    if split:
        made.splits[split] += 1
    for person in sample["people"]:
        made.boxes += "bbox" in person
        made.ages[AGES[max(age for age in AGES if age <= person["age_years"])]] += 1
        made.bases[_BASES.get(person["basis"], person["basis"])] += 1
        made.person_flags.update(person["flags"])


def _people(count: int) -> str:
    return f"{MOST_PEOPLE} or more" if count >= MOST_PEOPLE else str(count)


def _decade(decade: int | None) -> str:
    if decade is None:
        return UNKNOWN
    return f"before {DECADES[1]}" if decade <= DECADES[0] else f"{decade}s"
