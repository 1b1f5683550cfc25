"""A large query that is asked over and over, with other ids each time: written once, planned once a connection.

To write a gate's query takes Django longer than answering it takes the database, and so does planning it. What such a
query was told once must not be kept, though: a value that changes while the process lives, above all the time, stands
in it as an `Anew`, which is found out at each question.
"""

from collections.abc import Callable
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from weakref import WeakSet

from django.db import connection, connections
from django.db.models import DateTimeField, Expression, Field, QuerySet
from psycopg import ClientCursor

_KEPT: Final[ContextVar[bool]] = ContextVar("the SQL is kept", default=False)


class NotAnew(RuntimeError):
    """A query whose SQL is kept has a value that is another each time it is built, and is no `Anew`."""


class Anew(Expression):
    """A value of a query that is found out whenever the query runs, instead of when it was built."""

    def __init__(self, find: Callable[[], object], output_field: "Field[Any, Any] | None" = None) -> None:
        """`find` takes nothing and tells the value as Python has it: a moment, or what `output_field` says."""
        super().__init__(output_field=output_field or DateTimeField())
        self._find = find

    def as_sql(self, *_compiler_and_connection: object) -> tuple[str, tuple[Any, ...]]:
        """One parameter: the value, or this expression itself where the SQL is kept."""
        return "%s", (self if _KEPT.get() else self.value(),)

    def value(self) -> Any:
        """What the database is told now."""
        return self.told(self._find())

    def told(self, value: object) -> Any:
        """A value as the database is told it."""
        return self.output_field.get_db_prep_value(value, connection)

    def kind(self) -> str:
        """What the database calls the kind of value."""
        return self.output_field.rel_db_type(connection) or "text"


@dataclass(frozen=True, slots=True)
class _Written:
    """A query as it is kept: with its compiler, its PREPARE statement, and what it is told each time, in order."""

    rows: QuerySet[Any]
    compiler: Any
    prepare: str
    anew: list[Anew]


class Prepared:
    """The rows of a queryset, as the queryset itself would have them, without writing or planning it each time."""

    def __init__(self, name: str, rows: Callable[..., QuerySet[Any]], **asked: "Field[Any, Any]") -> None:
        """`name` is what the database calls the statement, a plain word that no other has.

        `rows` makes the queryset; it is called once, with an `Anew` for each name in `asked`, the values that are given
        at each question, of these kinds.
        """
        self._name, self._rows = name, rows
        # Each takes a `find` of its own, by which it is told from the others.
        self._asked = {key: Anew(lambda key=key: key, field) for key, field in asked.items()}  # type: ignore[misc]
        self._kept: _Written | None = None
        self._connections: WeakSet[Any] = WeakSet()
        self._writing = Lock()

    def rows(self, **values: object) -> list[Any]:
        """The rows as they are now, for these values. Raises NotAnew, DatabaseError."""
        kept = self._kept or self._write_once()
        told = [self._told(one, values) for one in kept.anew]
        compiler, rows = copy(kept.compiler), kept.rows.all()
        compiler.connection = connections[rows.db]
        compiler.execute_sql = lambda *_how, **_chunks: [self._answer(kept.prepare, told)]
        rows.query.get_compiler = lambda *_using, **_named: compiler  # type: ignore[method-assign]
        return list(rows)

    def _told(self, one: Anew, values: dict[str, object]) -> Any:
        name = next((key for key, asked in self._asked.items() if asked == one), None)
        return one.value() if name is None else one.told(values[name])

    def _answer(self, prepare: str, told: list[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            # A statement that was prepared outlives a transaction that comes to nothing, but not its connection.
            if connection.connection not in self._connections:
                cursor.execute(prepare)
                self._connections.add(connection.connection)
            cursor.execute(f"EXECUTE {self._name} ({', '.join(['%s'] * len(told))})", told)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def _write_once(self) -> _Written:
        with self._writing:
            self._kept = self._kept or self._write()
            return self._kept

    def _write(self) -> _Written:
        rows, compiler, sql, values = self._compiled()
        if any(map(_differ, values, self._compiled()[3])):
            raise NotAnew(self._name)
        anew = list(dict.fromkeys(value for value in values if isinstance(value, Anew)))
        with connection.cursor():
            literal = ClientCursor(connection.connection).mogrify
            places = [f"${anew.index(v) + 1}" if isinstance(v, Anew) else literal("%s", [v]) for v in values]
        kinds = ", ".join(one.kind() for one in anew)
        return _Written(rows, compiler, f"PREPARE {self._name} ({kinds}) AS {sql % tuple(places)}", anew)

    def _compiled(self) -> tuple[QuerySet[Any], Any, str, list[Any]]:
        kept = _KEPT.set(True)
        try:
            rows = self._rows(**self._asked)
            compiler = rows.query.get_compiler(using=rows.db)
            sql, values = compiler.as_sql()
        finally:
            _KEPT.reset(kept)
        return rows, compiler, sql, list(values)


def _differ(one: object, other: object) -> bool:
    return not (isinstance(one, Anew) and isinstance(other, Anew)) and one != other
