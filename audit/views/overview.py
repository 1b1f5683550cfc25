"""The desk's first page: whether the log is whole, the rooms' numbers and charts, and the newest entries."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.desk import rooms
from audit.desk.sentences import line, linked, numbered
from audit.desk.standing import standing_now
from audit.permissions import check_can_read_log
from audit.queries import Chart, Panel, Selection

NEWEST = 10


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What an auditor looks at first, in this order: is the log whole, how much is there, how fast is a withdrawal."""
    check_can_read_log(request.user)
    shown = rooms.shown()
    context = {
        "standing": standing_now(),
        "panels": [_panel(panel) for panel in shown.panels],
        "charts": [_chart(chart, number) for number, chart in enumerate(shown.charts, start=1)],
        "cases": [linked(sentence) for chart in shown.charts for sentence in chart["sentences"]],
        "unread": shown.unread,
        "lines": [line(event) for event in Selection().page(size=NEWEST).events],
    }
    return render(request, "audit/desk.html", context)


def _panel(panel: Panel) -> dict[str, Any]:
    """Numbers in groups of digits; the bars' lengths in hundredths of the longest."""
    bars = panel.get("bars", [])
    longest = max([number for _label, number in bars], default=0) or 1
    return {
        "title": panel["title"],
        "rows": [(label, _shown(value)) for label, value in panel["rows"]],
        "bars": [
            {"label": label, "value": numbered(number), "share": round(100 * number / longest, 1)}
            for label, number in bars
        ],
    }


def _chart(chart: Chart, number: int) -> dict[str, Any]:
    drawn = {"title": chart["title"], "unit": chart["unit"], **chart["points"]}
    return {**chart, "id": f"chart-{number}", "drawn": drawn}


def _shown(value: object) -> object:
    return numbered(value) if isinstance(value, int) and not isinstance(value, bool) else value
