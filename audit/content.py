"""What may stand in the log: ids, numbers, code words, dates. Nothing a person could be known by."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias
from uuid import UUID

from audit.standalone.verify_log import dump

ALLOWED = "an id, a whole number, yes or no, nothing, a date, a short code word, or a list of those"
CODE = re.compile(r"[a-z0-9_.:-]{1,64}")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z)?")
SUBJECT = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,63}")
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
ACTOR = re.compile(rf"(?:staff|participant|sending|recipient):{_UUID}|system")
ANY_UUID = re.compile(_UUID)
SHORTEST_ID = 36
ANY_ID = re.compile(rf"{_UUID}|[0-9a-f]{{64}}")
# The text of fields as `canonical` writes them, but for the order of their names.
_PLAIN = r'(?:"[a-zA-Z0-9_.:-]+"|0|-?[1-9][0-9]*|true|false|null)'
_FIELD = rf'"[a-z][a-z0-9_]*":(?:{_PLAIN}|\[(?:{_PLAIN}(?:,{_PLAIN})*)?\])'
FIELDS = re.compile(rf"\{{(?:{_FIELD}(?:,{_FIELD})*)?\}}")
FIELD_NAME = re.compile(r'"([a-z][a-z0-9_]*)":')
LARGEST = 2**53 - 1  # beyond it other JSON readers round, and the leaf would read differently

Scalar: TypeAlias = str | int | UUID | date | None
Value: TypeAlias = Scalar | Sequence[Scalar]
Plain: TypeAlias = "str | int | list[Plain] | None"


class NotForTheLog(ValueError):
    """A value could hold personal data or free text; the message names the field and never repeats the value."""


def plain(field: str, value: object) -> Plain:
    """The value as the leaf holds it; raises NotForTheLog for anything but ids, numbers, dates and code words."""
    if isinstance(value, list | tuple):
        if any(isinstance(one, list | tuple) for one in value):
            raise NotForTheLog(f"{field}: a list may not hold lists.")
        return [plain(field, one) for one in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= LARGEST:
        return int(value)
    text = _as_text(field, value)
    if CODE.fullmatch(text) or ISO_DATE.fullmatch(text):
        return text
    raise NotForTheLog(f"{field} must be {ALLOWED}.")


def _as_text(field: str, value: object) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise NotForTheLog(f"{field}: a time needs its time zone.")
        return written(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | str):
        return str(value)
    raise NotForTheLog(f"{field} must be {ALLOWED}.")


def written(moment: datetime) -> str:
    """A time as the log holds it: UTC, microseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def check_subject(subject: str) -> None:
    """Raise NotForTheLog unless the subject is an id or a short code word."""
    if not SUBJECT.fullmatch(subject):
        raise NotForTheLog("The subject must be an id or a short code word.")


def check_actor(by: str) -> None:
    """Raise NotForTheLog unless `by` is "system" or staff, participant, sending or recipient with a uuid."""
    if not ACTOR.fullmatch(by):
        raise NotForTheLog(
            '`by` must be "system", or staff, participant, sending or recipient with a uuid after a colon.'
        )


def canonical(data: Mapping[str, object]) -> str:
    """The one text of these fields: keys sorted, no spaces, ASCII (the subset of RFC 8785 that our values need)."""
    return dump({name: plain(name, value) for name, value in data.items()})


def is_canonical(data: str) -> bool:
    """Whether this text of fields is one that `canonical` could have written, which every reader reads alike."""
    return FIELDS.fullmatch(data) is not None and _are_rising(tuple(FIELD_NAME.findall(data)))


@lru_cache  # a kind of event has the same names each time
def _are_rising(names: tuple[str, ...]) -> bool:
    return all(one < after for one, after in pairwise(names))


def mentions(*, actor: str, subject: str, data: str) -> list[str]:
    """Whom and what an entry is about, sorted, each once: audit.seal() writes the same as rows of audit.mention.

    That is its subject, every uuid in its actor and its data, and every SHA-256 (64 hexadecimal digits: a notice's
    text) in its data. `data` is the canonical text of the fields.
    """
    # No id reaches over a quotation mark, and what is too short for one is not searched.
    pieces = [piece for piece in f'{actor}"{data}'.split('"') if len(piece) >= SHORTEST_ID]
    return sorted({subject, *[one for piece in pieces for one in ANY_ID.findall(piece)]})
