"""Processes of the version before survive every later migration, or a sentence says why not."""

from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models.functions import Now

from tests.deploy.survival import dangers
from tests.structure.test_imports import ROOT

# The last migration of each app before there was anything to update. What comes after is looked at.
BEFORE = {
    "accounts": "0002_roles",
    "annotation": "0007_newest_first",
    "audit": "0004_refills",
    "consent": "0003_terms_expiry_and_documents",
    "contributions": "0004_coverage_count",
    "identity": "0004_updates_by_mail",
    "releases": "0009_photos_counted_once",
    "screening": "0009_forms_of_hashes",
    "vault": "0001_keys_and_sealed_objects",
}
# app, migration -> why processes of the version before survive what stands in it, all of it.
SURVIVED: dict[tuple[str, str], str] = {
    ("accounts", "0003_sign_ins_and_second_administrators"): (
        "Old rows need no approval and have none; an old worker that would mail an invitation which waits for one is "
        "refused, and the new one goes on."
    ),
}
# app, migration -> which old processes stop before it, and why. docs/operate/upgrade.md has a line for each.
STOPS: dict[tuple[str, str], str] = {
    ("releases", "0010_what_is_told_of_crops"): (
        "The workers of releases: the old ones do not write what the new constraint asks of a crop."
    ),
}
OWN = [*BEFORE, "operations"]


def found() -> dict[tuple[str, str], list[str]]:
    """Each migration after those, with what is dangerous in it."""
    loader = MigrationLoader(None)
    later: dict[tuple[str, str], list[str]] = {}
    for app, name in loader.graph.leaf_nodes():
        if app not in OWN:
            continue
        plan = [node for node in loader.graph.forwards_plan((app, name)) if node[0] == app]
        new = plan[plan.index((app, BEFORE[app])) + 1 :] if app in BEFORE else plan
        for node in new:
            parents = [parent.key for parent in loader.graph.node_map[node].parents]
            state = loader.project_state(parents)
            later[node] = list(dangers(app, loader.graph.nodes[node], state))
    return later


def test_old_code_survives_every_migration_or_a_sentence_says_why() -> None:
    dangerous = {node: said for node, said in found().items() if said}
    explained = set(SURVIVED) | set(STOPS)
    assert {node: said for node, said in dangerous.items() if node not in explained} == {}
    assert explained <= set(dangerous)
    assert all(len(reason.split()) > 5 for reason in [*SURVIVED.values(), *STOPS.values()])
    page = (ROOT / "docs" / "operate" / "upgrade.md").read_text(encoding="utf-8")
    assert [name for _app, name in STOPS if name not in page] == []


def state() -> ProjectState:
    before = ProjectState()
    fields: list[tuple[str, models.Field[Any, Any]]] = [
        ("id", models.BigAutoField(primary_key=True)),
        ("short", models.CharField(max_length=10)),
        ("maybe", models.IntegerField(null=True)),
        ("counted", models.IntegerField(db_default=0)),
    ]
    migrations.CreateModel("Thing", fields).state_forwards("app", before)
    return before


DANGEROUS = [
    migrations.RemoveField("thing", "short"),
    migrations.RenameField("thing", "short", "brief"),
    migrations.DeleteModel("Thing"),
    migrations.RenameModel("Thing", "Item"),
    migrations.AddField("thing", "new", models.IntegerField(default=0)),
    migrations.AlterField("thing", "short", models.CharField(max_length=5)),
    migrations.AlterField("thing", "short", models.CharField(max_length=10, unique=True)),
    migrations.AlterField("thing", "short", models.IntegerField()),
    migrations.AlterField("thing", "maybe", models.IntegerField()),
    migrations.AlterField("thing", "counted", models.IntegerField()),
    migrations.AddConstraint("thing", models.UniqueConstraint(fields=["short"], name="one")),
    migrations.RunSQL("DELETE FROM app_thing", migrations.RunSQL.noop),
    migrations.RunPython(lambda _apps, _editor: None),
    migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("thing", "short")]),
]
HARMLESS = [
    migrations.AddField("thing", "new", models.IntegerField(null=True)),
    migrations.AddField("thing", "new", models.DateTimeField(db_default=Now())),
    migrations.AddField("thing", "new", models.ManyToManyField("app.Thing")),
    migrations.AlterField("thing", "short", models.CharField(max_length=20, help_text="longer")),
    migrations.AlterField("thing", "short", models.TextField()),
    migrations.AlterField("thing", "counted", models.IntegerField(null=True, db_default=0)),
    migrations.AddIndex("thing", models.Index(fields=["short"], name="by_short")),
    migrations.RunPython(lambda _apps, _editor: None, migrations.RunPython.noop),
    migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("thing", "short")]),
]


def said_of(operation: migrations.operations.base.Operation) -> list[str]:
    change = type("Migration", (migrations.Migration,), {"operations": [operation]})
    return list(dangers("app", change("0002_change", "app"), state()))


@pytest.mark.parametrize("operation", DANGEROUS, ids=range(len(DANGEROUS)))
def test_what_old_code_does_not_survive_is_found(operation: migrations.operations.base.Operation) -> None:
    assert len(said_of(operation)) == 1


@pytest.mark.parametrize("operation", HARMLESS, ids=range(len(HARMLESS)))
def test_what_old_code_does_not_notice_is_let_pass(operation: migrations.operations.base.Operation) -> None:
    assert said_of(operation) == []
