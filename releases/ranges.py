"""Which bytes of a file a request asks for (RFC 9110, section 14), of one range at a time."""

import re
from typing import Final

# A number of more digits is larger than any file, and slow to read.
ONE_RANGE: Final = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)


class NotSatisfiable(ValueError):
    """The range lies behind the end of the file."""


def asked_for(header: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one behind the last, of a file of `size` bytes; None where the whole file is to be sent.

    That is without a range, and for several ranges or anything else that is not one of bytes: a server may pass over
    those. Raises NotSatisfiable.
    """
    found = ONE_RANGE.fullmatch(header)
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < int(first):
            return None
    if start >= size:
        raise NotSatisfiable(header)
    return start, stop
