-- Hashes of frames are of the face in them, no longer of the whole frame: those of before are met by none. Of eight bands
-- of which four are alike one is among any five.
DELETE FROM face_frames;
CREATE INDEX face_frames_by_band_4 ON face_frames (band_4);

-- Whether the selfie was seen in another session; NULL: not looked for.
ALTER TABLE face_verifications ADD COLUMN selfie_repeated BIGINT;
