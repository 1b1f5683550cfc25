"""Entries as sentences: a filtered list, newest first, and the whole story of one id, oldest first."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.desk.sentences import Line, line, shortened
from audit.desk.stories import story_of
from audit.forms import SelectionForm
from audit.models import Event
from audit.permissions import check_can_read_log
from audit.queries import Selection
from audit.queries.paging import Page, wanted

KEYS = ("before", "after")


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """The selected entries, newest first, a page at a time; a filter that makes no sense is named (400)."""
    check_can_read_log(request.user)
    form = SelectionForm(request.GET or None)
    context: dict[str, Any] = {"form": form, "filtered": False}
    if form.errors:
        return render(request, "audit/entries.html", context, status=400)
    selected = form.selection if form.is_bound else Selection()
    page, newer = _page(selected, request)
    context |= {
        "filtered": not selected.everything,
        "lines": _told(page.events),
        "newer": _address(request, "after", newer),
        "older": _address(request, "before", page.goes_on),
        "exports": _exports(request, filtered=not selected.everything),
    }
    return render(request, "audit/entries.html", context)


@require_safe
def story(request: HttpRequest, mentioned: UUID) -> HttpResponse:
    """Every entry about one photo, participant or other id and about what belongs to it, oldest first."""
    check_can_read_log(request.user)
    known = story_of(str(mentioned))
    after = wanted(request.GET.get("after"))
    page = Selection(mentioned=known.ids).page(after=after, oldest_first=True)
    context = {
        "story": known,
        "short": shortened(known.mentioned),
        "belonging": len(known.ids) - 1,
        "lines": _told(page.events),
        "first": request.path if after is not None else "",
        "later": _address(request, "after", page.goes_on),
    }
    return render(request, "audit/story.html", context)


def _page(selected: Selection, request: HttpRequest) -> tuple[Page, int | None]:
    """The page asked for, newest first, and the index above which newer entries stand (None on the newest page)."""
    after, before = (wanted(request.GET.get(key)) for key in reversed(KEYS))
    if after is not None:
        rising = selected.page(after=after)
        if rising.goes_on is not None:
            lowest = rising.events[0].index
            return Page(rising.events[::-1], lowest), rising.goes_on
        # Fewer than a page are newer: the newest page shows them all.
        before = None
    page = selected.page(before=before)
    return page, page.events[0].index if before is not None and page.events else None


def _told(events: Iterable[Event]) -> list[Line]:
    return [line(event) for event in events]


def _address(request: HttpRequest, key: str, place: int | None) -> str:
    """This page's address at another place, keeping the filter; empty where there is no such place."""
    if place is None:
        return ""
    query = request.GET.copy()
    for old in KEYS:
        query.pop(old, None)
    query[key] = str(place)
    return f"{request.path}?{query.urlencode()}"


def _exports(request: HttpRequest, *, filtered: bool) -> list[tuple[str, str]]:
    chosen = request.GET.copy()
    for key in KEYS:
        chosen.pop(key, None)
    found = []
    lines = _("JSON lines (verify single entries by their proofs)") if filtered else _("JSON lines, to verify")
    for label, name in ((_("CSV, to read"), "csv"), (lines, "jsonl")):
        chosen["format"] = name
        found.append((label, chosen.urlencode()))
    return found
