"""Finds what is to be translated: in Python by its syntax tree, in templates by Django's own lexer.

Neither needs the system's gettext. A call whose text is not written out in the call names nothing here: such a text is
found where it is written out.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.utils.translation.template import templatize

# What each function's arguments are, in order.
CALLS = {
    "gettext": ("text",),
    "ngettext": ("text", "plural"),
    "pgettext": ("context", "text"),
    "npgettext": ("context", "text", "plural"),
}
FUNCTIONS = CALLS | {f"{name}{ending}": CALLS[name] for name in CALLS for ending in ("_lazy", "_noop")}
# The log keeps a kind's name; its sentence is translated where it is read.
LOG = ("name", "text")
LITERAL = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
# templatize() leaves calls such as gettext(u'...') standing among blotted-out text.
TEMPLATE_CALL = re.compile(rf"(?<![\w.])(_|n?p?gettext)\(({LITERAL}(?:, {LITERAL})*)(?:, ?count)?\)")
TEMPLATE_FILES = {".html", ".txt"}


@dataclass(frozen=True, slots=True)
class Message:
    """A text as a catalogue names it; `context` is None where there is none, `plural` empty where there is one form.

    Sentences of the log stand in every room, but only staff read them.
    """

    text: str
    plural: str = ""
    context: str | None = None
    is_of_log: bool = False


class NotWrittenOut(Exception):
    """A text to translate is put together at run time, so that no catalogue can hold it."""


def in_python(source: str) -> Iterator[Message]:
    """The messages of a Python module. Raises NotWrittenOut for an f-string."""
    tree = ast.parse(source)
    calls = {"EventKind": LOG} | {name: FUNCTIONS[function] for name, function in _imported(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (parts := calls.get(_called(node.func))):
            if any(isinstance(argument, ast.JoinedStr) for argument in node.args):
                raise NotWrittenOut(f"line {node.lineno}: an f-string cannot be translated")
            texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            yield from _message(parts, [text for text in texts if isinstance(text, str)])


def in_template(source: str) -> Iterator[Message]:
    """The messages of a Django template."""
    for function, arguments in TEMPLATE_CALL.findall(templatize(source)):
        yield from _message(CALLS["gettext" if function == "_" else function], list(ast.literal_eval(f"[{arguments}]")))


def in_site(root: Path) -> dict[Message, set[str]]:
    """Every message of the rooms and templates below `root`, with the files that say it, relative to `root`.

    Raises NotWrittenOut with the file's name.
    """
    found: dict[Message, set[str]] = {}
    for path in _sources(root):
        name = path.relative_to(root).as_posix()
        read = in_python if path.suffix == ".py" else in_template
        try:
            for message in read(path.read_text(encoding="utf-8")):
                found.setdefault(message, set()).add(name)
        except NotWrittenOut as problem:
            raise NotWrittenOut(f"{name}, {problem}") from None
    return found


def _sources(root: Path) -> Iterator[Path]:
    rooms = [Path(room.path) for room in apps.get_app_configs() if Path(room.path).parent == root]
    for room in rooms:
        yield from (path for path in room.rglob("*.py") if "migrations" not in path.parts)
    yield from (path for path in (root / "templates").rglob("*") if path.suffix in TEMPLATE_FILES)


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """How this module calls Django's functions: by a name of its own, or through django.utils.translation."""
    yield from ((f"translation.{function}", function) for function in FUNCTIONS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            yield from ((name.asname or name.name, name.name) for name in node.names if name.name in FUNCTIONS)


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{function.value.id}.{function.attr}"
    return ""


def _message(parts: tuple[str, ...], texts: list[str]) -> Iterator[Message]:
    if len(texts) >= len(parts):
        named = dict(zip(parts, texts, strict=False))
        yield Message(named["text"], named.get("plural", ""), named.get("context"), parts is LOG)
