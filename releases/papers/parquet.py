"""The Parquet tables: what their columns hold, and one table filled row by row and packed as it grows."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

ROWS_AT_ONCE: Final = 10_000
_PART: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `type` as Parquet has it, `says` for the README and for Croissant."""

    name: str
    type: pa.DataType
    says: str


_TEXTS, _PIXELS = pa.list_(pa.string()), pa.list_(pa.float32())

IMAGES: Final = (
    Column("public_id", pa.string(), "The id of the picture, the same in every release of this audience."),
    Column("shard", pa.string(), "The path of the shard that holds <public_id>.jpg and <public_id>.json."),
    Column("sha256", pa.string(), "SHA-256 of the JPEG file."),
    Column("split", pa.string(), "The suggested use: train, validation or test."),
    Column("group", pa.string(), "The same for all pictures that show one scene: keep them on one side."),
    Column("width", pa.int32(), "In pixels."),
    Column("height", pa.int32(), "In pixels."),
    Column("people_count", pa.int16(), "How many people are in the picture."),
    Column("taken_decade", pa.int16(), "Decade it was taken in, by its contributor; 1920 is 1929 or before; or empty."),
    Column("description", _TEXTS, "Words for the scene, as ids of vocabulary.json; empty where nobody gave any."),
    Column("covered", pa.list_(pa.list_(pa.int32())), "What was painted over: x, y, width, height in pixels."),
    Column("flags", _TEXTS, "What to know of the picture; README.md says what each means."),
)
PEOPLE: Final = (
    Column("public_id", pa.string(), "The picture that shows this person."),
    Column("number", pa.int16(), "Counts the people of one picture from 1; it names nobody."),
    Column("x", pa.float32(), "Where the person is marked, in pixels from the left."),
    Column("y", pa.float32(), "Where the person is marked, in pixels from the top."),
    Column("age_years", pa.float32(), "The age in years, as staff settled it."),
    Column("age_low", pa.float32(), "The youngest that the age may be, in years."),
    Column("age_high", pa.float32(), "The oldest that the age may be, in years."),
    Column("basis", pa.string(), "On what the agreement of this person rests: self, confirmed or affirmed."),
    Column("bbox", _PIXELS, "A box around the head: x, y, width, height in pixels; empty where none was drawn."),
    Column("flags", _TEXTS, "What to know of the row of a person; README.md says what each means."),
)


class Table:
    """Rows of these columns as one Parquet file; what a row has besides is left out, what it lacks is empty.

    The same rows give the same bytes, as long as it is the same version of pyarrow that writes them.
    """

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self._schema = _schema(columns)
        self._file = io.BytesIO()
        self._writer = pq.ParquetWriter(self._file, self._schema, compression="zstd")
        self._rows: list[Mapping[str, Any]] = []

    def add(self, row: Mapping[str, Any]) -> None:
        """Append a row."""
        self._rows.append({name: row.get(name) for name in self._schema.names})
        if len(self._rows) == ROWS_AT_ONCE:
            self._flush()

    def chunks(self) -> Iterator[bytes]:
        """The whole file. Nothing can be added any more."""
        self._flush()
        self._writer.close()
        self._file.seek(0)
        while part := self._file.read(_PART):
            yield part

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []


def _schema(columns: tuple[Column, ...]) -> pa.Schema:
    """The columns as Parquet has them."""
    return pa.schema([pa.field(column.name, column.type) for column in columns])
