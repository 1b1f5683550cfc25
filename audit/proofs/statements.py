"""What the log's keeper says after each look at the log, signed: no other process can invent it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

SUFFIX: Final = "/statement"


class NotAStatement(ValueError):
    """The text is not one that the keeper writes."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The log as its keeper saw it.

    looked_at: when. size, chain: how many entries the database held then, and the last chain value in hexadecimal.
    checkpoint_at: when the newest checkpoint was signed. verified_at, verified_size: when every entry was last
    recomputed, and how many were good from the first on. first_bad, reason: the first entry found bad, and the word
    for what is wrong with it ("missing", "leaf", "chain", "columns", "end", "signed": not what was signed before).
    refused: why no newer checkpoint was signed: "" (nothing is wrong), "behind" (fewer entries than were signed: a
    restored backup), "inconsistent" (the entries do not go on from what was signed), "broken" (an entry is bad),
    "copies" (the entries could not be copied), "forgotten" (what was signed last is not known).
    witnesses: when each cosigned the newest checkpoint, by name. silent: names of those that gave
    no good cosignature. objecting: names of those that say that they cosigned a later checkpoint, or another one, and
    that this one does not go on from it.
    """

    looked_at: datetime
    size: int
    chain: str
    checkpoint_at: datetime | None = None
    verified_at: datetime | None = None
    verified_size: int = 0
    first_bad: int | None = None
    reason: str = ""
    refused: str = ""
    witnesses: Mapping[str, datetime] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    objecting: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing wrong is known."""
        return self.first_bad is None and not self.refused and not self.objecting


def written(statement: Statement, *, origin: str) -> str:
    """The two lines that are signed: whose statement it is, and canonical JSON. Times are whole POSIX seconds."""
    fields = {
        "looked_at": _seconds(statement.looked_at),
        "size": statement.size,
        "chain": statement.chain,
        "checkpoint_at": _seconds(statement.checkpoint_at),
        "verified_at": _seconds(statement.verified_at),
        "verified_size": statement.verified_size,
        "first_bad": statement.first_bad,
        "reason": statement.reason,
        "refused": statement.refused,
        "witnesses": {name: _seconds(moment) for name, moment in statement.witnesses.items()},
        "silent": list(statement.silent),
        "objecting": list(statement.objecting),
    }
    return f"{origin}{SUFFIX}\n{json.dumps(fields, sort_keys=True, separators=(',', ':'))}\n"


def read(text: str, *, origin: str) -> Statement:
    """A statement from its two lines; raises NotAStatement for any other text."""
    head, separator, body = text.partition("\n")
    if head != f"{origin}{SUFFIX}" or not separator:
        raise NotAStatement("This is not a statement of this log.")
    try:
        fields: dict[str, Any] = json.loads(body)
        return Statement(
            looked_at=_moment(fields["looked_at"]),
            size=int(fields["size"]),
            chain=str(fields["chain"]),
            checkpoint_at=_maybe(fields["checkpoint_at"]),
            verified_at=_maybe(fields["verified_at"]),
            verified_size=int(fields["verified_size"]),
            first_bad=None if fields["first_bad"] is None else int(fields["first_bad"]),
            reason=str(fields["reason"]),
            refused=str(fields["refused"]),
            witnesses={str(name): _moment(at) for name, at in fields["witnesses"].items()},
            silent=tuple(map(str, fields["silent"])),
            objecting=tuple(map(str, fields["objecting"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OSError, OverflowError) as error:
        raise NotAStatement("The statement does not hold what a statement holds.") from error


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _maybe(seconds: int | None) -> datetime | None:
    return None if seconds is None else _moment(seconds)
