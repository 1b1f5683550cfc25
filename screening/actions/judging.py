"""Screening's own verdict on a photo, from all that was found."""

from uuid import UUID

from django.db import transaction

from contributions import actions as contributions
from contributions.models import Photo, Step
from screening.actions.verdicts import append
from screening.actions.weighing import Weighed, newest_ruling, next_state, weigh
from screening.models import Verdict
from screening.queries import is_servable, newest_verdict
from screening.queries.gate import BY_STAFF
from screening.transitions import VerdictState, check


@transaction.atomic
def judge(*, photo_id: UUID) -> None:
    """Turn all findings into a verdict: on a known list is locked, other findings or a missing one is held, else clear.

    Fails closed, excludes nothing, and lowers nothing that an officer said; what an officer cleared stays clear while
    nothing else is found. The received bytes go when the verdict is clear. A second delivery adds nothing.
    """
    photo = Photo.objects.select_for_update(of=("self",)).get(pk=photo_id)
    if photo.state != "ready" or photo.full_id is None:
        return
    last, ruling = newest_verdict(photo_id), newest_ruling(photo)
    found = weigh(photo, last, ruling)
    state = next_state(last, ruling, found.state)
    if state is not None and _is_new(last, state, found):
        check(last.state if last else None, state)
        append(
            photo,
            state,
            found.codes,
            by="system",
            lists=found.lists,
            policy=found.policy,
            made_with={**found.made_with, "matches": found.matches},
        )
    if (state or (last and last.state)) == VerdictState.CLEAR:
        contributions.destroy_received(photo=photo)
        if last is not None and last.state != VerdictState.CLEAR and is_servable(photo_id):
            contributions.open_steps(photo=photo, phase=Step.Phase.CONSENTED)


def _is_new(last: Verdict | None, state: VerdictState, found: Weighed) -> bool:
    if last is None or (last.state, last.policy) != (state, found.policy):
        return True
    # A ruling has its own reason.
    return not last.by.startswith(BY_STAFF) and (last.reasons, last.made_with.get("matches", [])) != (
        found.codes,
        found.matches,
    )
