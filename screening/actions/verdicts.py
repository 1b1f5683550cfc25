"""One more verdict, with its entry of the log: what every judgement and every ruling ends in."""

from collections.abc import Mapping, Sequence
from typing import Any

from audit.actions import record
from audit.models import EventKind
from contributions.models import Photo
from screening.models import Verdict
from screening.queries.gate import newest_verdict
from screening.queries.policy import current
from screening.transitions import VerdictState

JUDGED = EventKind(
    "photo:judged",
    "Screening found photo {photo} {verdict} under policy {policy}.",
    fields=("photo", "verdict", "policy", "reasons"),
)
RULED = EventKind(
    "photo:ruled",
    "The safety officer {actor} ruled photo {photo} {verdict}, for the reason {reasons}.",
    fields=("photo", "verdict", "policy", "reasons"),
)


class RulingNotAllowed(Exception):
    """The photo is not held, or the ruling or its reason is not one that an officer can give."""


def append(
    photo: Photo,
    state: VerdictState,
    reasons: Sequence[str],
    *,
    by: str,
    lists: Mapping[str, int],
    policy: str = "",
    made_with: Mapping[str, Any] | None = None,
) -> Verdict:
    """Append a verdict on a photo's present content; the caller checked that the move is allowed.

    `policy` is the one that the photo was screened under, by default that of its newest verdict: a ruling screens
    nothing. `made_with` are the versions that it was made with. Raises RulingNotAllowed for a photo without content.
    """
    content = photo.full_id
    if content is None:
        raise RulingNotAllowed
    last = None if policy else newest_verdict(photo.pk)
    verdict = Verdict.objects.create(
        photo=photo,
        content=content,
        policy=policy or (last.policy if last else current()),
        state=state,
        reasons=list(reasons),
        lists=dict(lists),
        made_with=dict(made_with or {}),
        by=by,
    )
    # The log names neither lists nor matches: an auditor learns that a photo was locked, not by whom it was known.
    shown = sorted({reason.split(":")[0] for reason in reasons})
    record(
        JUDGED if by == "system" else RULED,
        subject=str(photo.id),
        by=by,
        photo=str(photo.id),
        verdict=str(state),
        policy=verdict.policy,
        reasons=shown,
    )
    return verdict
