"""What the pages of the auditor's desk show, also those of rooms above: the way between the pages, and sentences."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audit.desk.sentences import Part

register = template.Library()
ENTRIES = "audit:entries"


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One page of the desk; `current` is aria-current's word, empty on the others."""

    label: str
    url: str
    current: str


@register.simple_tag(takes_context=True)
def desk_pages(context: RequestContext) -> list[DeskPage]:
    """The desk's pages in their order, this one marked: "page" here, "true" on a page below it."""
    return [DeskPage(str(label), reverse(name), _current(name, context["request"])) for label, name in _pages()]


def _pages() -> list[tuple[str | Promise, str]]:
    return [
        (_("Overview"), "audit:desk"),
        (_("Entries"), ENTRIES),
        *settings.AUDIT_PAGES,
        (_("Integrity"), "audit:integrity"),
    ]


def _current(name: str, request: HttpRequest) -> str:
    url = reverse(name)
    if request.path == url:
        return "page"
    # The overview's address begins every other one; a story belongs to the entries it is made of.
    below = name != "audit:desk" and request.path.startswith(url)
    story = request.resolver_match is not None and request.resolver_match.view_name == "audit:story"
    return "true" if below or (name == ENTRIES and story) else ""


@register.simple_tag
def told(parts: Iterable[Part], mentioned: str = "") -> SafeString:
    """A sentence whose ids lead to their stories; `mentioned`, whose story this is, is not linked.

    A template for each of them took a third of a page's time.
    """
    return format_html_join("", "{}", ((_part(part, mentioned),) for part in parts))


def _part(part: Part, mentioned: str) -> str:
    if not part.id:
        return part.text
    if part.id == mentioned:
        return format_html('<strong class="code">{}</strong>', part.text)
    return format_html('<a class="code" href="{}">{}</a>', reverse("audit:story", args=[part.id]), part.text)
