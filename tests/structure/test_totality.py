"""Nothing new goes unnoticed: a field has its privacy class, a pair its constraint, a kind of event its cause."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import CheckConstraint, Model, Q

from contributions import actions
from contributions.models import Person, Photo
from tests.builders import given
from tests.structure.test_imports import BESIDE, ROOMS, ROOT, modules

_ROW = re.compile(r"^\| (\w+\.\w+) \| (\w+) \| ([\w ]+) \|$", re.MULTILINE)
_CLASS = re.compile(r"^\| (\w+) \| [^|]+ \|$", re.MULTILINE)
DATA = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
CLASSES = set(_CLASS.findall(DATA)) - {"class"}
FIELDS = [(model, kind, field) for model, kind, fields in _ROW.findall(DATA) for field in fields.split()]
MODELS = [model for model in apps.get_models() if model._meta.app_label in {*ROOMS, *BESIDE}]


def of_class(kind: str, model: type[Model]) -> list[str]:
    return [field for label, found, field in FIELDS if (label, found) == (model._meta.label, kind)]


def test_every_field_has_one_privacy_class() -> None:
    there = Counter((model._meta.label, field.name) for model in MODELS for field in model._meta.concrete_fields)
    assert Counter((label, field) for label, _kind, field in FIELDS) == there
    assert {kind for _label, kind, _field in FIELDS} == CLASSES


def test_only_the_identity_room_has_fields_for_addresses_of_contributors() -> None:
    assert {label.split(".")[0] for label, kind, _field in FIELDS if kind == "address"} == {"identity"}


@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
def test_what_a_photo_shows_is_emptied_when_it_is_erased() -> None:
    made = given().agree()
    (photo,) = made.photos
    Photo.objects.filter(pk=photo.pk).update(nobody=True)
    made.withdraw()
    assert made.sending.participant is not None
    actions.erase_now(participant=made.sending.participant, photos=[photo.pk])
    actions.erase(photo_id=photo.pk)
    for model, rows in ((Photo, Photo.objects.filter(pk=photo.pk)), (Person, Person.objects.filter(photo=photo))):
        (row,) = rows.values(*of_class("picture", model))
        assert not any(row.values()), row


def mentioned(condition: Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from mentioned(child)
        elif isinstance(child, tuple):
            yield str(child[0]).split("__")[0]


def pairs(model: type[Model]) -> Iterator[str]:
    """What has both an `_at` and a `_by` of which one may be empty."""
    empty = {field.name: field.null for field in model._meta.concrete_fields}
    for what in (name.removesuffix("_by") for name in empty if name.endswith("_by")):
        if empty[f"{what}_by"] or empty.get(f"{what}_at", False):
            yield from [what] if f"{what}_at" in empty else []


@pytest.mark.parametrize(("model", "what"), [(model, what) for model in MODELS for what in pairs(model)])
def test_who_did_it_and_when_stand_together_or_not_at_all(model: type[Model], what: str) -> None:
    rules = (one.condition for one in model._meta.constraints if isinstance(one, CheckConstraint))
    held = [set(mentioned(rule)) for rule in rules if isinstance(rule, Q)]
    assert any(names == {f"{what}_at", f"{what}_by"} for names in held)


def declared(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("EventKind("):
            yield ast.unparse(node.targets[0])


def unrecorded(path: Path, room: str) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    loaded = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    unseen = [name for name in declared(tree) if name not in loaded]
    # Most modules declare none, or record it themselves: only for the others the whole room is read.
    elsewhere = "\n".join(other.read_text(encoding="utf-8") for other in modules(room) if other != path and unseen)
    for name in unseen:
        if not re.search(rf"(import (\([^)]*|.*)\b|\b{path.stem}\.){name}\b", elsewhere):
            yield name


def swallowed(path: Path) -> Iterator[int]:
    """Lines of calls of `record` inside a `try` that catches something."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Try) and node.handlers:
            calls = (call for part in node.body for call in ast.walk(part) if isinstance(call, ast.Call))
            yield from (call.lineno for call in calls if ast.unparse(call.func).rpartition(".")[2] == "record")


@pytest.mark.requirement("L10")
@pytest.mark.parametrize("room", [*ROOMS, *BESIDE])
def test_no_action_goes_on_when_its_event_cannot_be_recorded(room: str) -> None:
    """Recording outside of a transaction is refused, so an exception that nobody catches takes the change with it.

    That each of the many kinds of events is recorded in the transaction of its change is held by these two rules; one
    action of each room is tried with a log that fails, in the room's own tests.
    """
    assert [f"{path.name}:{line}" for path in modules(room) for line in swallowed(path)] == []


@pytest.mark.parametrize("room", [*ROOMS, *BESIDE])
def test_every_declared_kind_of_event_is_recorded_by_something(room: str) -> None:
    assert [f"{path.name}: {name}" for path in modules(room) for name in unrecorded(path, room)] == []
