"""The auditor's desk. It reads through the auditor's own database role and has no request that changes anything."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit import export as files
from audit import queries
from audit.forms import SelectionForm
from audit.models import Event
from audit.paging import newest_page, oldest_page, wanted
from audit.permissions import check_can_read_log
from audit.sentences import Line, line, shortened
from audit.standing import standing


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Whether the log is whole, the rooms' numbers, and the selected entries as sentences, newest first."""
    check_can_read_log(request.user)
    form = SelectionForm(request.GET or None)
    selected = form.selection if form.is_valid() else queries.Selection()
    events = selected.events().none() if form.errors else selected.events()
    page = newest_page(events, before=wanted(request.GET.get("before")))
    context = {
        "form": form,
        "filtered": not selected.everything,
        "standing": standing(queries.latest_verification(), size=queries.end(using=queries.AUDITOR).size, now=now()),
        "panels": queries.panels(),
        "lines": _told(page.events),
        "older": page.address(request, "before"),
        "exports": _exports(request),
    }
    return render(request, "audit/desk.html", context, status=400 if form.errors else 200)


@require_safe
def story(request: HttpRequest, mentioned: UUID) -> HttpResponse:
    """Every entry that mentions one photo, participant or other id, oldest first."""
    check_can_read_log(request.user)
    page = oldest_page(queries.story(str(mentioned)), after=wanted(request.GET.get("after")))
    context = {
        "mentioned": str(mentioned),
        "short": shortened(str(mentioned)),
        "lines": _told(page.events),
        "newer": page.address(request, "after"),
    }
    return render(request, "audit/story.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The selected entries as a file, streamed: JSON lines (the whole log can be verified from it) or CSV to read."""
    check_can_read_log(request.user)
    form = SelectionForm(request.GET)
    if not form.is_valid():
        return HttpResponse(_("This selection cannot be exported. Correct it at the desk first."), status=400)
    end = queries.end(using=queries.AUDITOR)
    rows = queries.pages(form.selection.events(), until=end.size)
    if request.GET.get("format") == "csv":
        return _file(files.csv_lines(rows), "text/csv", "log.csv")
    lines = files.json_lines(rows, end if form.selection.everything else None)
    return _file(lines, "application/jsonl", "log.jsonl")


def _told(events: Iterable[Event]) -> list[Line]:
    return [line(event) for event in events]


def _file(lines: Iterable[str], content_type: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _exports(request: HttpRequest) -> list[tuple[str, str]]:
    chosen = request.GET.copy()
    chosen.pop("before", None)
    found = []
    for label, name in ((_("JSON lines"), "jsonl"), (_("CSV"), "csv")):
        chosen["format"] = name
        found.append((label, chosen.urlencode()))
    return found
