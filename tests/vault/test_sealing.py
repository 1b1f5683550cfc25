"""A sealed stream comes back as it was, or not at all."""

import uuid
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import sealing
from vault.sealing import CHUNK, Tampered

KEY, OBJECT = bytes(range(32)), uuid.UUID(int=7)
HEADER, TAG = 13, 16
SEALED_CHUNK = CHUNK + TAG


def sealed(data: bytes, key: bytes = KEY, object_id: uuid.UUID = OBJECT) -> bytes:
    sealer = sealing.Sealer(key, object_id)
    return sealer.header + sealer.update(data) + sealer.finish()


def unsealed(data: bytes, key: bytes = KEY, object_id: uuid.UUID = OBJECT) -> bytes:
    plain = b"".join(sealing.unseal(BytesIO(data), key, object_id))
    assert sealing.unseal_whole(data, key, object_id) == plain
    return plain


def yielded_before_refusal(data: bytes) -> int:
    """How many plaintext bytes come out before Tampered is raised; it must be raised, and read at once as well."""
    count = 0
    with pytest.raises(Tampered):
        sealing.unseal_whole(data, KEY, OBJECT)
    with pytest.raises(Tampered):
        for chunk in sealing.unseal(BytesIO(data), KEY, OBJECT):
            count += len(chunk)
    return count


def plain(size: int) -> bytes:
    return (bytes(range(256)) * (size // 256 + 1))[:size]


@pytest.mark.requirement("F7")
@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
def test_every_length_comes_back(size: int) -> None:
    whole = sealed(plain(size))
    assert unsealed(whole) == plain(size)
    assert len(whole) == sealing.sealed_size(size)


@given(st.lists(st.integers(0, CHUNK + 100), max_size=6))
def test_it_does_not_matter_how_the_stream_arrives(lengths: list[int]) -> None:
    sealer = sealing.Sealer(KEY, OBJECT)
    parts = [sealer.header, *(sealer.update(plain(length)) for length in lengths), sealer.finish()]
    assert unsealed(b"".join(parts)) == b"".join(plain(length) for length in lengths)


def test_the_writer_holds_at_most_one_chunk() -> None:
    sealer = sealing.Sealer(KEY, OBJECT)
    for _ in range(40):
        sealer.update(plain(CHUNK // 4 + 1))
        assert len(sealer._waiting) <= CHUNK


def test_the_same_plaintext_never_seals_to_the_same_bytes() -> None:
    assert sealed(b"same") != sealed(b"same")


@pytest.mark.requirement("E4")
@pytest.mark.parametrize("at", [0, 4, 5, 6, HEADER - 1, HEADER, HEADER + 9, HEADER + SEALED_CHUNK + 1, -TAG, -1])
def test_one_altered_bit_is_refused_before_its_chunk_is_given_out(at: int) -> None:
    data = bytearray(sealed(plain(2 * CHUNK + 9)))
    data[at] ^= 1
    affected = max(0, (at % len(data) - HEADER) // SEALED_CHUNK)
    assert yielded_before_refusal(bytes(data)) == affected * CHUNK


@pytest.mark.parametrize(
    "left", [0, 5, HEADER, HEADER + 1, HEADER + 100, HEADER + SEALED_CHUNK, HEADER + 2 * SEALED_CHUNK]
)
def test_a_cut_at_any_place_is_refused(left: int) -> None:
    data = sealed(plain(2 * CHUNK + 9))
    assert yielded_before_refusal(data[:left]) <= max(0, left - HEADER)
    # A cut between chunks leaves chunks that were each sealed as not the last.
    assert yielded_before_refusal(data[: HEADER + 2 * SEALED_CHUNK]) == CHUNK


def test_chunks_in_another_order_or_twice_are_refused() -> None:
    data = sealed(plain(3 * CHUNK))
    head, first, second, third = (
        data[:HEADER],
        *(data[HEADER + number * SEALED_CHUNK : HEADER + (number + 1) * SEALED_CHUNK] for number in range(3)),
    )
    for other in (
        (second, first, third),
        (first, first, second, third),
        (first, third),
        (second, third),
        (first, second, third, third),
    ):
        yielded_before_refusal(head + b"".join(other))


def test_bytes_of_another_object_or_under_another_key_are_refused() -> None:
    for other in (sealed(b"picture", object_id=uuid.UUID(int=8)), sealed(b"picture", key=bytes(32))):
        with pytest.raises(Tampered):
            unsealed(other)
        with pytest.raises(Tampered):
            sealing.unseal_whole(other, KEY, OBJECT)
    one, two = sealed(plain(2 * CHUNK)), sealed(plain(2 * CHUNK))
    with pytest.raises(Tampered):
        unsealed(one[: HEADER + SEALED_CHUNK] + two[HEADER + SEALED_CHUNK :])


def test_something_added_at_the_end_is_refused() -> None:
    yielded_before_refusal(sealed(plain(9)) + b"x")
    yielded_before_refusal(sealed(plain(CHUNK)) + bytes(SEALED_CHUNK))


class Dribbling(BytesIO):
    """A file that returns fewer bytes than asked for, as files over a network do."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(size if size is None or size < 0 else max(1, min(size, 70_000)))


@pytest.mark.parametrize("size", [0, 5, CHUNK, 2 * CHUNK, 2 * CHUNK + 9])
def test_reading_may_begin_at_any_byte(size: int) -> None:
    data, file = plain(size), sealed(plain(size))
    for start in {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, size - 1, size}:
        if 0 <= start <= size:
            assert b"".join(sealing.unseal(BytesIO(file), KEY, OBJECT, start)) == data[start:]


def test_what_lies_whole_chunks_before_is_not_read() -> None:
    data = bytearray(sealed(plain(3 * CHUNK)))
    data[HEADER] ^= 1
    assert len(b"".join(sealing.unseal(BytesIO(data), KEY, OBJECT, CHUNK + 1))) == 2 * CHUNK - 1


@pytest.mark.parametrize("left", [HEADER + SEALED_CHUNK, HEADER + 2 * SEALED_CHUNK, HEADER + 2 * SEALED_CHUNK + 20])
def test_from_a_later_byte_a_cut_is_refused_as_well(left: int) -> None:
    with pytest.raises(Tampered):
        list(sealing.unseal(BytesIO(sealed(plain(2 * CHUNK + 9))[:left]), KEY, OBJECT, CHUNK + 1))


def test_short_reads_change_nothing() -> None:
    data = plain(2 * CHUNK + 9)
    assert b"".join(sealing.unseal(Dribbling(sealed(data)), KEY, OBJECT)) == data
