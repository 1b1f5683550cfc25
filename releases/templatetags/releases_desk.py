"""What every page of the curators' desk of releases shows: the way between its pages."""

from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

register = template.Library()
PAGES = [
    (_("Releases"), "releases:index"),
    (_("Recipients"), "releases:recipients"),
    (_("Uses"), "releases:uses"),
    (_("Why in or out?"), "releases:why"),
]


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One page of the desk; `current` is aria-current's word, empty on the others."""

    label: str
    url: str
    current: str


@register.simple_tag(takes_context=True)
def releases_pages(context: RequestContext) -> list[DeskPage]:
    """The desk's pages in their order, this one marked: "page" here, "true" on a page below it."""
    request: HttpRequest = context["request"]
    pages = [(str(label), reverse(name)) for label, name in PAGES]
    # The address of the releases begins that of another page, so the longest that fits is where we are.
    here = max((url for _label, url in pages if request.path.startswith(url)), key=len, default="")
    return [DeskPage(label, url, _current(url, here, request.path)) for label, url in pages]


def _current(url: str, here: str, path: str) -> str:
    if url != here:
        return ""
    return "page" if url == path else "true"
