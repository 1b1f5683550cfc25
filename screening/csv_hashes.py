"""Hash lists as comma-separated lines: of PDQ, MD5 or SHA-256, in hexadecimal.

With a header, its words name the columns: pdq, md5, sha256, or hash for the kind that is asked for; quality (of PDQ,
0 to 100); others are passed over. Without one, the first column is the hash, and for PDQ a second one its quality. A
line that begins with # says nothing. A message names a line and never what stands there.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from screening.hash_kinds import LEAST_QUALITY, LENGTHS, Hash, Kind

_NAMES: Final[dict[str, Kind | None]] = {"pdq": "pdq", "md5": "md5", "sha256": "sha256", "hash": None, "value": None}
# Where in a row a hash stands, and of which kind (None: the one that is asked for).
_Columns = dict[int, Kind | None]


class NotAHashList(ValueError):
    """The lines are not as they should be, or it cannot be told of which kind they are."""


def read(lines: Iterable[str], kind: Kind | None = None) -> Iterator[Hash]:
    """The hashes of all lines; raises NotAHashList at the first that is not as it should be.

    64 hexadecimal digits are PDQ or SHA-256: without a header that names the column, `kind` has to say which.
    """
    columns: _Columns | None = None
    quality: int | None = None
    for number, row in enumerate(_rows(lines), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#"):
            continue
        if columns is None:
            named = _header(cells)
            columns, quality = named or ({0: None}, 1 if kind == "pdq" else None)
            if named:
                continue
        try:
            yield from _hashes(cells, columns, quality, kind)
        except ValueError as error:
            raise NotAHashList(f"line {number} {error}") from None


def _rows(lines: Iterable[str]) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, strict=True)
    except csv.Error:
        raise NotAHashList("these are no comma-separated lines") from None


def _header(cells: Sequence[str]) -> tuple[_Columns, int | None] | None:
    """The columns that a first row names; None when it names none, and is a hash itself."""
    names = [cell.casefold().replace("-", "").replace("_", "").replace(" ", "") for cell in cells]
    columns = {place: _NAMES[name] for place, name in enumerate(names) if name in _NAMES}
    return (columns, names.index("quality") if "quality" in names else None) if columns else None


def _hashes(cells: Sequence[str], columns: _Columns, quality: int | None, kind: Kind | None) -> Iterator[Hash]:
    texts = {place: cells[place] for place in columns if place < len(cells) and cells[place]}
    if not texts:
        raise _Wrong("holds no hash")
    poor = _is_poor(cells, quality)
    for place, text in texts.items():
        value = _value(text)
        of_kind = columns[place] or kind or _told_by(value)
        if len(value) != LENGTHS[of_kind]:
            raise _Wrong(f"is no {of_kind}")
        if not (poor and of_kind == "pdq"):
            yield Hash(of_kind, value)


def _value(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise _Wrong("is not hexadecimal") from None


def _told_by(value: bytes) -> Kind:
    if len(value) == LENGTHS["md5"]:
        return "md5"
    if len(value) == LENGTHS["pdq"]:
        raise _Wrong("may be PDQ or SHA-256: say which")
    raise _Wrong("is no hash of a kind that is known here")


def _is_poor(cells: Sequence[str], quality: int | None) -> bool:
    if quality is None or quality >= len(cells) or not cells[quality]:
        return False
    if not cells[quality].isdecimal():
        raise _Wrong("has a quality that is no number")
    return int(cells[quality]) < LEAST_QUALITY


class _Wrong(ValueError):
    """What is wrong with a line, without what stands there."""
