"""What an auditor takes home: entries as a file, streamed, and the proof of one entry."""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit import queries
from audit.copies.reading import CopiesDamaged
from audit.desk.sentences import numbered
from audit.forms import ExportForm
from audit.permissions import asked_again, check_can_read_log

logger = logging.getLogger(__name__)


@require_safe
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The selected entries as a file, streamed: JSON lines (the whole log can be verified from it) or CSV to read.

    It asks for a fresh second factor: what leaves with a file does not come back.
    """
    check_can_read_log(request.user)
    if again := asked_again(request, _offered(request)):
        return again
    form = ExportForm(request.GET)
    if not form.is_valid():
        why = form.errors.get("story") or [_("This selection cannot be exported. Correct it at the desk first.")]
        return HttpResponse(" ".join(map(str, why)), status=400, content_type="text/plain; charset=utf-8")
    as_csv = form.cleaned_data["format"] == "csv"
    lines = queries.exported(form.selection, using=queries.AUDITOR, as_csv=as_csv)
    # Only the whole log can be verified from a file, so a part of it does not bear its name.
    name = "log" if form.selection.everything else "log-selection"
    return _file(lines, "text/csv", f"{name}.csv") if as_csv else _file(lines, "application/jsonl", f"{name}.jsonl")


@require_safe
def proof(request: HttpRequest, index: int) -> HttpResponse:
    """The proof that one entry is in the log (C2SP tlog-proof); until a checkpoint covers it, a page that says when."""
    check_can_read_log(request.user)
    if index >= queries.end(using=queries.AUDITOR).size:
        return _unproved(request, index, "absent", HTTPStatus.NOT_FOUND)
    try:
        text = queries.proof(index)
    except CopiesDamaged:
        logger.exception("The proof of entry %s could not be made.", index)
        return _unproved(request, index, "damaged", HTTPStatus.SERVICE_UNAVAILABLE)
    if text is None:
        return _unproved(request, index, "waiting", HTTPStatus.NOT_FOUND)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="entry-{index}.tlog-proof"'
    return response


def _unproved(request: HttpRequest, index: int, why: str, status: int) -> HttpResponse:
    return render(request, "audit/proof.html", {"number": numbered(index), "why": why}, status=status)


def _file(lines: Iterable[str], content_type: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _offered(request: HttpRequest) -> str:
    """Where the same file is offered: a file itself would leave the question for the second factor standing."""
    selection = request.GET.copy()
    selection.pop("format", None)
    try:
        return reverse("audit:story", args=[UUID(selection.get("story", ""))])
    except ValueError:
        return f"{reverse('audit:entries')}?{selection.urlencode()}"
