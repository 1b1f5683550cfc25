"""The import rule of docs/architecture.md: rooms in one line, doors between them, and one direction inside each."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Each room may import what stands below it, never what stands above.
ROOMS = ["releases", "annotation", "screening", "contributions", "consent", "identity", "vault", "audit"]
DOORS = {"models", "actions", "queries", "permissions"}
# Named crash points stand in every room, and only tests set them off. An address is typed into one form, wherever it is
# asked for.
ALSO = {"vault.crash", "identity.forms"}
# Run by Django, Celery or the settings, which name them: the same in every room.
NAMED = {"__init__", "apps", "management", "templatetags", "tasks", "intake", "withdrawal"}
# What stands outside of the line in a room: plain values and rules, and machinery of its own.
PLAIN = {
    "releases": "build checking covering cutting eligibility few layout locking papers ranges reasons reports "
    "rows samples sharding sides standalone tokens",
    "annotation": "agreement answers boxes days keymap priorities searching suggesting vocabulary",
    "screening": "bands bits checks classifying codes csv_hashes exchanges hash_kinds hashing matching versions",
    "contributions": "age_grammar age_words ages decades decoder frames limits looks",
    "consent": "codes comparing receipts rendering sources versions",
    "identity": "addresses bounces letters providers refusals sealing",
    "vault": "checks crash incoming key_copy keyring locks objects rotation sealing storage uploads wrapping",
    "audit": "content copies desk keeper kinds proofs standalone",
    "accounts": "adapter allauth_urls backends context demo devices factors middleware passwords refusals roles "
    "session signing_in signing_out tokens",
    "operations": "charts conditions figures metrics services words",
}
# Rooms beside that line: about staff and about the running site. Nobody imports them.
BESIDE = ["accounts", "operations"]
INSIDE = ["transitions", "models", "queries", "permissions", "actions", "forms", "views", "urls"]
EVERY = [*ROOMS, *BESIDE, "mpm_site"]


def modules(room: str) -> list[Path]:
    return [path for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]


def imported(path: Path) -> Iterator[str]:
    """Dotted names that a module imports; "from room import x" counts as room.x."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module in EVERY:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def breaks(room: str, path: Path) -> Iterator[str]:
    for name in imported(path):
        target, _, rest = name.partition(".")
        if target not in EVERY or target == room:
            continue
        where = f"{path.relative_to(ROOT)} imports {name}"
        if target in {*BESIDE, "mpm_site"}:
            yield f"{where}: nobody imports {target}"
        elif room == "mpm_site" or (room in ROOMS and ROOMS.index(target) < ROOMS.index(room)):
            yield f"{where}: that points up"
        elif rest.split(".")[0] not in DOORS and ".".join(name.split(".")[:2]) not in ALSO:
            yield f"{where}: not one of a room's doors"


def layer(module: str) -> str:
    """In which layer a room's module stands; its own name where it stands in none."""
    return "forms" if module.endswith("_forms") else module


@pytest.mark.parametrize("room", EVERY)
def test_a_room_imports_only_the_doors_of_rooms_below_it(room: str) -> None:
    assert [problem for path in modules(room) for problem in breaks(room, path)] == []


@pytest.mark.parametrize("room", [*ROOMS, *BESIDE])
def test_inside_a_room_imports_point_back_along_the_line(room: str) -> None:
    wrong = []
    for path in modules(room):
        own = layer(path.relative_to(ROOT / room).parts[0].removesuffix(".py"))
        if own not in INSIDE:
            continue
        for name in imported(path):
            target, _, rest = name.partition(".")
            other = layer(rest.split(".")[0])
            if target == room and other in INSIDE and INSIDE.index(other) > INSIDE.index(own):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


@pytest.mark.parametrize("room", [*ROOMS, *BESIDE])
def test_every_module_of_a_room_has_its_layer_or_is_named_as_a_plain_one(room: str) -> None:
    """The rule above is about layers, so that a module in none would go by it unseen."""
    found = {layer(path.relative_to(ROOT / room).parts[0].removesuffix(".py")) for path in modules(room)}
    assert found - {*INSIDE} - NAMED == {*PLAIN[room].split()}


@pytest.mark.parametrize("room", EVERY)
def test_nothing_is_imported_inside_a_function(room: str) -> None:
    """An import inside a function hides a circle."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules(room)
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert found == []


# Django writes a column's own type into the migration that makes it.
COLUMNS = {"screening.bits"}


def test_no_migration_imports_a_rooms_code_which_changes_after_it_was_written() -> None:
    """The models, whose defaults Django names there, and what was frozen beside the migration, at most."""
    found = []
    for room in EVERY:
        for path in sorted((ROOT / room).glob("migrations/*.py")):
            for name in imported(path):
                target, inside = name.split(".")[0], ".".join(name.split(".")[1:2])
                is_own = target == room and (inside in {"models", "migrations"} or name in COLUMNS)
                if target in EVERY and not is_own:
                    found.append(f"{path.relative_to(ROOT)} imports {name}")
    assert found == []


def test_what_proves_the_log_stands_on_nothing_else_of_the_site() -> None:
    allowed = {"audit.proofs", "audit.standalone", "audit.content"}
    assert [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("audit")
        if path.parts[len(ROOT.parts) + 1] == "proofs"
        for name in imported(path)
        if name.split(".")[0] in EVERY and ".".join(name.split(".")[:2]) not in allowed
    ] == []


def test_only_what_the_keepers_process_runs_reaches_the_logs_keeper() -> None:
    """Its key, and what it remembers, are no business of the web."""
    allowed = {"keeper", "management", "actions.py", "tasks.py"}
    assert [
        f"{path.relative_to(ROOT)} imports {name}"
        for room in EVERY
        for path in modules(room)
        if not (room == "audit" and path.relative_to(ROOT / room).parts[0] in allowed)
        for name in imported(path)
        if name.split(".")[:2] == ["audit", "keeper"]
    ] == []


def test_no_file_is_a_drawer_for_odds_and_ends() -> None:
    names = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert [path for room in EVERY for path in modules(room) if path.name in names] == []


def test_the_rule_sees_an_import_that_points_up() -> None:
    upward = ROOT / "tests" / "structure" / "sample_upward.txt"
    assert list(breaks("consent", upward))
