"""Building a frozen release: shards are claimed and kept, then its tables and papers, then it is built.

The bytes come from releases.sharding and releases.papers. A claim says whose bytes are taken: a worker that was thought
dead and comes late is refused.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from releases.actions.closing import destroy_all
from releases.actions.dropping import back_to_workers, take_out
from releases.actions.events import BUILT, LEFT_OUT, TAKEN_UP, locked, record
from releases.eligibility import changed, stopped
from releases.models import Release, ReleaseFile, Shard
from releases.queries.building import is_parked, is_written
from releases.transitions import ReleaseState, TransitionNotAllowed, check
from screening.queries import is_closed
from vault import actions as vault
from vault.crash import here

MOST_TRIES = 3


@transaction.atomic
def claim_shard(*, shard_id: UUID, release_id: UUID) -> Shard | None:
    """Take up a shard that nobody has written, with a key of its own; None when there is nothing to do.

    Every try is counted before it begins: one that killed its worker three times is parked, and shown, with its
    release.
    """
    shard = Shard.objects.select_for_update(of=("self",)).select_related("key").get(pk=shard_id)
    if shard.built_at or shard.destroyed_at or shard.parked_at:
        return None
    if shard.key is not None:
        destroy_all(shard.key)
    shard.attempts += 1
    if shard.attempts > MOST_TRIES:
        shard.parked_at, shard.key, shard.claim = timezone.now(), None, None
        Release.objects.filter(pk=release_id).update(parked_at=shard.parked_at)
    else:
        shard.key, shard.claim, shard.claimed_at = vault.new_key(), uuid4(), timezone.now()
    shard.save()
    return None if shard.parked_at else shard


@transaction.atomic
def keep_shard(*, shard: Shard, data: Iterable[bytes]) -> bool:
    """Seal what a claimed shard is made of; False, and nothing is kept, when it was destroyed or taken over meanwhile.

    Raises what `data` raises while it is read.
    """
    if shard.key is None:
        raise ValueError(f"shard {shard.pk} is not claimed")
    sealed = vault.seal(key=shard.key, data=data)
    here("release:shard_sealed")
    row = Shard.objects.select_for_update(of=("self",)).get(pk=shard.pk)
    if row.destroyed_at or row.built_at or row.claim != shard.claim:
        vault.delete(sealed)
        return False
    row.sealed, row.size, row.sha256 = sealed, sealed.size, sealed.sha256
    row.built_at, row.attempts = timezone.now(), 0
    row.save()
    return True


@transaction.atomic
def begin_documents(*, release_id: UUID) -> Release | None:
    """Count one try at the tables and papers of a release whose shards are all written; None for any other.

    None, too, while the gate is closed to every photo: what was made then would not be accepted.

    What an earlier try left goes first: its keys stand on the row, so nothing is orphaned.
    """
    release = locked(release_id)
    waits = release.state != ReleaseState.FROZEN or release.parked_at or is_closed()
    if waits or not is_written(release):
        return None
    release.files.all().delete()
    for key in filter(None, [release.tables_key, release.papers_key]):
        destroy_all(key)
    release.attempts += 1
    if release.attempts > MOST_TRIES:
        release.parked_at = timezone.now()
    else:
        release.tables_key, release.papers_key = vault.new_key(), vault.new_key()
        release.claim, release.claimed_at = uuid4(), timezone.now()
    release.save(update_fields=["attempts", "parked_at", "tables_key", "papers_key", "claim", "claimed_at"])
    return None if release.parked_at else release


def seal_file(*, release: Release, path: str, data: Iterable[bytes] | bytes, is_paper: bool) -> ReleaseFile:
    """Seal one table or paper; its row, which is answered, is saved when all are there."""
    key = release.papers_key if is_paper else release.tables_key
    if key is None:
        raise ValueError(f"release {release.pk} is not claimed")
    sealed = vault.seal(key=key, data=data)
    return ReleaseFile(
        release=release, path=path, is_paper=is_paper, size=sealed.size, sha256=sealed.sha256, sealed=sealed
    )


@transaction.atomic
def finish_build(*, release: Release, files: Sequence[ReleaseFile], manifest_sha256: str) -> bool:
    """Accept what was built; False, and its tables and papers go, if a photo was withdrawn or read anew meanwhile.

    `files` are its tables and papers.
    """
    row = locked(release.pk)
    is_mine = row.state == ReleaseState.FROZEN and row.claim == release.claim
    if not is_mine or not is_written(row) or changed(row):
        for key in filter(None, [release.tables_key, release.papers_key]):
            destroy_all(key)
        # A gate that was closed meanwhile to every photo is no failure of this build.
        if is_mine and is_closed():
            row.attempts -= 1
            row.save(update_fields=["attempts"])
        return False
    check(row.state, ReleaseState.BUILT)
    ReleaseFile.objects.bulk_create(files)
    row.state, row.built_at, row.manifest_sha256 = ReleaseState.BUILT, timezone.now(), manifest_sha256
    row.claim, row.attempts, row.photos = None, 0, row.items.standing().count()
    row.save(update_fields=["state", "built_at", "manifest_sha256", "claim", "attempts", "photos"])
    record(BUILT, row, by="system", items=row.photos, manifest_sha256=manifest_sha256)
    return True


@transaction.atomic
def build_again(*, release_id: UUID, by: str) -> None:
    """Take up a release that the workers parked, or one that is built and of which a photo or a file is gone since.

    Raises TransitionNotAllowed for any other.
    """
    release = locked(release_id)
    if release.state == ReleaseState.BUILT and (changed(release) == "withdrawn" or not is_written(release)):
        back_to_workers(release)
    elif not is_parked(release):
        raise TransitionNotAllowed(f"release {release.pk} is not parked")
    Shard.objects.parked().filter(items__release=release).update(parked_at=None, attempts=0)
    release.parked_at, release.attempts = None, 0
    release.save(update_fields=["parked_at", "attempts"])
    record(TAKEN_UP, release, by=by)


@transaction.atomic
def leave_out_held(*, release_id: UUID, by: str) -> int:
    """Take photos that are held, by screening or by an open question, out of a release in the making; how many.

    They may be in the next one. What is built already is built again without them. Raises TransitionNotAllowed for a
    release that is not in the making or holds none, and while the gate is closed: then nobody can tell which are held.
    """
    release = locked(release_id)
    is_made = release.state in {ReleaseState.FROZEN, ReleaseState.BUILT} and not is_closed()
    held = stopped(release).waiting if is_made else frozenset()
    if not held:
        raise TransitionNotAllowed(f"release {release.pk} holds no photo that is held")
    record(LEFT_OUT, release, by=by, photos=len(held))
    take_out(release, held)
    return len(held)
