"""A shard's bytes are the ones that Python's own tarfile writes."""

import io
import tarfile
from uuid import UUID

import pytest

from releases import sharding


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 3_000_000])
def test_a_shard_is_what_tarfile_writes(size: int) -> None:
    told = [(str(UUID(int=number)), f'{{"number":{number}}}') for number in (7, 2**127)]
    jpegs = [bytes([number]) * (size + number) for number in range(2)]
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as shard:
        for (public_id, sample), jpeg in zip(told, jpegs, strict=True):
            for name, data in ((f"{public_id}.jpg", jpeg), (f"{public_id}.json", f"{sample}\n".encode())):
                info = tarfile.TarInfo(name)
                info.size, info.mode = len(data), 0o644
                shard.addfile(info, io.BytesIO(data))
        end = shard.offset
    written = b"".join(sharding.tar_of(told, jpegs))
    assert written == plain.getvalue()[:end] + bytes(1024)
