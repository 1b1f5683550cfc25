-- Run by mpm_owner, who may SET ROLE mpm_log. What is created here belongs to mpm_log, a role without login, so that
-- no process of the running site owns any of it. Functions name every object in full, pin their search_path and hold
-- no backslash, so that nothing a caller sets in its session changes what they do.

CREATE SCHEMA audit AUTHORIZATION mpm_log;
SET LOCAL ROLE mpm_log;

-- How many entries there are, and where the chain ends. `size` is also the index of the next entry (RFC 9162: the
-- first leaf of a log has index 0).
CREATE TABLE audit.head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    size bigint NOT NULL CHECK (size >= 0),
    chain bytea NOT NULL CHECK (length(chain) = 32)
);
INSERT INTO audit.head (size, chain) VALUES (0, decode(repeat('00', 32), 'hex'));

-- leaf:      the text that was hashed, byte for byte
-- leaf_hash: SHA-256 of 0x00 and the leaf, the leaf hash of RFC 9162
-- chain:     SHA-256 of the chain value before it (32 zero bytes at first) and the leaf hash
-- The other columns repeat the leaf for filters; verify_log compares them.
CREATE TABLE audit.event (
    index bigint PRIMARY KEY CHECK (index >= 0),
    at timestamptz NOT NULL,
    action text NOT NULL,
    actor text NOT NULL,
    subject text NOT NULL,
    mentions text[] NOT NULL,
    leaf text NOT NULL,
    leaf_hash bytea NOT NULL CHECK (length(leaf_hash) = 32),
    chain bytea NOT NULL CHECK (length(chain) = 32)
);
CREATE INDEX event_at ON audit.event (at);
CREATE INDEX event_action ON audit.event (action, index);
CREATE INDEX event_actor ON audit.event (actor, index);
CREATE INDEX event_subject ON audit.event (subject, index);
CREATE INDEX event_mentions ON audit.event USING gin (mentions);

-- Holds an entry from its recording until the end of the same transaction, so never anything that is committed:
-- unlogged, because there is nothing to recover.
CREATE UNLOGGED TABLE audit.pending (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    action text NOT NULL CHECK (action ~ '^[a-z][a-z0-9_]{0,39}:[a-z][a-z0-9_]{0,39}$'),
    actor text NOT NULL CHECK (actor ~ '^((staff|participant|sending|recipient):[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|system)$'),
    subject text NOT NULL CHECK (subject ~ '^[a-z0-9][a-z0-9_.:-]{0,63}$'),
    data text NOT NULL CHECK (length(data) <= 8000),
    due boolean NOT NULL DEFAULT false
);

-- Queues one entry. `data` is the canonical text of a JSON object: keys sorted and unique, no spaces, values as in
-- audit/content.py. It is checked here as well, because this function is the only thing the application may call.
CREATE FUNCTION audit.record(action text, actor text, subject text, data text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    code CONSTANT text := '"([a-z0-9_.:-]{1,64}|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z)?)"';
    one CONSTANT text := '(' || code || '|0|-?[1-9][0-9]{0,15}|true|false|null)';
    allowed CONSTANT text := '^(' || one || '|[[](' || one || '(,' || one || ')*)?[]])$';
    canonical text;
    fit boolean;
BEGIN
    SELECT '{' || coalesce(string_agg(format('"%s":%s', field.key, field.value), ',' ORDER BY field.key COLLATE "C"), '') || '}',
           coalesce(bool_and(field.key ~ '^[a-z][a-z0-9_]{0,39}$' AND field.value::text ~ allowed), true)
               AND count(DISTINCT field.key) = count(*)
      INTO canonical, fit
      FROM json_each(record.data::json) AS field;
    IF canonical IS DISTINCT FROM record.data OR NOT fit THEN
        RAISE EXCEPTION 'the data of this event is not for the log' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO audit.pending (action, actor, subject, data)
    VALUES (record.action, record.actor, record.subject, record.data);
END $$;

-- COMMIT runs deferred triggers in the order in which they were queued, and Django's foreign keys are deferred too:
-- each locks the row it refers to. The head must be locked after the last of those, or two transactions could wait for
-- each other. So the first trigger only queues the second, which then stands behind everything queued before COMMIT.
CREATE FUNCTION audit.fall_due() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE audit.pending SET due = true WHERE id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION audit.seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tip audit.head;
    moment timestamptz;
    entry text;
    digest bytea;
BEGIN
    SELECT * INTO STRICT tip FROM audit.head FOR UPDATE;
    moment := clock_timestamp();
    entry := format(
        '{"action":"%s","actor":"%s","at":"%s","data":%s,"index":%s,"subject":"%s"}',
        NEW.action, NEW.actor, to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        NEW.data, tip.size, NEW.subject
    );
    digest := sha256(decode('00', 'hex') || convert_to(entry, 'UTF8'));
    tip.chain := sha256(tip.chain || digest);
    INSERT INTO audit.event (index, at, action, actor, subject, mentions, leaf, leaf_hash, chain)
    VALUES (
        tip.size, moment, NEW.action, NEW.actor, NEW.subject,
        ARRAY(
            SELECT NEW.subject COLLATE "C"
            UNION
            SELECT (regexp_matches(
                NEW.actor || ' ' || NEW.data,
                '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g'
            ))[1] COLLATE "C"
            ORDER BY 1
        ),
        entry, digest, tip.chain
    );
    UPDATE audit.head SET size = tip.size + 1, chain = tip.chain;
    DELETE FROM audit.pending WHERE id = NEW.id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER fall_due AFTER INSERT ON audit.pending
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.fall_due();
CREATE CONSTRAINT TRIGGER seal AFTER UPDATE OF due ON audit.pending
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal();

-- The last rail: not even the log's own role changes an entry by mistake.
CREATE FUNCTION audit.refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'an entry of the log is never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.event
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();

REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
GRANT USAGE ON SCHEMA audit TO mpm_app, mpm_auditor;
GRANT SELECT ON audit.event, audit.head TO mpm_app, mpm_auditor;
GRANT EXECUTE ON FUNCTION audit.record(text, text, text, text) TO mpm_app;

RESET ROLE;
