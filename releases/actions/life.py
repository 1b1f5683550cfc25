"""A release from a draft to its end. Each change and its event share one transaction."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from consent.models import Scope
from contributions.models import Grounds
from releases.actions.announcing import announce
from releases.actions.closing import close
from releases.actions.events import (
    ABORTED,
    DRAFTED,
    PUBLISHED,
    SUPERSEDED,
    ReleaseNotPossible,
    locked,
    locked_all,
    record,
)
from releases.actions.known import last_number
from releases.eligibility import SCOPE, changed
from releases.models import Audience, Readings, Release
from releases.queries import open_release, publishable_from
from releases.queries.building import is_written
from releases.transitions import ReleaseState, check


@transaction.atomic
def draft(
    *,
    audience: Audience,
    bases: frozenset[str],
    with_nobody: bool,
    staff_id: UUID,
    scopes: frozenset[str] = frozenset(),
    readings: Readings = Readings.SETTLED,
) -> Release:
    """Begin the next release of an audience. Raises ReleaseNotPossible("another_open") while another one is being made.

    The contributor is an accepted basis, and the scope that the audience needs is asked for, whatever is given.
    """
    if open_release(audience) is not None:
        raise ReleaseNotPossible("another_open")
    last = Release.objects.filter(audience=audience).order_by("-number").first()
    try:
        with transaction.atomic():
            release = Release.objects.create(
                audience=audience,
                # A number that went out before a backup was restored is never given again.
                number=max(last.number if last else 0, last_number(audience)) + 1,
                bases=sorted(bases & set(Grounds.values) | {Grounds.SELF}),
                scopes=sorted(scopes & set(Scope.values) | {SCOPE[audience]}),
                readings=readings,
                with_nobody=with_nobody,
                drafted_by_id=staff_id,
            )
    except IntegrityError:
        # Another curator drafted one in the same moment; the database keeps it to one.
        raise ReleaseNotPossible("another_open") from None
    record(DRAFTED, release, by=f"staff:{staff_id}")
    return release


@transaction.atomic
def publish(*, release_id: UUID, staff_id: UUID) -> Release:
    """Let a second person publish a built release; the one before is superseded, and what only it held destroyed.

    Raises ReleaseNotPossible ("same_person"; "closed", "withdrawn", "held" and "read_again" as eligibility.changed says
    them; "unwritten" when a file of it is destroyed; "small_batch" when what it lacks would point at few photos) and
    TransitionNotAllowed.
    """
    # The one that it supersedes, too: whoever drops a photo from both takes them in the same order.
    release = locked_all(Q(pk=release_id) | Q(state=ReleaseState.PUBLISHED))[release_id]
    check(release.state, ReleaseState.PUBLISHED)
    if release.frozen_by_id == staff_id:
        raise ReleaseNotPossible("same_person")
    if code := changed(release):
        raise ReleaseNotPossible(code)
    if not is_written(release):
        raise ReleaseNotPossible("unwritten")
    if publishable_from(release) is not None:
        raise ReleaseNotPossible("small_batch")
    release.state = ReleaseState.PUBLISHED
    release.published_at, release.published_by_id = timezone.now(), staff_id
    release.save(update_fields=["state", "published_at", "published_by"])
    _supersede(release, staff_id)
    record(PUBLISHED, release, by=f"staff:{staff_id}")
    # What this one lacks can be seen by comparing: those who hold the older one are told in the same moment.
    announce(audience=release.audience)
    return release


def _supersede(release: Release, staff_id: UUID) -> None:
    published = Release.objects.select_for_update(of=("self",)).filter(state=ReleaseState.PUBLISHED)
    for older in published.filter(audience=release.audience).exclude(pk=release.pk):
        check(older.state, ReleaseState.SUPERSEDED)
        older.state, older.ended_at = ReleaseState.SUPERSEDED, timezone.now()
        older.save(update_fields=["state", "ended_at"])
        close(older)
        record(SUPERSEDED, older, by=f"staff:{staff_id}")


@transaction.atomic
def abort(*, release_id: UUID, by: str, reason: str) -> None:
    """Give up a release that is not published; what was built of it is destroyed. Raises TransitionNotAllowed."""
    release = locked(release_id)
    check(release.state, ReleaseState.ABORTED)
    release.state, release.ended_at, release.end_reason = ReleaseState.ABORTED, timezone.now(), reason
    release.save(update_fields=["state", "ended_at", "end_reason"])
    close(release, with_papers=True)
    record(ABORTED, release, by=by, reason=reason)
