"""What may be written down about the running site: where something failed and of what kind, never with which values."""

import json
import logging
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType

# A link's token stands in its path; whoever reads it in a log before its person opens the link could use it.
TOKENS = re.compile(r"(/(?:l|reminders|updates/+stop|staff/+join|dataset/+links?)/+)[^/\s\"'?]+", re.IGNORECASE)
# The same in an address that was mistyped: nothing else in an address is as long.
LONG = re.compile(r"(/|%2F)[A-Z0-9_-]{40,}", re.IGNORECASE)
# gunicorn names the visitor whose request it could not read, and repeats the line of it, which may be a cookie.
VISITORS = re.compile(r"\bip=\S+(?: .*)?")
# A question such as how an age is read stands behind the path.
QUESTIONS = re.compile(r"(\s/[^\s?\"']*)\?[^\s\"']*")
_Information = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Leaves out tokens, visitors' addresses and what exceptions say: a database repeats the row that it refused."""

    def format(self, record: logging.LogRecord) -> str:
        """The whole entry."""
        # Another formatter may have left its own account of the exception on the record.
        kept, record.exc_text = record.exc_text, None
        said = super().format(record)
        record.exc_text = kept
        return discreet(said)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- named so by the base class
        """The sentence. The task queue puts into it what a failed task's exception says."""
        said = super().formatMessage(record)
        for error in _chain(record.exc_info[1] if record.exc_info else None):
            for words in (repr(error), str(error)):
                said = said.replace(words, type(error).__name__) if words.strip() else said
        return said

    def formatException(self, ei: _Information) -> str:  # noqa: N802 -- named so by the base class
        """The places that an exception and its causes came through, the first cause first, and their kinds."""
        return "\n".join(reversed([_account(error) for error in _chain(ei[1])]))


class Lines(Discreet):
    """The same as one line of JSON an entry, for programs that collect logs.

    at (UTC), level, name, message, process; of an exception error (its kind) and places, the first cause first.
    """

    def __init__(self) -> None:
        super().__init__("{message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """The whole entry."""
        record.message = record.getMessage()
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "name": record.name,
            "message": discreet(self.formatMessage(record)),
            "process": record.process,
        }
        if record.exc_info and record.exc_info[1] is not None:
            said["error"] = _kind(record.exc_info[1])
            said["places"] = discreet(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


def discreet(said: str) -> str:
    """Without tokens, visitors' addresses and what stands behind a path."""
    return QUESTIONS.sub(r"\1?…", VISITORS.sub("ip=…", LONG.sub(r"\1…", TOKENS.sub(r"\1…", said))))


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _account(error: BaseException) -> str:
    places = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    return f"Traceback (most recent call last):\n{places}{_kind(error)}"
