"""Released pictures and the people in them as COCO has images and annotations, written as they come."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from releases.standalone.mpm_release import dump

CATEGORIES = [{"id": 1, "name": "person", "supercategory": "person", "keypoints": ["mark"], "skeleton": []}]
_AT_ONCE = 1 << 16


def image_of(sample: Mapping[str, Any], number: int, **more: object) -> dict[str, Any]:
    """The image with this number: the sample without its people, the name of its file, and what else is given."""
    told = {name: value for name, value in sample.items() if name != "people"}
    return {"id": number, "file_name": f"{sample['public_id']}.jpg", **told, **more}


def people_of(sample: Mapping[str, Any], *, image: int, first: int) -> Iterator[dict[str, Any]]:
    """The people in the picture, numbered from `first`: a keypoint each, and a box where one was drawn.

    `attributes` are the age, the range it may lie in (years), the flags, and on what the person's agreement rests.
    """
    for number, person in enumerate(sample["people"], first):
        box: Sequence[float] = person.get("bbox", ())
        yield {
            "id": number,
            "image_id": image,
            "category_id": 1,
            "keypoints": [*person["keypoint"], 2],
            "num_keypoints": 1,
            "iscrowd": 0,
            "attributes": {name: person[name] for name in ("age_years", "age_low", "age_high", "basis", "flags")},
            **({"bbox": list(box), "area": round(box[2] * box[3], 1)} if box else {}),
        }


class Packed:
    """JSON objects kept packed in memory until their turn comes: a tenth of their size, told in the same order."""

    def __init__(self) -> None:
        self.count = 0
        self._packer = zlib.compressobj(1)
        self._packed: list[bytes] = []

    def add(self, values: Iterable[Mapping[str, Any]]) -> None:
        """Append these, one a line."""
        for value in values:
            before = b",\n" if self.count else b"\n"
            self._packed.append(self._packer.compress(before + _json(value)))
            self.count += 1

    def chunks(self) -> Iterator[bytes]:
        """All that was added, as the inside of a JSON array. Nothing can be added any more."""
        self._packed.append(self._packer.flush())
        unpacker = zlib.decompressobj()
        for part in self._packed:
            rest = part
            while rest:
                yield unpacker.decompress(rest, _AT_ONCE)
                rest = unpacker.unconsumed_tail
        yield unpacker.flush()


def document(info: Mapping[str, Any], images: Packed, people: Packed) -> Iterator[bytes]:
    """annotations.json, in parts."""
    yield b'{"annotations":['
    yield from filter(None, people.chunks())
    yield b'],\n"categories":' + _json(CATEGORIES) + b',\n"images":['
    yield from filter(None, images.chunks())
    yield b'],\n"info":' + _json(info) + b',\n"licenses":[]}\n'


def _json(value: object) -> bytes:
    return dump(value).encode()
