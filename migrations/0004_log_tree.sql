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
