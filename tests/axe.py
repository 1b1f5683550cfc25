"""axe-core in a page under test. Evaluated by the browser's debugger, so the page's own policy stays as it is."""

from functools import cache
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _source() -> str:
    return Path(settings.BASE_DIR, "var", "tools", "axe.min.js").read_text()


def violations(page: Page) -> list[str]:
    """Each rule that the page breaks, with the first element that breaks it; empty when there is none."""
    page.evaluate(_source())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{broken['id']}: {broken['nodes'][0]['html'][:200]}" for broken in found["violations"]]
