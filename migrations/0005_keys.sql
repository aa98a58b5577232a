-- Keys that sign results, sealed. One that is retired still verifies for as long as tokens live.
CREATE TABLE signing_keys (
        kid        TEXT PRIMARY KEY,
        sealed     BYTEA NOT NULL,
        created_at BIGINT NOT NULL,
        retired_at BIGINT
);
-- Nobody ever looked a code up by its address.
ALTER TABLE phone_verifications DROP COLUMN address_index;
ALTER TABLE email_verifications DROP COLUMN address_index;
