-- The document that took a session's step. Others may be accepted at the same time, of other persons too: they do not
-- count.
ALTER TABLE sessions ADD COLUMN document_id TEXT;

UPDATE sessions SET document_id = (
        SELECT MIN(d.id) FROM id_card_verifications d
        WHERE d.session_id = sessions.id AND d.status = 'success' AND d.finished_at = sessions.id_card_verified_at)
WHERE id_card_verified_at IS NOT NULL;
