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
