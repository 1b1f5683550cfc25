"""The workbench's requests, as its page sends them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

BENCH = "/staff/annotation/"
JSON = "application/json"
# Begin and end of a transaction; what stands between them counts.
UNCOUNTED = ("BEGIN", "COMMIT", "ROLLBACK")


def post(client: Client, path: str, body: Mapping[str, object] | None = None) -> Any:
    """The answer to one request of a script's."""
    return client.post(f"{BENCH}{path}", dict(body or {}), content_type=JSON, headers={"accept": JSON})


def hand_out(client: Client, *, have: list[str] | None = None, ahead: int = 0, to: str = "next/") -> dict[str, Any]:
    """What the queue gives."""
    found: dict[str, Any] = post(client, to, {"have": have or [], "ahead": ahead}).json()
    return found


def take(client: Client, *, to: str = "next/") -> dict[str, Any]:
    """The one photo that the queue gives."""
    (task,) = hand_out(client, to=to)["tasks"]
    return dict(task)


def as_said(task: Mapping[str, Any], **changes: object) -> dict[str, object]:
    """The answer that the page sends when the photo is as the contributor said."""
    people = [
        {**{name: person[name] for name in ("mark", "x", "y", "low", "high")}, "age": person["years"]}
        | {"box": None, "suggestion": None}
        for person in task["people"]
    ]
    answer = {"answer": "people", "people": people, "count": len(people), "covers": [], "terms": [], "note": ""}
    keys = {"lease": task["lease"], "version": task["version"], "key": str(uuid4()), "seconds": 3, "exclusion": ""}
    return {**answer, **keys, "corners": [0, 0, 1, 0, 1, 1, 0, 1], "adopts": None, **changes}


def submit(client: Client, task: Mapping[str, Any], **changes: object) -> Any:
    """The answer to a submit."""
    return post(client, f"tasks/{task['task']}/submit/", as_said(task, **changes))


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement on either database, savepoints included, transactions' own ends not."""
    found: list[str] = []
    with (
        CaptureQueriesContext(connections["default"]) as research,
        CaptureQueriesContext(connections["identity"]) as other,
    ):
        yield found
    rows = [*research.captured_queries, *other.captured_queries]
    found += [row["sql"] for row in rows if not row["sql"].startswith(UNCOUNTED)]
