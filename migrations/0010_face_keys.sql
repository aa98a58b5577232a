-- Pictures of faces have a key of their own, so that they can be destroyed before their session is.
ALTER TABLE id_card_verifications ADD COLUMN portrait_key BYTEA; -- sealed
ALTER TABLE face_verifications ADD COLUMN selfie_key BYTEA;      -- sealed
ALTER TABLE sessions ADD COLUMN faces_destroyed_at BIGINT;

-- Keyed hashes of a document's numbers, until its session ends; and what was found by them and by the face.
ALTER TABLE id_card_verifications ADD COLUMN numbers BYTEA; -- sealed
ALTER TABLE sessions ADD COLUMN risk_signals BYTEA;         -- sealed

CREATE INDEX id_card_verifications_faced ON id_card_verifications (created_at)
        WHERE portrait_blob IS NOT NULL OR numbers IS NOT NULL;
