"""The samples of many items, read as plain rows: with an object a photo and a person it took thrice as long."""

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from uuid import UUID

from releases.models import Release
from releases.samples import sample_of

AT_ONCE: Final = 2000


class Placed(NamedTuple):
    """Where a picture is in its release; the `slot` of its shard is None before it is planned."""

    group: UUID | None
    sha256: str
    slot: int | None
    split: str


def samples_in(release: Release) -> Iterator[tuple[dict[str, Any], Placed]]:
    """The sample of each photo that stands in a release, in the order of their public ids, with its place."""
    rows = (
        release.items.standing()
        .order_by("public_id")
        .values_list(
            "public_id",
            *("reading__crop__told", "grounds", "taken_decade"),
            *("group", "sha256", "shard__slot", "split"),
        )
    )
    for public_id, told, grounds, decade, *placed in rows.iterator(chunk_size=AT_ONCE):
        yield json.loads(sample_of(told, public_id, grounds, decade)), Placed(*placed)
