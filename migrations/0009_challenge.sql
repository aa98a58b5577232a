-- Challenges of active liveness: an order of actions, given to one session for a minute and answered by one upload.
-- Of a session one at most is neither used nor voided.
CREATE TABLE face_challenges (
        id         TEXT PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        actions    TEXT NOT NULL, -- names with a comma between
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        used_at    BIGINT,
        voided_at  BIGINT
);
CREATE INDEX face_challenges_by_session ON face_challenges (session_id);
CREATE INDEX face_challenges_by_expiry ON face_challenges (expires_at);

-- actions: what the frames answer; NULL: a selfie alone. frames_blob: until they are judged.
ALTER TABLE face_verifications ADD COLUMN actions TEXT;
ALTER TABLE face_verifications ADD COLUMN frames_blob TEXT;
ALTER TABLE face_verifications ADD COLUMN liveness_method TEXT;
UPDATE face_verifications SET liveness_method = 'passive' WHERE liveness IS NOT NULL;
CREATE INDEX face_verifications_by_frames ON face_verifications (frames_blob) WHERE frames_blob IS NOT NULL;

-- Frames that were seen: of each eighth of a frame's perceptual hash, 64 bits of its keyed hash. Of eight that are five
-- alike, one is among any four: more need no index.
CREATE TABLE face_frames (
        id         TEXT PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        created_at BIGINT NOT NULL,
        band_0     BIGINT NOT NULL,
        band_1     BIGINT NOT NULL,
        band_2     BIGINT NOT NULL,
        band_3     BIGINT NOT NULL,
        band_4     BIGINT NOT NULL,
        band_5     BIGINT NOT NULL,
        band_6     BIGINT NOT NULL,
        band_7     BIGINT NOT NULL
);
CREATE INDEX face_frames_by_session ON face_frames (session_id);
CREATE INDEX face_frames_by_created ON face_frames (created_at);
CREATE INDEX face_frames_by_band_0 ON face_frames (band_0);
CREATE INDEX face_frames_by_band_1 ON face_frames (band_1);
CREATE INDEX face_frames_by_band_2 ON face_frames (band_2);
CREATE INDEX face_frames_by_band_3 ON face_frames (band_3);
