"""How people write ages in each language: words only, no rules. A language more is one more `Words` in `WORDS`.

A word that is not listed makes a text unreadable on purpose: a person is then asked instead of guessed at.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Grades:
    """A school year's name: grade N is attended from N + `start` to N + `start` + `span` years of age."""

    start: int
    span: int
    last: int


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary of one language, lower case. `phrases` are replaced before a text is taken apart into words."""

    numbers: dict[str, Decimal]
    ordinals: dict[str, int]
    units: dict[str, str]
    halves: frozenset[str]
    quarters: frozenset[str]
    joins: frozenset[str]
    between: frozenset[str]
    to: frozenset[str]
    articles: frozenset[str]
    about: frozenset[str]
    nearly: frozenset[str]
    fillers: frozenset[str]
    grades: dict[str, Grades]
    stages: dict[str, tuple[str, str, str]]
    birthdays: frozenset[str] = frozenset()
    # "taken in 1984, born in 1979"
    taken: frozenset[str] = frozenset()
    born: frozenset[str] = frozenset()
    phrases: dict[str, str] = field(default_factory=dict)
    # Endings glued to a number word: "femåring", "zesjarige".
    endings: tuple[str, ...] = ()
    ordinal_endings: tuple[str, ...] = ()


def _count(words: str) -> dict[str, Decimal]:
    """Number words in order from 0; alternatives of one number are joined by a slash."""
    return {word: Decimal(value) for value, group in enumerate(words.split()) for word in group.split("/")}


def _order(words: str) -> dict[str, int]:
    """Ordinal words in order from the first."""
    return {word: value for value, group in enumerate(words.split(), start=1) for word in group.split("/")}


def _units(year: str, month: str, week: str, day: str) -> dict[str, str]:
    """Unit words mapped to y, m, w, d."""
    groups = {"y": year, "m": month, "w": week, "d": day}
    return {word: unit for unit, words in groups.items() for word in words.split()}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _dutch_numbers() -> dict[str, Decimal]:
    numbers = _count(
        "nul een/één/eén/ééen twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien "
        "zestien zeventien achttien negentien"
    )
    ones = [word for word, value in numbers.items() if 1 <= value <= 9]
    halves = {
        word + joint + half: value + HALF
        for word, value in numbers.items()
        if value >= 1
        for joint in _joints(word)
        for half in ("half", "halve", "eenhalf", "eenhalve", "éénhalf")
    }
    tens = "twintig dertig veertig vijftig zestig zeventig tachtig negentig"
    for value, ten in enumerate(tens.split(), start=2):
        numbers[ten] = Decimal(value * 10)
        numbers.update({one + joint + ten: numbers[ten] + numbers[one] for one in ones for joint in _joints(one)})
    return numbers | halves | {"anderhalf": Decimal("1.5"), "anderhalve": Decimal("1.5")}


def _joints(word: str) -> Iterable[str]:
    """How Dutch glues "en" to a number word: with a diaeresis after e, though many leave it out."""
    return ("ën", "en") if word.endswith("e") else ("en",)


def _swedish_numbers() -> dict[str, Decimal]:
    numbers = _count(
        "noll ett/en två/tva tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton "
        "arton/aderton nitton"
    )
    ones = [word for word, value in numbers.items() if 1 <= value <= 9]
    tens = "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio"
    for value, ten in enumerate(tens.split(), start=2):
        numbers[ten] = Decimal(value * 10)
        numbers.update({ten + one: numbers[ten] + numbers[one] for one in ones})
    return numbers | {"halvannat": Decimal("1.5"), "halvtannat": Decimal("1.5")}


def _english_numbers() -> dict[str, Decimal]:
    numbers = _count(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen"
    )
    tens = "twenty thirty forty/fourty fifty sixty seventy eighty ninety"
    for value, ten in enumerate(tens.split(), start=2):
        numbers.update(dict.fromkeys(ten.split("/"), Decimal(value * 10)))
    return numbers


NEWBORN = ("newborn", "0", "0.08")
BABY = ("baby", "0", "1")
SWEDISH_GRADES = ("ettan", "tvåan", "trean", "fyran", "femman", "sexan", "sjuan", "åttan", "nian")

ENGLISH = Words(
    numbers=_english_numbers(),
    ordinals=_order("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"),
    units=_units("year years yr yrs y yo", "month months mo mos mth mths m", "week weeks wk wks w", "day days d"),
    halves=_set("half"),
    quarters=_set("quarter quarters"),
    joins=_set("and &"),
    between=_set("between"),
    to=_set("to or till until"),
    articles=_set("a an"),
    about=_set("about around approximately approx approximate circa ca c roughly maybe perhaps probably ish ~ ?"),
    nearly=_set("nearly almost"),
    fillers=_set("i was am is were he she they me we it age aged at old of only just im"),
    grades={"grade": Grades(5, 1, 12), "year": Grades(4, 2, 13)},
    stages={
        "newborn": NEWBORN,
        "baby": BABY,
        "infant": BABY,
        "kindergarten": ("grade", "5", "6"),
        "kindergartner": ("grade", "5", "6"),
    },
    birthdays=_set("birthday"),
    taken=_set("taken photo photographed"),
    born=_set("born"),
    phrases={
        "y/o": "yo",
        "y.o": "yo",
        "i think": "about",
        "or so": "about",
        "give or take": "about",
        "more or less": "about",
        "new born": "newborn",
        "at birth": "newborn",
        "just born": "newborn",
        "i'm": "i",
        "she's": "she",
        "he's": "he",
        "on my": "at",
        "on her": "at",
        "on his": "at",
        "in kindergarten": "kindergarten",
        "in grade": "grade",
        "in year": "year",
    },
    ordinal_endings=("st", "nd", "rd", "th"),
)
DUTCH = Words(
    numbers=_dutch_numbers(),
    ordinals=_order("eerste tweede derde vierde vijfde zesde"),
    units=_units(
        "jaar jaren jaartje jaartjes jr j jarig jarige",
        "maand maanden maandje maandjes mnd mnden mnd m",
        "week weken weekje weekjes wk wkn w",
        "dag dagen d",
    ),
    halves=_set("half halve"),
    quarters=_set("kwart"),
    joins=_set("en &"),
    between=_set("tussen"),
    to=_set("tot of à a"),
    articles=_set("'n n"),
    about=_set("ongeveer ong rond zo'n circa ca c misschien waarschijnlijk ~ ?"),
    nearly=_set("bijna"),
    fillers=_set("ik was ben is hij zij ze we leeftijd toen oud de pas op in van net"),
    grades={"groep": Grades(3, 1, 8), "leerjaar": Grades(5, 1, 6)},
    stages={
        "pasgeboren": NEWBORN,
        "pasgeborene": NEWBORN,
        "baby": BABY,
        "baby'tje": BABY,
        "babytje": BABY,
        "zuigeling": BABY,
        "brugklas": ("grade", "12", "13"),
    },
    birthdays=_set("verjaardag"),
    taken=_set("genomen gemaakt foto"),
    born=_set("geboren"),
    phrases={
        "een jaar of": "ongeveer",
        "jaar of": "ongeveer",
        "ik denk dat": "ongeveer",
        "denk ik": "ongeveer",
        "ik denk": "ongeveer",
        "pas geboren": "pasgeboren",
        "net geboren": "pasgeboren",
        "bij de geboorte": "pasgeboren",
        "halfjaar": "half jaar",
        "zo rond": "rond",
        "rond de": "rond",
        "mijn": "op",
    },
    endings=("jarige", "jarig"),
    ordinal_endings=("ste", "de", "e"),
)
SWEDISH = Words(
    numbers=_swedish_numbers(),
    ordinals=_order("första andra tredje fjärde femte sjätte sjunde åttonde nionde"),
    units=_units(
        "år års åring åringen årig årsdag årsdagen årsåldern",
        "månad månader månaders mån mån m",
        "vecka veckor veckors v",
        "dag dagar d",
    ),
    halves=_set("halv halvt halva"),
    quarters=_set("kvart kvarts"),
    joins=_set("och o &"),
    between=_set("mellan"),
    to=_set("till eller"),
    articles=frozenset(),
    about=_set("ungefär cirka ca c omkring runt kanske typ nog sisådär ~ ?"),
    nearly=_set("nästan"),
    fillers=_set("jag var är han hon vi i på min ålder åldern vid när gammal gammalt gamla som bara"),
    grades={"årskurs": Grades(6, 1, 9), "åk": Grades(6, 1, 9), "klass": Grades(6, 1, 9)},
    stages={
        "nyfödd": NEWBORN,
        "nyfött": NEWBORN,
        "bebis": BABY,
        "baby": BABY,
        "spädbarn": BABY,
        "förskoleklass": ("grade", "6", "7"),
    }
    | {name: ("grade", str(6 + grade), str(7 + grade)) for grade, name in enumerate(SWEDISH_GRADES, start=1)},
    taken=_set("tagen taget tagit foto fotot"),
    born=_set("född fött"),
    phrases={
        "jag tror": "ungefär",
        "tror jag": "ungefär",
        "eller så": "ungefär",
        "halvår": "halvt år",
        "halvårs": "halvt år",
        "gick i": "i",
        "ny född": "nyfödd",
    }
    | {f"{grade}:an": name for grade, name in enumerate(SWEDISH_GRADES, start=1)},
    endings=("årsåldern", "årsdagen", "årsdag", "åringen", "åring", "årig"),
    ordinal_endings=(":e", ":a"),
)
WORDS = {"en": ENGLISH, "nl": DUTCH, "sv": SWEDISH}
