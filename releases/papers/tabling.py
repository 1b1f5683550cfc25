"""The tables of a release: COCO and Parquet, all of them in one pass over its items."""

from collections.abc import Iterator
from typing import Any

from releases.models import Release
from releases.papers import coco, paths
from releases.papers.parquet import IMAGES, PEOPLE, Table
from releases.queries.files import shard_path
from releases.rows import Placed, samples_in


def tables(release: Release) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The path of each table and its bytes in parts; constant memory but for what is told of them, packed.

    The same items give the same bytes. Read each one to its end before the next.
    """
    images, people = coco.Packed(), coco.Packed()
    rows_of_images, rows_of_people = Table(IMAGES), Table(PEOPLE)
    for number, (sample, placed) in enumerate(samples_in(release), start=1):
        place = _place(sample, placed)
        images.add([coco.image_of(sample, number, **place)])
        people.add(coco.people_of(sample, image=number, first=people.count + 1))
        rows_of_images.add({**sample, **place})
        for row in _rows(sample):
            rows_of_people.add(row)
    yield paths.ANNOTATIONS, coco.document(_info(release), images, people)
    yield paths.IMAGES, rows_of_images.chunks()
    yield paths.PEOPLE, rows_of_people.chunks()


def _place(sample: dict[str, Any], placed: Placed) -> dict[str, str]:
    """Where a picture is in its release: the shard's path, its split, and the group that shows one picture with it."""
    return {
        "group": str(placed.group or sample["public_id"]),
        "sha256": placed.sha256,
        "shard": "" if placed.slot is None else shard_path(placed.slot),
        "split": placed.split,
    }


def _rows(sample: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number, person in enumerate(sample["people"], start=1):
        x, y = person["keypoint"]
        yield {**person, "public_id": sample["public_id"], "number": number, "x": x, "y": y}


def _info(release: Release) -> dict[str, Any]:
    return {
        "audience": release.audience,
        "date_created": release.frozen_at.isoformat() if release.frozen_at else "",
        "description": f"My Pictures Matter, release {release.number}",
        "version": f"{release.number}.0.0",
        "year": release.frozen_at.year if release.frozen_at else 0,
    }
