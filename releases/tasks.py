"""Building releases in the background. The frozen row is the job; a message only wakes a worker."""

import contextlib
from uuid import UUID

from celery import current_app, shared_task
from django.db import connection
from kombu.exceptions import OperationalError

from releases import actions, build, queries
from vault import actions as vault
from vault.crash import here

# Any number that no other room uses; the release's own id is the second half of the lock.
LOCK_SPACE = 4711


def wake(release_id: UUID) -> None:
    """Send a worker after a frozen release; a message that is lost is made up by the sweep."""
    with contextlib.suppress(OperationalError):
        current_app.send_task("releases.tasks.build_release", args=[str(release_id)], queue="releases", retry=False)


@shared_task(name="releases.tasks.build_release")
def build_release(release_id: str) -> None:
    """Build one frozen release, unless another worker is at it."""
    build_now(UUID(release_id))


@shared_task(name="releases.tasks.sweep")
def sweep() -> None:
    """Build what is frozen and waits, whether or not its message arrived."""
    for release in queries.waiting_builds():
        build_now(release.pk)


def build_now(release_id: UUID) -> bool:
    """Build under a lock that dies with the worker; True when this call finished the release."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK_SPACE, str(release_id)])
        if not cursor.fetchone()[0]:
            return False
        try:
            return _build(release_id)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK_SPACE, str(release_id)])


def _build(release_id: UUID) -> bool:
    release = actions.begin_build(release_id=release_id)
    if release is None or release.archive_key is None:
        return False
    if not queries.standing_items(release).exists():
        actions.abort(release_id=release_id, by="system", reason="withdrawn")
        return False
    here("release:begun")
    built = build.Built()
    archive = vault.seal(key=release.archive_key, data=build.archive(release, built))
    here("release:sealed")
    return actions.finish_build(
        release_id=release_id,
        archive=archive,
        built=built.items,
        manifest=built.manifest,
        manifest_sha256=built.manifest_sha256,
    )
