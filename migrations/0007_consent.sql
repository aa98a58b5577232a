-- What an applicant agreed to, before the first of their data: which text, of which version, for which items. Stays
-- when the session is erased, without the address it came from.
CREATE TABLE consents (
        id             TEXT PRIMARY KEY,
        session_id     TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        version        TEXT NOT NULL,
        text_hash      BYTEA NOT NULL, -- SHA-256 of the text that was shown
        lang           TEXT NOT NULL,
        items          TEXT NOT NULL,  -- words with a comma between
        purpose        TEXT NOT NULL,
        retention_days BIGINT NOT NULL,
        created_at     BIGINT NOT NULL,
        ip             BYTEA           -- sealed
);
CREATE INDEX consents_by_session ON consents (session_id, created_at);

-- By name, to tell the blobs that a row speaks of from those that nobody does; and those whose time is over.
CREATE INDEX id_card_verifications_by_front ON id_card_verifications (front_blob) WHERE front_blob IS NOT NULL;
CREATE INDEX id_card_verifications_by_back ON id_card_verifications (back_blob) WHERE back_blob IS NOT NULL;
CREATE INDEX id_card_verifications_by_portrait ON id_card_verifications (portrait_blob)
        WHERE portrait_blob IS NOT NULL;
CREATE INDEX face_verifications_by_selfie ON face_verifications (selfie_blob) WHERE selfie_blob IS NOT NULL;
CREATE INDEX id_card_verifications_pictured ON id_card_verifications (created_at) WHERE front_blob IS NOT NULL;
CREATE INDEX face_verifications_pictured ON face_verifications (created_at) WHERE selfie_blob IS NOT NULL;
