-- The log: public entries, private openings, published texts, and where the next one goes.

CREATE TABLE head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL CHECK (position >= 0),
    recorded_at text NOT NULL
);
INSERT INTO head (position, recorded_at) VALUES (0, '0001-01-01T00:00:00Z');

CREATE TABLE events (
    position bigint PRIMARY KEY CHECK (position > 0),
    type text NOT NULL,
    recorded_at timestamptz NOT NULL,
    tags text[] NOT NULL,
    entry bytea NOT NULL CHECK (length(entry) <= 60000)
);

CREATE TABLE openings (
    position bigint PRIMARY KEY,
    tags text[] NOT NULL,
    opening bytea NOT NULL
);
-- No pending list: it is flushed by some unlucky commit under the head lock (0.3-1.3 s were
-- measured at the default size), and every look-up would read it from end to end.
CREATE INDEX openings_tags ON openings USING gin (tags) WITH (fastupdate = off);

CREATE TABLE texts (
    position bigint PRIMARY KEY,
    text bytea NOT NULL
);

-- What was answered to which request. The key stands first, for callers make keys in time order.
CREATE TABLE requests (
    key text NOT NULL,
    owner text NOT NULL,
    fingerprint bytea NOT NULL,
    outcome bytea NOT NULL,
    position bigint,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (key, owner)
);

-- Disposable: states as of a position, so that replay need not start at the beginning.
CREATE TABLE snapshots (
    name text PRIMARY KEY,
    version int NOT NULL,
    position bigint NOT NULL,
    state bytea NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the log only grows', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER openings_never_change BEFORE UPDATE OR TRUNCATE ON openings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER texts_never_change BEFORE UPDATE OR TRUNCATE ON texts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER head_stays BEFORE DELETE OR TRUNCATE ON head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER head_only_grows BEFORE UPDATE ON head
    FOR EACH ROW
    WHEN (NEW.position < OLD.position OR NEW.recorded_at < OLD.recorded_at COLLATE "C")
    EXECUTE FUNCTION refuse_change();

DO $$ BEGIN
    EXECUTE format(
        'GRANT USAGE ON SCHEMA %I TO sunledger_writer, sunledger_reader, sunledger_eraser',
        current_schema());
END $$;
GRANT SELECT, INSERT ON events, openings, texts, requests TO sunledger_writer;
GRANT SELECT, UPDATE ON head TO sunledger_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON snapshots TO sunledger_writer;
GRANT SELECT ON head, events, openings, texts, requests TO sunledger_reader;
GRANT SELECT, DELETE ON openings, texts, requests, snapshots TO sunledger_eraser;
GRANT SELECT ON head, events TO sunledger_eraser;
