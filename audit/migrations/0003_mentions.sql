-- Run by mpm_owner like the first migration: what is made here belongs to mpm_log, names every object in full, pins its
-- search_path and holds no backslash.

SET LOCAL ROLE mpm_log;

-- In the order in which seal() takes them, so that no writer under way can wait for this while this waits for it.
LOCK TABLE audit.head, audit.event IN ACCESS EXCLUSIVE MODE;

-- A row for each id that an entry is about: its subject, every uuid in its actor and data, and every SHA-256 in its
-- data. The same rule stands in audit/content.py, and verify_log compares the two. Pages of one id, newest or oldest
-- first, are read from the primary key alone; verify_log reads by entry.
CREATE TABLE audit.mention (
    id text COLLATE "C" NOT NULL,
    index bigint NOT NULL CHECK (index >= 0),
    action text NOT NULL,
    PRIMARY KEY (id, index) INCLUDE (action)
);
INSERT INTO audit.mention (id, index, action)
SELECT DISTINCT about.id, entry.index, entry.action
FROM audit.event AS entry
CROSS JOIN LATERAL (
    SELECT entry.subject COLLATE "C" AS id
    UNION ALL
    SELECT (regexp_matches(
        entry.actor || ' ' || (entry.leaf::json -> 'data')::text,
        '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{64}', 'g'
    ))[1] COLLATE "C"
) AS about;
CREATE INDEX mention_index ON audit.mention (index);

-- Rows are only ever added, and a page is read from the index alone where the visibility map is fresh.
ALTER TABLE audit.mention SET (autovacuum_vacuum_insert_scale_factor = 0.02);
ALTER TABLE audit.event SET (autovacuum_vacuum_insert_scale_factor = 0.02);

-- The time of the last entry. Small steps back of the machine's clock do not show, so a span of days is a span of indexes.
-- A clock that was far ahead does not hold the log there: entries tell the true time again once it is set right.
ALTER TABLE audit.head ADD COLUMN at timestamptz;
UPDATE audit.head SET at = coalesce((SELECT max(entry.at) FROM audit.event AS entry), timestamptz 'epoch');
ALTER TABLE audit.head ALTER COLUMN at SET NOT NULL, ALTER COLUMN at SET DEFAULT timestamptz 'epoch';

ALTER TABLE audit.event DROP COLUMN mentions;
DROP INDEX audit.event_at;
DROP INDEX audit.event_actor;
CREATE INDEX event_at ON audit.event (at, index);

-- As before, and an integer is at most 2^53 - 1, as in audit/content.py: any reader of JSON reads it as it was written.
CREATE OR REPLACE FUNCTION audit.record(action text, actor text, subject text, data text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    code CONSTANT text := '"([a-z0-9_.:-]{1,64}|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z)?)"';
    one CONSTANT text := '(' || code || '|0|-?[1-9][0-9]{0,15}|true|false|null)';
    allowed CONSTANT text := '^(' || one || '|[[](' || one || '(,' || one || ')*)?[]])$';
    too_large CONSTANT jsonpath := '$.*[*] ? (@ > 9007199254740991 || @ < -9007199254740991)';
    canonical text;
    fit boolean;
BEGIN
    SELECT '{' || coalesce(string_agg(format('"%s":%s', field.key, field.value), ',' ORDER BY field.key COLLATE "C"), '') || '}',
           coalesce(bool_and(field.key ~ '^[a-z][a-z0-9_]{0,39}$' AND field.value::text ~ allowed), true)
               AND count(DISTINCT field.key) = count(*)
      INTO canonical, fit
      FROM json_each(record.data::json) AS field;
    IF canonical IS DISTINCT FROM record.data OR NOT fit OR jsonb_path_exists(record.data::jsonb, too_large) THEN
        RAISE EXCEPTION 'the data of this event is not for the log' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO audit.pending (action, actor, subject, data)
    VALUES (record.action, record.actor, record.subject, record.data);
END $$;

-- The hashes of leaves are public. The nonce, 128 random bits that stand nowhere but in the leaf, keeps anybody from
-- finding out what a leaf says by hashing guesses.
CREATE OR REPLACE FUNCTION audit.seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tip audit.head;
    moment timestamptz;
    nonce text;
    entry text;
    digest bytea;
BEGIN
    SELECT * INTO STRICT tip FROM audit.head FOR UPDATE;
    moment := clock_timestamp();
    tip.at := CASE WHEN tip.at > moment AND tip.at < moment + interval '1 minute' THEN tip.at ELSE moment END;
    nonce := encode(substring(
        sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) FROM 1 FOR 16
    ), 'hex');
    entry := format(
        '{"action":"%s","actor":"%s","at":"%s","data":%s,"index":%s,"nonce":"%s","subject":"%s"}',
        NEW.action, NEW.actor, to_char(tip.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        NEW.data, tip.size, nonce, NEW.subject
    );
    digest := sha256(decode('00', 'hex') || convert_to(entry, 'UTF8'));
    tip.chain := sha256(tip.chain || digest);
    INSERT INTO audit.event (index, at, action, actor, subject, leaf, leaf_hash, chain)
    VALUES (tip.size, tip.at, NEW.action, NEW.actor, NEW.subject, entry, digest, tip.chain);
    INSERT INTO audit.mention (id, index, action)
    SELECT about.id, tip.size, NEW.action
    FROM (
        SELECT NEW.subject COLLATE "C" AS id
        UNION
        SELECT (regexp_matches(
            NEW.actor || ' ' || NEW.data,
            '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{64}', 'g'
        ))[1] COLLATE "C"
    ) AS about;
    UPDATE audit.head SET size = tip.size + 1, chain = tip.chain, at = tip.at;
    DELETE FROM audit.pending WHERE id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.mention
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();

REVOKE ALL ON audit.mention FROM PUBLIC;
GRANT SELECT ON audit.mention TO mpm_app, mpm_auditor, mpm_keeper;
GRANT USAGE ON SCHEMA audit TO mpm_keeper;
GRANT SELECT ON audit.event, audit.head TO mpm_keeper;

RESET ROLE;
