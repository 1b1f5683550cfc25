"""The tables of a release, written as they come: COCO and Parquet of samples that a test makes up."""

import io
import json
from typing import Any

import pyarrow.parquet as pq

from releases.papers import coco
from releases.papers.parquet import IMAGES, PEOPLE, ROWS_AT_ONCE, Table

SAMPLE: dict[str, Any] = {
    "public_id": "00000000-0000-0000-0000-000000000001",
    "width": 640,
    "height": 480,
    "covered": [[16, 32, 48, 16]],
    "people_count": 2,
    "description": ["place.café"],
    "taken_decade": None,
    "flags": ["covered"],
    "people": [
        {
            "keypoint": [10.5, 20.0],
            "age_years": 7.0,
            "age_low": 5.0,
            "age_high": 8.5,
            "basis": "self",
            "flags": ["age_range"],
            "bbox": [1.0, 2.0, 30.5, 40.0],
        },
        {"keypoint": [99.0, 9.0], "age_years": 41.0, "age_low": 41.0, "age_high": 41.0, "basis": "", "flags": []},
    ],
}


def packed(values: list[dict[str, Any]]) -> coco.Packed:
    made = coco.Packed()
    made.add(values)
    return made


def document(images: list[dict[str, Any]], people: list[dict[str, Any]]) -> bytes:
    return b"".join(coco.document({"version": "1.0.0"}, packed(images), packed(people)))


def test_coco_has_ages_ranges_bases_flags_and_counts() -> None:
    people = list(coco.people_of(SAMPLE, image=3, first=8))
    read = json.loads(document([coco.image_of(SAMPLE, 3, split="train")], people))
    (image,) = read["images"]
    assert (image["id"], image["file_name"], image["split"]) == (3, f"{SAMPLE['public_id']}.jpg", "train")
    assert (image["people_count"], image["flags"], image["description"]) == (2, ["covered"], ["place.café"])
    assert "people" not in image
    child, adult = read["annotations"]
    assert (child["id"], adult["id"], child["image_id"]) == (8, 9, 3)
    assert child["keypoints"] == [10.5, 20.0, 2]
    assert child["attributes"] == {
        "age_years": 7.0,
        "age_low": 5.0,
        "age_high": 8.5,
        "basis": "self",
        "flags": ["age_range"],
    }
    assert (child["bbox"], child["area"]) == ([1.0, 2.0, 30.5, 40.0], 1220.0)
    assert "bbox" not in adult


def test_what_was_packed_comes_out_whole_however_much_it_is() -> None:
    many = [{"id": number, "text": "é" * (number % 50)} for number in range(20_000)]
    assert json.loads(b"[" + b"".join(packed(many).chunks()) + b"]") == many
    assert json.loads(document([], []))["images"] == []


def test_a_table_keeps_what_is_not_known_empty_and_gives_the_same_bytes_again() -> None:
    rows = [{**SAMPLE, "shard": "s", "split": "test", "group": "g", "sha256": "f"}] * (ROWS_AT_ONCE + 1)
    first, again = (b"".join(filled(rows).chunks()) for _ in range(2))
    assert first == again
    read = pq.read_table(io.BytesIO(first)).to_pylist()
    assert len(read) == ROWS_AT_ONCE + 1
    assert read[0].keys() == {column.name for column in IMAGES}
    assert (read[0]["taken_decade"], read[0]["covered"]) == (None, [[16, 32, 48, 16]])


def test_an_empty_table_still_has_its_columns() -> None:
    read = pq.read_table(io.BytesIO(b"".join(Table(PEOPLE).chunks())))
    assert (read.num_rows, read.column_names) == (0, [column.name for column in PEOPLE])


def filled(rows: list[dict[str, Any]]) -> Table:
    table = Table(IMAGES)
    for row in rows:
        table.add(row)
    return table
