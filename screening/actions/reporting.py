"""What staff of another room report as unsafe: nobody sees it from then on, until a safety officer has ruled."""

from uuid import UUID

from django.db import transaction

from audit.actions import record
from audit.models import EventKind
from contributions.models import Photo
from screening.actions.verdicts import append
from screening.codes import CodeKind
from screening.queries import newest_verdict
from screening.transitions import VerdictState, check

REPORTED = EventKind(
    "photo:reported", "{actor} reported photo {photo} as unsafe: a safety officer decides.", fields=("photo",)
)


@transaction.atomic
def report_unsafe(*, photo_id: UUID, staff_id: UUID) -> None:
    """Hold a photo for a safety officer, because somebody who saw it calls it unsafe. No machine lowers that again.

    One that is held already is so for one reason more; what is locked or excluded stays as it is.
    """
    photo = Photo.objects.select_for_update(of=("self",)).get(pk=photo_id)
    last = newest_verdict(photo_id)
    record(REPORTED, subject=str(photo_id), by=f"staff:{staff_id}", photo=str(photo_id))
    if last is None or last.state not in {VerdictState.CLEAR, VerdictState.HELD}:
        return
    reasons = last.reasons if last.state == VerdictState.HELD else []
    if CodeKind.REPORTED in reasons:
        return
    check(last.state, VerdictState.HELD)
    append(
        photo,
        VerdictState.HELD,
        [*reasons, CodeKind.REPORTED.value],
        by="system",
        lists=last.lists,
        policy=last.policy,
        made_with=last.made_with,
    )
