"""What the site's code never uses: what would run, open or parse what a stranger wrote."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.structure.test_imports import EVERY, ROOT, modules

# Runs a text, or makes objects of any kind from bytes.
RUNS_A_TEXT = {"eval", "exec", "compile", "__import__"}
MODULES = {
    "pickle", "marshal", "shelve", "dill", "yaml", "xml", "lxml", "defusedxml", "ldap", "ldap3", "jinja2", "mako",
    "pymemcache", "pylibmc", "memcache", "graphene", "strawberry", "channels", "websockets", "aiortc", "jwt", "jose",
    "authlib", "oauthlib", "random",
}  # fmt: skip
# Who may draw by chance: an order of photos and a pause between two mails are no secrets.
MAY_DRAW = {"annotation/actions/opening.py", "audit/keeper/mailing.py"}
# Whose statements hold names of their own in the text; values are always apart.
NAMES_OWN_ROLES = {"audit/copies/refilling.py", "consent/queries/afresh.py"}
# What the site does not offer, by the package that would bring it.
ABSENT = {
    "graphene", "graphene-django", "strawberry-graphql", "channels", "daphne", "websockets", "aiortc", "pyjwt",
    "python-jose", "authlib", "oauthlib", "django-oauth-toolkit", "pysaml2", "python3-saml", "ldap3", "python-ldap",
    "django-auth-ldap", "lxml", "jinja2", "pymemcache", "pylibmc", "djangorestframework",
}  # fmt: skip
IN_SCRIPT = re.compile(
    r"\binnerHTML|\bouterHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\bpostMessage|localStorage"
    r"|indexedDB|\bRTCPeerConnection|\bWebSocket\b|__proto__|document\.cookie|jsonp",
    re.IGNORECASE,
)


@cache
def sources() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for room in EVERY for path in modules(room)]


def name_of(node: ast.expr) -> str:
    """The dotted name that is called; its end alone where it begins with something else."""
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def found_in(path: Path, tree: ast.Module) -> Iterator[str]:
    where = path.relative_to(ROOT)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = name_of(node.func)
            starts_a_shell = any(key.arg == "shell" for key in node.keywords) or called.startswith("os.system")
            if called in RUNS_A_TEXT or starts_a_shell or called == "os.popen":
                yield f"{where}:{node.lineno} calls {called}"
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        yield from (f"{where} imports {name}" for name in names if name.partition(".")[0] in MODULES)


def test_no_code_runs_a_text_starts_a_shell_or_makes_objects_of_any_kind() -> None:
    found = [said for path, tree in sources() for said in found_in(path, tree)]
    assert [said for said in found if not (said.endswith("random") and said.split()[0] in MAY_DRAW)] == []


def test_no_statement_of_the_database_is_put_together_from_a_value() -> None:
    """A name may be put in by psycopg's sql module; an f-string or a + in a call of execute may not."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and name_of(node.func).rpartition(".")[2] in {"execute", "executemany", "raw", "RawSQL", "extra"}
        and node.args
        and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
        and str(path.relative_to(ROOT)) not in NAMES_OWN_ROLES
    ]
    assert wrong == []


@pytest.mark.parametrize("text", ["eval('1')", "import pickle", "run(command, shell=True)", "from lxml import etree"])
def test_the_rule_sees_it(text: str) -> None:
    assert list(found_in(ROOT / "accounts" / "roles.py", ast.parse(text)))


def test_scripts_write_no_markup_read_no_cookie_and_keep_nothing_beyond_the_tab() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path in sorted((ROOT / "static" / "js").rglob("*.js"))
        for hit in IN_SCRIPT.finditer(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_what_is_said_not_to_be_there_is_in_no_lock() -> None:
    production = [path for path in ROOT.glob("requirements*.txt") if path.stem != "requirements-dev"]
    locked = {line.split("==")[0] for path in production for line in path.read_text().splitlines() if "==" in line}
    assert locked & ABSENT == set()
