"""Writes docs/traceability.md: which test settles which requirement, and which requirements no test settles.

`python -m tests.traceability`; the tests are collected, not run.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "docs" / "requirements.md"
TARGET = ROOT / "docs" / "traceability.md"
_LINE = re.compile(r"^- ([A-Z]\d+): (.+)$", re.MULTILINE)


class Collector:
    """Keeps the requirement markers of the tests that pytest finds."""

    def __init__(self) -> None:
        self.tests: dict[str, set[str]] = defaultdict(set)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note each test by its name without parameters."""
        for item in session.items:
            for marker in item.iter_markers("requirement"):
                for requirement in marker.args:
                    self.tests[requirement].add(item.nodeid.split("[")[0])


def document(sentences: dict[str, str], tests: dict[str, set[str]]) -> str:
    """The page's text."""
    none = [name for name in sentences if name not in tests]
    lines = ["# Requirements and tests", "", "Written by `make traceability`; do not edit.", ""]
    lines += [f"{len(sentences) - len(none)} of {len(sentences)} requirements have a test. Without one: "]
    lines[-1] += (", ".join(none) or "none") + "."
    for name, sentence in sentences.items():
        lines += ["", f"## {name}", "", sentence, ""]
        lines += [f"- `{test}`" for test in sorted(tests.get(name, ()))] or ["No test yet."]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Collect and write; 1 when a test names a requirement that is not in the list."""
    sentences = dict(_LINE.findall(REQUIREMENTS.read_text(encoding="utf-8")))
    collector = Collector()
    code = pytest.main(["--collect-only", "-p", "no:terminal"], plugins=[collector])
    if code:
        return int(code)
    unknown = sorted(set(collector.tests) - set(sentences))
    if unknown:
        sys.stderr.write(f"Tests name requirements that docs/requirements.md does not have: {', '.join(unknown)}\n")
        return 1
    TARGET.write_text(document(sentences, collector.tests), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
