"""What staff ask of the collection, in codes: what a question keeps, and what its sentences are made of."""

from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Self


class Standing(StrEnum):
    """Where a photo stands, as a question asks for it: its task's state and what that waits for, or what was read."""

    OPEN = "open"
    WAITING = "waiting"
    LEASED = "leased"
    SECOND = "second"
    SETTLING = "settling"
    READ = "read"
    EXCLUDED = "excluded"


# Whoever reads photos asks for OPEN, and is not told which of these a photo is.
APART = frozenset({Standing.WAITING, Standing.SECOND, Standing.SETTLING})


class Text(StrEnum):
    """Whether a machine saw text on the print."""

    FOUND = "found"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What has to hold for a photo, all of it; what is empty asks for nothing.

    `terms` are ids of annotation.vocabulary; ages are whole years, of which one person's is enough: 7 is anything
    from 7 to before 8. `decade` is a year such as 1980; the days (UTC) are those of the reading that counts.
    `untouched` asks for faces that a machine saw and that nobody marked.
    """

    terms: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    people_from: int | None = None
    people_to: int | None = None
    decade: int | None = None
    standing: str = ""
    exclusion: str = ""
    read_from: date | None = None
    read_to: date | None = None
    text: str = ""
    untouched: bool = False

    def codes(self) -> dict[str, Any]:
        """What is asked, and nothing else, as JSON has it."""
        # None of age 0, and nobody in the picture, are questions, too.
        asked = {name: value for name, value in asdict(self).items() if value or (value == 0 and value is not False)}
        return {name: _plain(value) for name, value in asked.items()}

    @classmethod
    def of(cls, codes: dict[str, Any]) -> Self:
        """The criteria that these codes were made of; names that are not known by now ask for nothing."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in codes.items() if name in known}
        for name in ("read_from", "read_to"):
            if name in values:
                values[name] = date.fromisoformat(values[name])
        return cls(**{**values, "terms": tuple(values.get("terms", ()))})

    def words(self) -> list[str]:
        """The codes as the log holds them: "age_from:3"; a question for everything is "all"."""
        lines = []
        for name, value in self.codes().items():
            lines += [f"{name}:{one}".lower() for one in (value if isinstance(value, list) else [value])]
        return lines or ["all"]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
