"""Any number of photos that were given, judged, read and cut, made by the server itself."""

import psycopg

from bench import use_rows
from screening.queries import current_policy

_ROWS = (
    """
    INSERT INTO annotation_task (id, photo_id, state, stage, priority, "order", version, waiting_since, created_at)
    SELECT md5('20 ' || n)::uuid, md5('2 ' || n)::uuid, 'read', 'done', 0, random(), 0, now(), now()
      FROM generate_series(0, %(photos)s - 1) n
    """,
    # The second one is marked as asked by us where somebody was: see use_rows.
    """
    INSERT INTO contributions_person
           (id, photo_id, number, x, y, age_text, age_years, age_low, age_high, age_rule, adult_confirmed, basis)
    SELECT md5('21 ' || n || ' ' || number)::uuid, md5('2 ' || n)::uuid, number, 0.2 * number, 0.4, '8', 8, 8, 9,
           'years', false,
           CASE WHEN number = 1 THEN 'self' WHEN n %% 10 = 0 THEN 'invited' WHEN n %% 7 = 0 THEN 'under_18'
                ELSE 'affirmed' END
      FROM generate_series(0, %(photos)s - 1) n, generate_series(1, 2) number
    """,
    """
    INSERT INTO contributions_invitation (id, person_id, photo_id, participant, state, language, created_at, asked_at)
    SELECT gen_random_uuid(), md5('21 ' || n || ' 2')::uuid, md5('2 ' || n)::uuid, md5('3 ' || (n / 5 + 1))::uuid,
           'answered', 'en', now(), now()
      FROM generate_series(0, %(photos)s - 1, 10) n
    """,
    """
    INSERT INTO annotation_reading
           (reading_id, task_id, by_id, key, stage, answer, exclusion, note, people_count, corners, terms, seconds, at)
    SELECT gen_random_uuid(), md5('20 ' || n)::uuid, md5('staff ' || time)::uuid, gen_random_uuid(),
           (ARRAY['first', 'second'])[time], CASE WHEN n %% 50 = 1 THEN 'excluded' ELSE 'people' END,
           CASE WHEN n %% 50 = 1 THEN 'quality' ELSE '' END, '', CASE WHEN n %% 40 = 2 THEN 3 ELSE 2 END,
           ARRAY[0, 0, 1, 0, 1, 1, 0, 1], '{}', 20, now()
      FROM generate_series(0, %(photos)s - 1) n, generate_series(1, 2) time WHERE time = 1 OR n %% 10 = 4
    """,
    """
    INSERT INTO annotation_readingperson
           (reading_id, person_id, number, x, y, moved, suggested, age_years, age_low, age_high)
    SELECT reading.id, person.id, person.number, person.x, person.y, false, false, 8, 8, 9
      FROM annotation_reading reading JOIN annotation_task task ON task.id = reading.task_id
      JOIN contributions_person person ON person.photo_id = task.photo_id WHERE reading.answer = 'people'
    """,
    """
    INSERT INTO annotation_comparison (first_id, second_id, differences, figures, at)
    SELECT first.id, second.id, '{}', '{}', now() FROM annotation_reading first
      JOIN annotation_reading second ON second.task_id = first.task_id AND second.stage = 'second'
     WHERE first.stage = 'first'
    """,
    """
    INSERT INTO releases_crop (reading_id, photo_id, sealed_id, sha256, width, height, covered, told, refused,
                               begun_at, cut_at, attempts)
    SELECT DISTINCT ON (task.id) reading.id, task.photo_id, photo.full_id, md5(reading.id::text), 1024, 768, '[]', '{}',
           false, now(), CASE WHEN reading.id %% 100 > 0 THEN now() END, 0
      FROM annotation_reading reading JOIN annotation_task task ON task.id = reading.task_id
      JOIN contributions_photo photo ON photo.id = task.photo_id WHERE reading.answer = 'people'
     ORDER BY task.id, reading.id DESC
    """,
)


def fill(superuser: str, photos: int) -> None:
    """Write so many photos and everything around them; the tables must be empty."""
    use_rows.fill(superuser, photos, current_policy())
    with psycopg.connect(superuser) as server:
        server.execute("SET session_replication_role = replica")
        for statement in _ROWS:
            server.execute(statement, {"photos": photos})
    with psycopg.connect(superuser, autocommit=True) as server:
        server.execute("VACUUM ANALYZE")
