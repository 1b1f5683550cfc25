"""The registry of uses: what a release was used for, told to everybody whose photos are in it."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from releases.models import Recipient, Release, Use
from releases.transitions import GIVEN_OUT

TOLD = EventKind(
    "use:told",
    "{actor} entered what release {number} (audience: {audience}) was used for.",
    fields=("number", "audience", "release"),
)
ENDED = EventKind("use:ended", "{actor} took an entry out of the registry of uses.")


class UseNotPossible(Exception):
    """The use cannot be entered; `code` says why."""

    def __init__(self, code: str) -> None:
        """Remember why, as a code: not_given_out, other_audience, not_approved."""
        super().__init__(code)
        self.code = code


@transaction.atomic
def tell_use(
    *, release_id: UUID, recipient_id: UUID, project: str, model: str = "", report: str = "", staff_id: UUID
) -> Use:
    """Enter a use, for everybody whose photos are in the release to read.

    Raises UseNotPossible: the release was never published, the recipient never approved, or not for its audience.
    """
    release = Release.objects.select_for_update().get(pk=release_id)
    recipient = Recipient.objects.select_for_update().get(pk=recipient_id)
    if release.state not in GIVEN_OUT:
        raise UseNotPossible("not_given_out")
    if recipient.approved_at is None:
        raise UseNotPossible("not_approved")
    if recipient.audience != release.audience:
        raise UseNotPossible("other_audience")
    use = Use.objects.create(
        release=release, recipient=recipient, project=project, model=model, report=report, told_by_id=staff_id
    )
    record(
        TOLD,
        subject=str(use.pk),
        by=f"staff:{staff_id}",
        number=release.number,
        audience=release.audience,
        release=str(release.pk),
    )
    return use


@transaction.atomic
def end_use(*, use_id: UUID, staff_id: UUID) -> Use:
    """Take a use out of the registry, such as one that was entered by mistake. A second time does nothing."""
    use = Use.objects.select_for_update().get(pk=use_id)
    if use.ended_at is None:
        use.ended_at, use.ended_by_id = timezone.now(), staff_id
        use.save(update_fields=["ended_at", "ended_by"])
        record(ENDED, subject=str(use.pk), by=f"staff:{staff_id}")
    return use
