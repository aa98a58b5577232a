-- The log's entries get numbers in the order in which they were written, and a salt that hides what is personal in
-- them from whoever sees their hashes; without it (NULL) it can no longer be proved, as if it had never been.
CREATE TABLE entries (
        number     INTEGER PRIMARY KEY,
        type       TEXT NOT NULL,
        session_id TEXT,
        ip         TEXT,
        user_agent TEXT,
        metadata   TEXT,
        created_at BIGINT NOT NULL,
        salt       BYTEA
);
INSERT INTO entries (type, session_id, ip, user_agent, metadata, created_at, salt)
        SELECT type, session_id, ip, user_agent, metadata, created_at, randomblob(16) FROM logs ORDER BY id;
DROP TABLE logs;
ALTER TABLE entries RENAME TO logs;
CREATE INDEX logs_by_session ON logs (session_id) WHERE session_id IS NOT NULL;

-- The Merkle tree over the log: one row. `number`: of the last entry that it holds.
CREATE TABLE log_tree (
        origin     TEXT PRIMARY KEY,
        key        BYTEA NOT NULL, -- seed of the signing key, sealed
        size       BIGINT NOT NULL,
        number     BIGINT NOT NULL,
        frontier   BYTEA NOT NULL,
        checkpoint TEXT NOT NULL
);
-- The entries as the tree has them, 256 to a row, and its hashes, as C2SP's tlog-tiles cuts both.
CREATE TABLE log_bundles (
        position     BIGINT PRIMARY KEY,
        first_number BIGINT NOT NULL,
        entries      BYTEA NOT NULL
);
CREATE INDEX log_bundles_by_number ON log_bundles (first_number);
CREATE TABLE log_tiles (
        level    BIGINT NOT NULL,
        position BIGINT NOT NULL,
        hashes   BYTEA NOT NULL,
        PRIMARY KEY (level, position)
);
