"""What takes a second officer: proposals about photos that a known list has to do with."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from screening import actions, permissions
from screening.models import RulingProposal
from screening.queries import desk
from screening.queries.held_facts import facts_of
from screening.transitions import TransitionNotAllowed
from screening.views.second_factor import step

PAGE = "screening:proposal_show"
REFUSALS = {
    actions.SameOfficer: _(
        "Another officer decides on a proposal, and only who made it takes it back. Nothing changed."
    ),
    TransitionNotAllowed: _("The proposal is settled, or the photo has moved on. Nothing changed."),
    actions.ProposalNotPossible: _("The photo is gone. Nothing changed."),
}


@require_GET
def proposal_list(request: HttpRequest) -> HttpResponse:
    """What waits for a second officer, oldest first."""
    me = permissions.check_can_rule(request.user)
    return render(request, "screening/proposals.html", {"proposals": desk.proposals(), "me": me})


@require_GET
def proposal_show(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal: what, why, by whom, and the facts of the photo."""
    me = permissions.check_can_rule(request.user)
    proposal = get_object_or_404(RulingProposal, pk=proposal_id)
    (fact,) = facts_of([desk.with_reasons(proposal.photo_id)])
    own = proposal.proposed_by_id == me
    return render(request, "screening/proposal.html", {"proposal": proposal, "fact": fact, "own": own})


@require_POST
def proposal_agree(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Agree: it becomes the verdict."""
    return _step(request, proposal_id, actions.agree)


@require_POST
def proposal_refuse(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Do not agree: everything stays as it was."""
    return _step(request, proposal_id, actions.refuse)


@require_POST
def proposal_take_back(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Take one's own proposal back."""
    return _step(request, proposal_id, actions.take_back)


def _step(request: HttpRequest, proposal_id: UUID, take: Callable[..., Any]) -> HttpResponse:
    me = permissions.check_can_rule(request.user)
    return step(
        request,
        take,
        of=RulingProposal,
        page=PAGE,
        given={"proposal_id": proposal_id, "staff_id": me},
        refusals=REFUSALS,
    )
