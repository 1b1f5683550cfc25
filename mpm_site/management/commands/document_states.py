"""Write docs/states.md from the transition tables, or check that it still says what they say."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string
from django.utils.translation import override

TABLES = [
    ("The campaign", "contributions.transitions.CAMPAIGN_TRANSITIONS"),
    ("A sending", "contributions.transitions.SENDING_TRANSITIONS"),
    ("The bytes of a photo", "contributions.transitions.PHOTO_TRANSITIONS"),
    ("An invitation", "contributions.transitions.INVITATION_TRANSITIONS"),
    ("A claim", "contributions.transitions.CLAIM_TRANSITIONS"),
    ("Consent to one photo", "consent.transitions.TRANSITIONS"),
    ("Verdict", "screening.transitions.TRANSITIONS"),
    ("Legal hold", "screening.transitions.HOLD_TRANSITIONS"),
    ("Reading", "annotation.transitions.TRANSITIONS"),
    ("Release", "releases.transitions.TRANSITIONS"),
    ("Update", "releases.transitions.UPDATE_TRANSITIONS"),
]
Table = Mapping[Any, Iterable[Any]]


class Command(BaseCommand):
    """With --check nothing is written, and a difference is an error."""

    help = "Write docs/states.md from the transition tables."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to compare instead of write."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *_args: object, **options: Any) -> None:
        """Write or compare."""
        path = Path(settings.BASE_DIR) / "docs" / "states.md"
        text = document()
        if not options["check"]:
            path.write_text(text, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text:
            raise CommandError("docs/states.md is out of date: run `make fix`.")


def document() -> str:
    """The page: a diagram and a table of moves for each axis."""
    intro = (
        "# States\n\nGenerated from the rooms' `transitions.py`; `make check` fails when this page differs from them.\n"
        "Whether a photo may be *used* is no state: it is computed from these axes.\n"
    )
    with override("en"):
        return intro + "".join(_section(title, import_string(name)) for title, name in TABLES)


def _section(title: str, table: Table) -> str:
    lines = ["", f"## {title}", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {_node(before)} --> {after.value}" for before, after in _moves(table)]
    lines += ["```", "", "| from | to |", "|---|---|"]
    for before, afters in table.items():
        shown = ", ".join(f"{state.value} ({state.label})" for state in sorted(afters, key=_rank(table))) or "(end)"
        lines.append(f"| {before.value if before else '(none)'} | {shown} |")
    return "\n".join(lines) + "\n"


def _moves(table: Table) -> Iterable[tuple[Any, Any]]:
    for before, afters in table.items():
        for after in sorted(afters, key=_rank(table)):
            yield before, after


def _rank(table: Table) -> Any:
    order = list(table)
    return order.index


def _node(state: Any) -> str:
    return "[*]" if state is None else str(state.value)
