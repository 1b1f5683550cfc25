"""axe-core in a page under test. Evaluated by the browser's debugger, so the page's own policy stays as it is."""

from functools import cache
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Every element that keeps every rule would be described, too, and carried over: most of the time of a run.
RUN = """async rules => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.map(broken => `${broken.id}: ${broken.nodes[0].html.slice(0, 200)}`);
}"""


@cache
def _source() -> str:
    return Path(settings.BASE_DIR, "var", "tools", "axe.min.js").read_text()


def violations(page: Page) -> list[str]:
    """Each rule that the page breaks, with the first element that breaks it; empty when there is none."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found: list[str] = page.evaluate(RUN, RULES)
    return found
