"""A column of a fixed number of bits (PostgreSQL's `bit(n)`), as bytes in Python."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    BitsBase = models.Field[bytes, bytes]
else:
    BitsBase = models.Field


class Bits(BitsBase):
    """`size` bits, a multiple of eight; the first bit is the highest of the first byte."""

    def __init__(self, size: int = 256, **kwargs: Any) -> None:
        """As any field, with the number of bits."""
        self.size = size
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """Django's own, with the number of bits."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.size, *args], kwargs

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """PostgreSQL's type."""
        return f"bit({self.size})"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        """Bytes as PostgreSQL writes bits: a text of zeros and ones."""
        return value if value is None else as_text(bytes(value))

    def from_db_value(self, value: Any, *_unused: object) -> bytes | None:
        """A text of zeros and ones as bytes."""
        return None if value is None else int(value, 2).to_bytes(self.size // 8)


def as_text(value: bytes) -> str:
    """The bits of `value` as PostgreSQL takes them, highest first."""
    return f"{int.from_bytes(value):0{8 * len(value)}b}"
