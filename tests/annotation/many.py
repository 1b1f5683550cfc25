"""Very many photos that wait to be read: one photo of the real actions, and copies of its rows."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Model

from annotation.models import Task
from consent.models import ConsentRecord
from contributions.models import ConsentSubject, Person, Photo
from screening.models import Finding, Verdict

# The columns that a copy has of its own; `n` counts the copies. What is drawn by the database itself is left out.
_OWN_ID = "md5(o.id::text || n)::uuid"
_PHOTO = "md5(o.photo_id::text || n)::uuid"
_COPIED: tuple[tuple[type[Model], str, Mapping[str, str | None]], ...] = (
    (Photo, "id", {"id": _OWN_ID, "number": "n + 100", "client_key": "gen_random_uuid()"}),
    (Person, "photo_id", {"id": _OWN_ID, "photo_id": _PHOTO}),
    (ConsentSubject, "photo_id", {"id": _OWN_ID, "photo_id": _PHOTO}),
    (
        ConsentRecord,
        "subject",
        {"id": None, "record_id": "gen_random_uuid()", "subject": "md5(o.subject::text || n)::uuid"},
    ),
    (Verdict, "photo_id", {"id": None, "photo_id": _PHOTO}),
    (Finding, "photo_id", {"id": None, "photo_id": _PHOTO}),
    (Task, "photo_id", {"id": _OWN_ID, "photo_id": _PHOTO, '"order"': "random()"}),
)


def copied(photo: Photo, times: int) -> None:
    """As many more photos as this one, which waits for its first reading, with everything that the gate asks for."""
    subjects = [str(pk) for pk in ConsentSubject.objects.filter(photo=photo).values_list("pk", flat=True)]
    for model, column, own in _COPIED:
        ids = subjects if model is ConsentRecord else [str(photo.pk)]
        _copy(model, own, f"o.{column} = ANY(%s::uuid[])", [ids, times])


def _copy(model: type[Model], own: Mapping[str, str | None], which: str, values: list[Any]) -> None:
    columns = [connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields]
    told = {column.strip('"'): value for column, value in own.items()}
    kept = {column: told.get(column.strip('"'), f"o.{column}") for column in columns}
    taken = {column: value for column, value in kept.items() if value is not None}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(taken)}) "
            f"SELECT {', '.join(taken.values())} FROM {model._meta.db_table} o, generate_series(1, %s) n "
            # The newest of several is the newest among the copies, too.
            f"WHERE {which} ORDER BY o.{model._meta.pk.column}, n",
            [values[1], values[0]],
        )
