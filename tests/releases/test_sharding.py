"""A shard's bytes are the ones that Python's own tarfile writes."""

import io
import tarfile
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest

from releases import samples, sharding


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 3_000_000])
def test_a_shard_is_what_tarfile_writes(size: int) -> None:
    told = [{"public_id": str(UUID(int=number)), "taken_decade": 1980} for number in (7, 2**127)]
    jpegs = [bytes([number]) * (size + number) for number in range(2)]
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as shard:
        for sample, jpeg in zip(told, jpegs, strict=True):
            for name, data in _members(sample, jpeg):
                info = tarfile.TarInfo(name)
                info.size, info.mode = len(data), 0o644
                shard.addfile(info, io.BytesIO(data))
        end = shard.offset
    written = b"".join(sharding.tar_of(told, jpegs))
    assert written == plain.getvalue()[:end] + bytes(1024)


def _members(sample: Mapping[str, Any], jpeg: bytes) -> Iterator[tuple[str, bytes]]:
    yield f"{sample['public_id']}.jpg", jpeg
    yield f"{sample['public_id']}.json", samples.encoded(sample)
