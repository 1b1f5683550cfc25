"""Whether processes of the version before go on with a database that was migrated already: a rolling update.

Looks at a migration's operations, one by one, each with the state of the models before it. What it cannot judge, such
as SQL, it reports: somebody then writes down why the old code survives it, or that the update needs a stop.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field

# What takes nothing away from code that does not know of it.
HARMLESS: Final = (
    migrations.CreateModel,
    migrations.AddIndex,
    migrations.RemoveIndex,
    migrations.RenameIndex,
    migrations.RemoveConstraint,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
    migrations.AlterModelTableComment,
)
# What old code asks for by a name that is gone.
DEADLY: Final = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
    migrations.AlterUniqueTogether,
    migrations.AddConstraint,
)
# Types of columns that take every value of another.
WIDER: Final = {
    ("CharField", "TextField"),
    ("PositiveSmallIntegerField", "PositiveIntegerField"),
    ("SmallIntegerField", "IntegerField"),
    ("IntegerField", "BigIntegerField"),
    ("PositiveIntegerField", "PositiveBigIntegerField"),
}


def dangers(app: str, migration: migrations.Migration, before: ProjectState) -> Iterator[str]:
    """A sentence for each operation that old code may not survive. `before` is changed to the state after it."""
    known = set(before.models)
    for operation in migration.operations:
        model = getattr(operation, "model_name_lower", getattr(operation, "name_lower", ""))
        # Old code has no table that the migration itself makes.
        is_new = (app, model) not in known and (app, model) in before.models
        if not is_new:
            yield from _of_operation(app, operation, before)
        operation.state_forwards(app, before)


def _of_operation(app: str, operation: Operation, before: ProjectState) -> Iterator[str]:
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        # The models may change their minds at any time; the tables may not.
        for inner in operation.database_operations:
            yield from _of_operation(app, inner, before)
    elif isinstance(operation, HARMLESS):
        return
    elif isinstance(operation, DEADLY):
        yield operation.describe()
    else:
        judge = next((judge for kind, judge in _JUDGES.items() if isinstance(operation, kind)), _unknown)
        if reason := judge(app, operation, before):
            yield f"{operation.describe()}: {reason}"


def _unknown(_app: str, _operation: Any, _before: ProjectState) -> str:
    return "nobody can tell from the operation"


def _added(_app: str, operation: Any, _before: ProjectState) -> str:
    field: Field[Any, Any] = operation.field
    if field.many_to_many or field.null or _has_default(field):
        return ""
    return "old code inserts rows without it, so it needs null=True or db_default"


def _altered(app: str, operation: Any, before: ProjectState) -> str:
    old: Field[Any, Any] = before.models[app, operation.model_name_lower].fields[operation.name]
    new: Field[Any, Any] = operation.field
    kinds = (old.get_internal_type(), new.get_internal_type())
    told = {
        "the column's type changes": kinds[0] != kinds[1] and kinds not in WIDER,
        "old code may write NULL": old.null and not new.null,
        "old code may write longer values": _narrower(old.max_length, new.max_length),
        "old code may write a value twice": new.unique and not old.unique,
        "old code relies on the column's default": _has_default(old) and not _has_default(new),
        "the column's name changes": old.db_column != new.db_column,
    }
    return ", ".join(reason for reason, is_so in told.items() if is_so)


def _narrower(old: int | None, new: int | None) -> bool:
    return new is not None and (old is None or old > new)


def _has_default(field: "Field[Any, Any]") -> bool:
    return field.db_default is not NOT_PROVIDED


def _ran(_app: str, operation: Any, _before: ProjectState) -> str:
    return "" if operation.reverse_code is not None else "it cannot be taken back"


_JUDGES: Final[dict[type[Operation], Callable[[str, Any, ProjectState], str]]] = {
    migrations.AddField: _added,
    migrations.AlterField: _altered,
    migrations.RunPython: _ran,
}
