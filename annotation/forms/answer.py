"""An answer as the workbench sends it: one JSON object, checked here for shape, in the action for sense."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any, Final, TypeVar
from uuid import UUID

from annotation.answers import AnswerNotValid, PersonRead, Said
from annotation.boxes import Box
from annotation.models import Answer

# More than givers can mark (contributions), and than anybody reads.
MAX_PEOPLE: Final = 200
MAX_COVERS: Final = 20
MAX_TERMS: Final = 60
MAX_NOTE: Final = 300
MAX_SECONDS: Final = 86_400
_CENT: Final = Decimal("0.01")
_EDGES: Final = 4
_CORNERS: Final = 8
_LONGEST_WORD: Final = 40
_MOST_WHOLE: Final = 2**63
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: for which lease and version of the task, under which key of the browser's, and the answer."""

    lease: UUID
    version: int
    key: UUID
    seconds: int
    said: Said


def sent(data: object) -> Sent:
    """The answer of a request's JSON; raises AnswerNotValid with the field and the person that could not be read."""
    if not isinstance(data, Mapping):
        raise AnswerNotValid("shape")
    return Sent(
        lease=_read("shape", lambda: UUID(data["lease"])),
        version=_read("shape", lambda: _whole(data["version"])),
        key=_read("shape", lambda: UUID(data["key"])),
        seconds=_read("shape", lambda: min(_whole(data.get("seconds", 0)), MAX_SECONDS)),
        said=_said(data),
    )


def _said(data: Mapping[str, Any]) -> Said:
    kind = _read("shape", lambda: Answer(data["answer"]))
    people = _read("people", lambda: _few(data["people"], MAX_PEOPLE)) if kind == Answer.PEOPLE else []
    count, adopts = data.get("count"), data.get("adopts")
    # Without corners the whole photo is meant.
    corners = (
        {}
        if data.get("corners") is None
        else {"corners": _read("corners", lambda: _numbers(data["corners"], _CORNERS))}
    )
    return Said(
        kind=kind,
        people=[_person(row, number) for number, row in enumerate(people)],
        count=None if count is None else _read("count", lambda: _whole(count)),
        covers=_read("cover", lambda: [_box(row) for row in _few(data.get("covers", []), MAX_COVERS)]),
        terms=_read("terms", lambda: [_word(term) for term in _few(data.get("terms", []), MAX_TERMS)]),
        exclusion=_read("exclusion", lambda: _word(data.get("exclusion", ""))),
        note=_read("note", lambda: _note(data.get("note", ""))),
        adopts=None if adopts is None else _read("shape", lambda: UUID(adopts)),
        **corners,
    )


def _person(row: object, number: int) -> PersonRead:
    if not isinstance(row, Mapping):
        raise AnswerNotValid("people", number)

    mark, suggestion, box = row.get("mark"), row.get("suggestion"), row.get("box")
    return PersonRead(
        mark=None if mark is None else _read("people", lambda: UUID(mark), number),
        suggestion=None if suggestion is None else _read("people", lambda: _whole(suggestion), number),
        x=_read("place", lambda: _number(row["x"]), number),
        y=_read("place", lambda: _number(row["y"]), number),
        box=None if box is None else _read("box", lambda: _box(box), number),
        age_years=_read("age", lambda: _years(row["age"]), number),
        age_low=_read("age", lambda: _years_or_none(row.get("low")), number),
        age_high=_read("age", lambda: _years_or_none(row.get("high")), number),
    )


def _read(field: str, how: Callable[[], _T], person: int | None = None) -> _T:
    """What `how` reads; raises AnswerNotValid for anything of another shape."""
    try:
        return how()
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        raise AnswerNotValid(field, person) from None


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError("a number is none")
    return float(value)


def _numbers(value: object, how_many: int) -> list[float]:
    if not isinstance(value, list) or len(value) != how_many:
        raise ValueError("numbers are none, or too many")
    return [_number(one) for one in value]


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _MOST_WHOLE:
        raise ValueError("a whole number is none")
    return value


def _years(value: object) -> Decimal:
    years = Decimal(str(value)).quantize(_CENT)
    if isinstance(value, bool) or not years.is_finite():
        raise ValueError("an age is none")
    return years


def _years_or_none(value: object) -> Decimal | None:
    return None if value is None else _years(value)


def _box(value: object) -> Box:
    return Box(*_numbers(value, _EDGES))


def _few(value: object, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError("a list is none, or too long")
    return value


def _word(value: object) -> str:
    return _text(value, _LONGEST_WORD)


def _note(value: object) -> str:
    return _text(value, MAX_NOTE)


def _text(value: object, most: int) -> str:
    """Text that a database can keep: without NUL, and no half of a character."""
    if not isinstance(value, str) or len(value) > most or "\0" in value:
        raise ValueError("text is none, or too long")
    value.encode()
    return value
