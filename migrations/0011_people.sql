-- Whom sessions have seen, for as long as DUPLICATE_FACE_DAYS says: the template of the face and keyed hashes of the
-- document's numbers, sealed with a key of the deployment (settings, people_key). A number is never given twice.
CREATE TABLE people (
        number     INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL UNIQUE REFERENCES sessions (id) ON DELETE CASCADE,
        rp_id      TEXT NOT NULL, -- '' where sessions are public
        sealed     BYTEA NOT NULL,
        seen_at    BIGINT NOT NULL,
        expires_at BIGINT NOT NULL
);
CREATE INDEX people_by_rp ON people (rp_id, number);
CREATE INDEX people_by_expiry ON people (expires_at);
