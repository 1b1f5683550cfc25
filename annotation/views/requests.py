"""What a script sends: one JSON object, or a list of ids."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest


def json_of(request: HttpRequest) -> dict[str, Any]:
    """The object in the request's body; raises BadRequest for anything else."""
    try:
        data = json.loads(request.body)
    except (RecursionError, ValueError):
        raise BadRequest("This takes JSON.") from None
    if not isinstance(data, dict):
        raise BadRequest("This takes an object.")
    return data


def ids(values: object, most: int = 50) -> list[UUID]:
    """Ids as values; raises BadRequest for anything else, and for more than `most`."""
    if not isinstance(values, Iterable) or isinstance(values, str | bytes):
        raise BadRequest("This takes ids.")
    found = list(values)[: most + 1]
    if len(found) > most:
        raise BadRequest("These are too many ids.")
    try:
        return [UUID(value) for value in found]
    except (AttributeError, TypeError, ValueError):
        raise BadRequest("This is no id.") from None
