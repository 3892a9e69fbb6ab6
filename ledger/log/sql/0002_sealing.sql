-- The sealed log: tiles of its tree as far as it was hashed, and every checkpoint that was published.

-- How many entries the tiles have.
CREATE TABLE sealing (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    size bigint NOT NULL CHECK (size >= 0)
);
INSERT INTO sealing (size) VALUES (0);

-- One row a tile, as wide as it is; what a narrower one had is the beginning of it.
CREATE TABLE tiles (
    level smallint NOT NULL CHECK (level BETWEEN 0 AND 63),
    number bigint NOT NULL CHECK (number >= 0),
    hashes bytea NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
    PRIMARY KEY (level, number)
);

CREATE TABLE checkpoints (
    size bigint PRIMARY KEY CHECK (size > 0),
    note bytea NOT NULL
);

CREATE TRIGGER sealing_stays BEFORE DELETE OR TRUNCATE ON sealing
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sealing_only_grows BEFORE UPDATE ON sealing
    FOR EACH ROW WHEN (NEW.size < OLD.size) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tiles_stay BEFORE DELETE OR TRUNCATE ON tiles
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tiles_only_grow BEFORE UPDATE ON tiles
    FOR EACH ROW
    WHEN (substring(NEW.hashes FROM 1 FOR length(OLD.hashes)) <> OLD.hashes)
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoints_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, UPDATE ON sealing TO sunledger_writer;
GRANT SELECT, INSERT, UPDATE ON tiles TO sunledger_writer;
GRANT SELECT, INSERT ON checkpoints TO sunledger_writer;
GRANT SELECT ON sealing, tiles, checkpoints TO sunledger_reader;
