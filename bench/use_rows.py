"""Made-up sendings, photos and consents of any number, made by the server itself."""

import psycopg

PHOTOS_EACH = 5
# Ids are numbers written as ids: 1 for sendings, 2 photos, 3 givers, 4 givers' subjects, 5 keys, 6 objects and so on.
_ID = """
CREATE FUNCTION pg_temp.made(kind int, number int) RETURNS uuid LANGUAGE sql IMMUTABLE
AS $$ SELECT md5(kind || ' ' || number)::uuid $$
"""
_ROWS = (
    """
    INSERT INTO consent_consentnotice
           (id, version, language, title, text, sha256, scopes, approval, read_by, terms, valid_months, published_at)
    SELECT pg_temp.made(9, terms * 10 + n), '29' || terms || '-1', (ARRAY['en', 'nl', 'sv'])[n], 'T', 'T', md5('T'),
           ARRAY['research', 'sharing', 'illustration'], 'a', 'b', terms, NULL, now()
      FROM generate_series(1, 2) terms, generate_series(1, 3) n
    """,
    """
    INSERT INTO contributions_contribution
           (id, state, language, created_at, adult_stated_at, participant, sent_at)
    SELECT pg_temp.made(1, n), 'answered', 'en', now(), now(), pg_temp.made(3, n), now()
      FROM generate_series(0, %(photos)s / 5) n
    """,
    """
    INSERT INTO vault_datakey (id, epoch, wrapped, created_at)
    SELECT pg_temp.made(5, n), 1, decode(repeat('00', 48), 'hex'), now() FROM generate_series(0, %(photos)s - 1) n
    """,
    """
    INSERT INTO vault_sealedobject (id, key_id, size, sha256, created_at)
    SELECT pg_temp.made(6, n), pg_temp.made(5, n), 1, md5(n::text), now() FROM generate_series(0, %(photos)s - 1) n
    """,
    """
    INSERT INTO contributions_photo
           (id, contribution_id, number, client_key, state, refusal, received_bytes, received_sha256, received_md5,
            width, height, content_sha256, nobody, received_at, ready_at, key_id, received_id, full_id, rendition_id,
            thumbnail_id)
    SELECT pg_temp.made(2, n), pg_temp.made(1, n / 5), n %% 5 + 1, pg_temp.made(7, n), 'ready', '', 1, '', '', 1, 1,
           '', false, now(), now(), pg_temp.made(5, n), pg_temp.made(6, n), pg_temp.made(6, n), pg_temp.made(6, n),
           pg_temp.made(6, n)
      FROM generate_series(0, %(photos)s - 1) n
    """,
    """
    INSERT INTO contributions_consentsubject (id, participant, photo_id)
    SELECT pg_temp.made(4, n), pg_temp.made(3, n / 5), pg_temp.made(2, n) FROM generate_series(0, %(photos)s - 1) n
    """,
    """
    INSERT INTO contributions_consentsubject (id, participant, photo_id)
    SELECT pg_temp.made(8, n), pg_temp.made(3, n / 5 + 1), pg_temp.made(2, n)
      FROM generate_series(0, %(photos)s - 1, 10) n
    """,
    # Asked and agreed to under the terms of today, one in a hundred under earlier ones; then one in twenty took it
    # back, and of those who were shown one in ten said no.
    """
    INSERT INTO consent_consentrecord (record_id, subject, notice_id, state, scopes, decision, by, method, at)
    SELECT gen_random_uuid(), pg_temp.made(kind, n), NULL, 'requested', '{}', pg_temp.made(10, n / 5), 'system',
           'asked', now()
      FROM generate_series(0, %(photos)s - 1) n, (VALUES (4), (8)) kinds (kind) WHERE kind = 4 OR n %% 10 = 0
    """,
    """
    INSERT INTO consent_consentrecord (record_id, subject, notice_id, state, scopes, decision, by, method, at)
    SELECT gen_random_uuid(), pg_temp.made(kind, n),
           pg_temp.made(9, CASE WHEN n %% 100 = 7 THEN 11 ELSE 21 + n %% 3 END),
           CASE WHEN refused THEN 'refused' ELSE 'given' END,
           CASE WHEN refused THEN '{}'::varchar[] ELSE ARRAY['research', 'sharing'] END,
           pg_temp.made(11, n / 5), 'participant', 'link', now()
      FROM generate_series(0, %(photos)s - 1) n, (VALUES (4), (8)) kinds (kind),
           LATERAL (SELECT kind = 8 AND n %% 100 = 0 AS refused) answer WHERE kind = 4 OR n %% 10 = 0
    """,
    """
    INSERT INTO consent_consentrecord (record_id, subject, notice_id, state, scopes, decision, by, method, at)
    SELECT gen_random_uuid(), pg_temp.made(4, n), NULL, 'withdrawn', '{}', pg_temp.made(12, n / 5), 'participant',
           'page', now()
      FROM generate_series(3, %(photos)s - 1, 20) n
    """,
    """
    INSERT INTO contributions_withdrawal (id, photo_id, decision, cause, stopped_at, erase_from)
    SELECT gen_random_uuid(), pg_temp.made(2, n), pg_temp.made(12, n / 5), 'own_no', now(), now() + interval '3 days'
      FROM generate_series(3, %(photos)s - 1, 20) n
    """,
    """
    INSERT INTO screening_verdict (photo_id, content, policy, state, reasons, lists, made_with, by, at)
    SELECT pg_temp.made(2, n), pg_temp.made(6, n), %(policy)s, 'clear', '{}', '{}', '{}', 'system', now()
      FROM generate_series(0, %(photos)s - 1) n
    """,
    """
    INSERT INTO screening_finding (photo_id, step, codes, facts, lists, made_with, at)
    SELECT pg_temp.made(2, n), step, '{}', '{}', '{}', '{}', now()
      FROM generate_series(0, %(photos)s - 1) n, unnest(ARRAY['match_known', 'classify', 'find_duplicates']) step
    """,
)


def fill(superuser: str, photos: int, policy: str) -> None:
    """Write so many photos with everything around them, judged clear under this policy; the tables must be empty."""
    with psycopg.connect(superuser) as connection:
        connection.execute(_ID)
        connection.execute("SET session_replication_role = replica")
        for statement in _ROWS:
            connection.execute(statement, {"photos": photos, "policy": policy})
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
