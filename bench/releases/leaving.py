"""Withdrawals as the benchmark needs them: consents taken back by rows, and the release's own step after each."""

from collections.abc import Sequence
from random import Random
from typing import Final
from uuid import UUID

import psycopg

from releases import withdrawal
from releases.models import Release

_ROWS: Final = (
    """
    INSERT INTO consent_consentrecord (record_id, subject, notice_id, state, scopes, decision, by, method, at)
    SELECT gen_random_uuid(), subject.id, NULL, 'withdrawn', '{}', gen_random_uuid(), 'participant', 'page', now()
      FROM contributions_consentsubject subject JOIN contributions_photo photo ON photo.id = subject.photo_id
      JOIN contributions_contribution giving ON giving.id = photo.contribution_id
     WHERE photo.id = ANY (%(photos)s) AND subject.participant = giving.participant
    """,
    """
    INSERT INTO contributions_withdrawal (id, photo_id, decision, cause, stopped_at, erase_from)
    SELECT gen_random_uuid(), photo, gen_random_uuid(), 'own_no', now(), now() + interval '3 days'
      FROM unnest(%(photos)s::uuid[]) photo
    """,
)


def some(release: Release, number: int) -> list[UUID]:
    """So many photos of a release, drawn at random, the same of the same ids."""
    photos = release.items.order_by("public_id__photo").values_list("public_id__photo", flat=True)
    return Random(8).sample(list(photos), number)  # noqa: S311


def withdraw(superuser: str, photos: Sequence[UUID]) -> None:
    """Take these photos out of use, and out of every release."""
    with psycopg.connect(superuser) as server:
        server.execute("SET session_replication_role = replica")
        for statement in _ROWS:
            server.execute(statement, {"photos": list(photos)})
    for photo in photos:
        withdrawal.drop(photo)
