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

CREATE OR REPLACE FUNCTION audit.seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tip audit.head;
    moment timestamptz;
    entry text;
    digest bytea;
BEGIN
    SELECT * INTO STRICT tip FROM audit.head FOR UPDATE;
    moment := clock_timestamp();
    tip.at := CASE WHEN tip.at > moment AND tip.at < moment + interval '1 minute' THEN tip.at ELSE moment END;
    entry := format(
        '{"action":"%s","actor":"%s","at":"%s","data":%s,"index":%s,"subject":"%s"}',
        NEW.action, NEW.actor, to_char(tip.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        NEW.data, tip.size, NEW.subject
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
GRANT SELECT ON audit.mention TO mpm_app, mpm_auditor;

RESET ROLE;
