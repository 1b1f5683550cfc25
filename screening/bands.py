"""The sixteen 16-bit bands of a hash, by which PostgreSQL finds near ones without comparing all."""

BANDS = 16


def bands(upright: bytes) -> list[int]:
    """The bands of 32 bytes, each as band * 65536 + value, so that equal values of different bands differ.

    Two hashes that differ in at most 31 bits have a band in which they differ in at most one.
    """
    return [band << 16 | int.from_bytes(upright[2 * band : 2 * band + 2]) for band in range(BANDS)]
