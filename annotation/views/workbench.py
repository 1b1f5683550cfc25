"""The workbench's page and its queue. A GET shows what is held and hands out nothing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from annotation import actions, permissions, queries
from annotation.queries import Empty, OwnReadings
from annotation.transitions import FOR_ANNOTATORS, Stage
from annotation.views.requests import ids, json_of
from annotation.views.shell import shell


@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    """The page on which photos are read, with those that this person holds."""
    me = permissions.check_can_annotate(request.user)
    return _page(request, me, "read", FOR_ANNOTATORS)


@require_GET
def settle(request: HttpRequest) -> HttpResponse:
    """The same page for adjudicators: what two readers disagree on, or one could not decide."""
    me = permissions.check_can_settle(request.user)
    return _page(request, me, "settle", (Stage.SETTLING,))


@require_POST
def task_next(request: HttpRequest) -> JsonResponse:
    """Hand out the next photos, or say why there is none."""
    me = permissions.check_can_annotate(request.user)
    return _next(request, me, settling=False)


@require_POST
def settle_next(request: HttpRequest) -> JsonResponse:
    """Hand out the next photos to settle, or say why there is none."""
    me = permissions.check_can_settle(request.user)
    return _next(request, me, settling=True)


def _page(request: HttpRequest, me: UUID, mode: str, stages: tuple[Stage, ...]) -> HttpResponse:
    context = {
        "mode": mode,
        "held": queries.held_payloads(me, stages),
        "own": _own_in_json(queries.own_readings(me)),
        **shell(me),
    }
    return render(request, "annotation/workbench.html", context)


def _next(request: HttpRequest, me: UUID, *, settling: bool) -> JsonResponse:
    data = json_of(request)
    have = set(ids(data.get("have", [])))
    ahead = data.get("ahead", 0)
    found = actions.hand_out(staff_id=me, ahead=ahead if isinstance(ahead, int) else 0, settling=settling, known=have)
    new = [one.task_id for one in found.held if one.task_id not in have]
    empty = queries.resting(found.own)
    if not found.held:
        empty = queries.why_empty(me, found.own, settling=settling, is_closed=found.is_closed)
    return JsonResponse(
        {
            "tasks": queries.payloads(me, new) if new else [],
            "until": _iso(min((one.until for one in found.held), default=None)),
            "empty": _empty_in_json(empty),
            "own": _own_in_json(found.own),
        }
    )


def _own_in_json(own: OwnReadings) -> dict[str, Any]:
    """What this person has read today, for their own eyes."""
    return {
        "today": own.today,
        "cap": own.cap,
        "median": own.median,
        "break_due": _iso(own.break_at),
        "break_until": _iso(own.break_until),
    }


def _empty_in_json(empty: Empty | None) -> dict[str, Any] | None:
    return None if empty is None else {"why": empty.why, "text": empty.text, "until": _iso(empty.until)}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
