"""Fixing which photos are in a release, at one entry of the log."""

from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from releases.actions.events import FROZEN, ReleaseNotPossible, locked, record
from releases.eligibility import Rules, verdicts
from releases.models import Release
from releases.transitions import ReleaseState, check

# One statement has one snapshot: the photos, the size of the log and the number of notices are of one moment, however
# long it takes. A transaction with one snapshot could not be sealed while others write to the log.
_FREEZE: Final = """
WITH gate (photo, verdict, reading, taken_decade, sha256) AS MATERIALIZED ({gate}),
eligible AS (SELECT *, verdict[2:] AS grounds FROM gate WHERE verdict[1] = ''),
asked (audience, release) AS (SELECT %s, %s::uuid),
known AS (SELECT id, photo_id FROM releases_publicid JOIN asked USING (audience)),
drawn AS (
    INSERT INTO releases_publicid (id, audience, photo_id)
    SELECT gen_random_uuid(), audience, photo FROM eligible, asked
    WHERE NOT EXISTS (SELECT FROM known WHERE photo_id = photo)
    RETURNING id, photo_id
),
frozen AS (
    INSERT INTO releases_item (release_id, public_id_id, reading_id, grounds, taken_decade, split, sha256)
    SELECT release, public.id, reading, grounds, taken_decade, '', sha256
    FROM asked, eligible JOIN (SELECT * FROM known UNION ALL SELECT * FROM drawn) public ON public.photo_id = photo
    RETURNING id
)
SELECT (SELECT count(*) FROM frozen), (SELECT size FROM audit.head),
       (SELECT coalesce(max(number), 0) FROM releases_withdrawalnotice JOIN asked USING (audience))
"""


class _Frozen(NamedTuple):
    items: int
    log_index: int
    notices: int


@transaction.atomic
def freeze(*, release_id: UUID, staff_id: UUID) -> Release:
    """Fix which photos are in, at the log entry reached now, by somebody else than who drafted it.

    Every photo that is in has the public id that its audience knows it by, drawn now where there was none. Raises
    ReleaseNotPossible ("same_person", "empty") and TransitionNotAllowed.
    """
    release = locked(release_id)
    check(release.state, ReleaseState.FROZEN)
    if release.drafted_by_id == staff_id:
        raise ReleaseNotPossible("same_person")
    frozen = _write_items(release)
    if not frozen.items:
        raise ReleaseNotPossible("empty")
    release.state = ReleaseState.FROZEN
    release.frozen_at, release.frozen_by_id = timezone.now(), staff_id
    release.log_index, release.notices, release.photos = frozen.log_index, frozen.notices, frozen.items
    release.save(update_fields=["state", "frozen_at", "frozen_by", "log_index", "notices", "photos"])
    record(FROZEN, release, by=f"staff:{staff_id}", items=frozen.items, log_index=frozen.log_index)
    return release


def _write_items(release: Release) -> _Frozen:
    rows = verdicts(Rules.of(release))
    columns = ("pk", "verdict", "reading_id", "taken_decade", "settled__crop__sha256")
    gate, values = rows.values_list(*columns).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE.format(gate=gate), [*values, release.audience, release.pk])
        return _Frozen(*cursor.fetchone())
