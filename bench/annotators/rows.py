"""Any number of photos that wait to be read, each with two people marked, made by the server itself."""

import psycopg
from django.db import connection

from bench import use_rows
from screening.queries import current_policy, servable

_EMPTY = """
    TRUNCATE contributions_contribution, contributions_photo, consent_consentnotice, consent_consentrecord,
             vault_datakey, vault_sealedobject, annotation_task, annotation_reading CASCADE
"""
_PEOPLE = """
    INSERT INTO contributions_person
           (id, photo_id, number, x, y, age_text, age_years, age_low, age_high, age_rule, adult_confirmed, basis)
    SELECT gen_random_uuid(), photo_id, number, 0.2 + 0.4 * (number - 1), 0.4, '8', 8, 8, 9, 'years', false, 'self'
      FROM annotation_task, generate_series(1, 2) number
"""
_FACES = """
    INSERT INTO annotation_suggestion (photo_id, kind, "left", top, "right", bottom, score, model)
    SELECT photo_id, 'face', 0.1 + 0.4 * number, 0.2, 0.3 + 0.4 * number, 0.4, 0.9, 'made up'
      FROM annotation_task, generate_series(0, 1) number
"""
# Those that wait came in the last days, so that none of them is put before others for waiting long.
_TASKS = """
    INSERT INTO annotation_task
           (id, photo_id, state, stage, priority, "order", version, waiting_since, created_at)
    SELECT gen_random_uuid(), photo.id, 'open', 'first', 0, random(), 0, now(), now() FROM ({photos}) photo
"""
# One photo in twenty was withdrawn, one in a hundred is under earlier terms, and some more wait for somebody's answer.
_SURPLUS = 1.25


def fill(superuser: str, size: int) -> None:
    """Leave nothing of what was there, and let exactly so many photos wait for their first reading."""
    with psycopg.connect(superuser) as server:
        server.execute("SET session_replication_role = replica")
        server.execute(_EMPTY)
    use_rows.fill(superuser, int(size * _SURPLUS / use_rows.PHOTOS_EACH) * use_rows.PHOTOS_EACH, current_policy())
    photos, values = servable().order_by().values("id")[:size].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_TASKS.format(photos=photos), values)
        if cursor.rowcount != size:
            raise SystemExit(f"{cursor.rowcount} photos instead of {size}")
        cursor.execute(_PEOPLE)
    with psycopg.connect(superuser, autocommit=True) as server:
        server.execute(_FACES)
        server.execute("VACUUM ANALYZE")
