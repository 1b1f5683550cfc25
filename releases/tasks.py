"""Cutting and building in the background. The rows are the jobs; a message only wakes a worker."""

import contextlib
import logging
import os
from uuid import UUID

from celery import current_app, shared_task
from django.db import DatabaseError, connections
from django.utils import timezone
from kombu.exceptions import OperationalError

from releases import actions, build, queries
from releases.cutting import NotToBeCut, cut
from releases.models import Crop, Release
from releases.queries.building import is_planned
from vault import actions as vault
from vault.crash import here

logger = logging.getLogger(__name__)

# So many crops are made before the queue's other work has its turn again.
CROPS_AT_ONCE = 200


def wake(release_id: UUID) -> None:
    """Send a worker after a frozen release; a message that is lost is made up by the sweep."""
    _send("releases.tasks.build_release", release_id)


@shared_task(name="releases.tasks.build_release")
def build_release(release_id: str) -> None:
    """Build one frozen release, with as many workers as there are processors."""
    release = actions.plan(release_id=UUID(release_id))
    if release is None:
        return
    for _ in range((os.cpu_count() or 1) - 1):
        _send("releases.tasks.write_shards", release.pk)
    _write(release)


@shared_task(name="releases.tasks.write_shards")
def write_shards(release_id: str) -> None:
    """Help with the shards of a release that is planned, and finish it when they are all there."""
    release = queries.waiting_builds().filter(pk=release_id).first()
    # Planning asks the gate about every photo: one worker did, and who finishes the release asks once more.
    if release is not None and is_planned(release):
        _write(release)


@shared_task(name="releases.tasks.sweep")
def sweep() -> None:
    """Build what is frozen and cut what was read, whether or not a message arrived."""
    for release in queries.waiting_builds():
        build_now(release.pk)
    cut_now(most=CROPS_AT_ONCE)


@shared_task(name="releases.tasks.announce")
def announce() -> None:
    """Drop what is not agreed for a release's audience any more, and tell holders what to delete, where it is time."""
    actions.drop_uncovered()
    actions.announce_due()


@shared_task(name="releases.tasks.write_to_recipients")
def write_to_recipients() -> None:
    """Mail the links and reminders that wait."""
    actions.send_links()
    actions.send_reminders()


@shared_task(name="releases.tasks.remind_holders")
def remind_holders() -> None:
    """Write reminders for those whose copy is behind; looks through all that was ever fetched and reported."""
    actions.write_reminders()


@shared_task(name="releases.tasks.mail_updates")
def mail_updates() -> None:
    """Write the mails of approved updates; needs both databases, and does nothing where no address is known."""
    if "identity" in connections:
        actions.mail_updates()


def build_now(release_id: UUID) -> bool:
    """Plan, write what nobody else is at, and finish; True when this call finished the release."""
    release = actions.plan(release_id=release_id)
    return release is not None and _write(release)


def _write(release: Release) -> bool:
    here("release:planned")
    build.write_shards(release)
    return build.write_documents(release.pk)


def cut_now(*, most: int | None = None) -> int:
    """Make the crops that wait, or the first `most`; how many."""
    actions.begin_crops()
    start, made = timezone.now(), 0
    while (most is None or made < most) and (crop := actions.take_crop(before=start)) is not None:
        if crop.parked_at is None:
            made += _cut(crop)
    return made


def _cut(crop: Crop) -> bool:
    here("crop:taken")
    try:
        return actions.keep_crop(crop=crop, cut=cut(crop.photo, crop.reading))
    except NotToBeCut:
        actions.refuse_crop(crop=crop)
    except (LookupError, OSError, ValueError, vault.Tampered, DatabaseError) as error:
        # Its try is counted; a message could carry what it was working on, so only the kind of failure is kept.
        logger.warning("crop of reading %s failed: %s", crop.pk, type(error).__name__)
        actions.fail_crop(crop=crop, error=type(error).__name__)
    return False


def _send(task: str, release_id: UUID) -> None:
    with contextlib.suppress(OperationalError):
        current_app.send_task(task, args=[str(release_id)], queue="releases", retry=False)
