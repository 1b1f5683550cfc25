"""Photos by what pages call them: the beginning of their ids."""

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import Q

from annotation.models import Task

# As much of an id as tells a photo from others, nearly always.
SHOWN: Final = 8
_REST: Final = 32 - SHOWN


def name_of(photo_id: UUID) -> str:
    """What pages call a photo; it says nothing about it."""
    return str(photo_id)[:SHOWN]


def named(names: Collection[str]) -> dict[str, list[UUID]]:
    """The photos of each of these names (SHOWN hexadecimal digits in lower case): one, none, or rarely several."""
    found: dict[str, list[UUID]] = {name: [] for name in names}
    if found:
        spans = (Q(photo__gte=UUID(name + "0" * _REST), photo__lte=UUID(name + "f" * _REST)) for name in found)
        for photo in Task.objects.filter(reduce(or_, spans)).order_by("photo").values_list("photo", flat=True):
            found[name_of(photo)].append(photo)
    return found
