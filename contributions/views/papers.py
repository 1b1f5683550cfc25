"""What the person takes along: receipts, proofs, and a copy of everything we hold about them."""

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contributions.queries.copy import copy_of
from contributions.queries.papers import Paper, paper_of
from contributions.queries.proofs import own_answer, proof_of, proof_of_receipt
from contributions.queries.readable import readable
from contributions.views.doors import with_participant


@require_safe
@with_participant
def copy_download(request: HttpRequest, participant: UUID) -> HttpResponse:  # noqa: ARG001 - the session says all
    """Everything that is recorded about this person, as a file for machines."""
    response = JsonResponse(copy_of(participant), json_dumps_params={"indent": 2, "ensure_ascii": False})
    return _as_file(response, "my-photos.json")


@require_safe
@with_participant
def copy_read(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Everything that is recorded about this person, to read and to print."""
    return render(request, "contributions/copy_read.html", {"parts": readable(copy_of(participant))})


@require_safe
@with_participant
def copy_file(request: HttpRequest, participant: UUID) -> HttpResponse:
    """The readable copy as a file that needs nothing else."""
    context = {"parts": readable(copy_of(participant))}
    response = HttpResponse(render_to_string("contributions/copy_file.html", context, request))
    return _as_file(response, "my-photos.html")


@require_safe
@with_participant
def proof_download(request: HttpRequest, participant: UUID, record_id: UUID) -> HttpResponse:
    """The proof that an answer of this person's stands in the log, as a file; until there is one, when to expect it."""
    answer = own_answer(participant, record_id)
    if answer is None:
        raise Http404
    return _proof(request, proof_of(record_id), answer.file_name)


@require_safe
@with_participant
def receipt_show(request: HttpRequest, participant: UUID, receipt_id: UUID) -> HttpResponse:
    """One receipt of this person's own, on one side of paper. Its withdrawal code is not here: we do not keep it."""
    context = {"paper": _own(participant, receipt_id), "site_url": settings.SITE_URL}
    return render(request, "contributions/receipt_show.html", context)


@require_safe
@with_participant
def receipt_record(request: HttpRequest, participant: UUID, receipt_id: UUID) -> HttpResponse:  # noqa: ARG001
    """The consent record of a receipt, exactly as it was mailed (ISO/IEC TS 27560 as DPV JSON-LD)."""
    paper = _own(participant, receipt_id)
    return _as_file(HttpResponse(paper.receipt.document, content_type="application/ld+json"), "receipt.jsonld")


@require_safe
@with_participant
def receipt_proof(request: HttpRequest, participant: UUID, receipt_id: UUID) -> HttpResponse:
    """The proof that the log holds the receipt; until there is one, when to expect it."""
    return _proof(request, proof_of_receipt(_own(participant, receipt_id).receipt.pk), "receipt.tlog-proof")


def _own(participant: UUID, receipt: UUID) -> Paper:
    paper = paper_of(participant, receipt)
    if paper is None:
        raise Http404(_("There is no such receipt of yours."))
    return paper


def _proof(request: HttpRequest, text: str | None, name: str) -> HttpResponse:
    if text is None:
        return render(request, "contributions/proof_waiting.html", status=HTTPStatus.ACCEPTED)
    return _as_file(HttpResponse(text, content_type="text/plain; charset=utf-8"), name)


def _as_file(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
