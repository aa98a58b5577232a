-- Columns marked sealed are encrypted with the session's own key, which is itself wrapped (wrapped_key): without
-- it they are noise. Columns named *_hash and *_index are (keyed) hashes, for looking up. Times are milliseconds
-- since 1970 in UTC. Truth values are 0 and 1.

CREATE TABLE settings (
        name  TEXT PRIMARY KEY,
        value BYTEA NOT NULL
);

CREATE TABLE sessions (
        id                   TEXT PRIMARY KEY,
        key_hash             BYTEA NOT NULL UNIQUE,
        wrapped_key          BYTEA,
        status               TEXT NOT NULL,
        open                 BIGINT NOT NULL DEFAULT 1, -- 0: completed, failed or expired
        full_flow            BIGINT NOT NULL,
        lang                 TEXT NOT NULL,
        rp_id                TEXT,
        ip                   TEXT,
        version              BIGINT NOT NULL DEFAULT 1,
        created_at           BIGINT NOT NULL,
        expires_at           BIGINT NOT NULL,
        phone_verified_at    BIGINT,
        email_verified_at    BIGINT,
        id_card_verified_at  BIGINT,
        face_verified_at     BIGINT,
        completed_at         BIGINT,
        failed_at            BIGINT,
        erased_at            BIGINT,
        failure              TEXT,
        token_hash           BYTEA,
        token_expires_at     BIGINT,
        id_card_uploads      BIGINT NOT NULL DEFAULT 0,
        face_uploads         BIGINT NOT NULL DEFAULT 0,
        phone_index          BYTEA,
        email_index          BYTEA,
        verified_phone_index BYTEA,
        verified_email_index BYTEA,
        expected_name        BYTEA, -- sealed, as all below
        expected_birth_date  BYTEA,
        metadata             BYTEA,
        phone                BYTEA,
        email                BYTEA,
        verified_phone       BYTEA,
        verified_email       BYTEA,
        verified_name        BYTEA,
        verified_birth_date  BYTEA,
        result               BYTEA
);
CREATE INDEX sessions_by_created ON sessions (created_at);
CREATE INDEX sessions_due ON sessions (expires_at) WHERE open = 1;
CREATE UNIQUE INDEX sessions_by_token ON sessions (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX sessions_by_phone ON sessions (phone_index) WHERE phone_index IS NOT NULL;
CREATE INDEX sessions_by_email ON sessions (email_index) WHERE email_index IS NOT NULL;
CREATE INDEX sessions_by_verified_phone ON sessions (verified_phone_index)
        WHERE verified_phone_index IS NOT NULL;
CREATE INDEX sessions_by_verified_email ON sessions (verified_email_index)
        WHERE verified_email_index IS NOT NULL;

CREATE TABLE phone_verifications (
        id            TEXT PRIMARY KEY,
        session_id    TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        address       BYTEA, -- sealed
        address_index BYTEA,
        code_hash     BYTEA NOT NULL,
        link_hash     BYTEA,
        created_at    BIGINT NOT NULL,
        expires_at    BIGINT NOT NULL,
        used_at       BIGINT,
        voided_at     BIGINT,
        attempts      BIGINT NOT NULL DEFAULT 0,
        delivery      TEXT NOT NULL DEFAULT 'queued',
        provider_ref  TEXT,
        job_id        TEXT
);
CREATE INDEX phone_verifications_by_session ON phone_verifications (session_id, created_at);
CREATE UNIQUE INDEX phone_verifications_by_link ON phone_verifications (link_hash) WHERE link_hash IS NOT NULL;
CREATE INDEX phone_verifications_by_ref ON phone_verifications (provider_ref) WHERE provider_ref IS NOT NULL;

CREATE TABLE email_verifications (
        id            TEXT PRIMARY KEY,
        session_id    TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        address       BYTEA, -- sealed
        address_index BYTEA,
        code_hash     BYTEA NOT NULL,
        link_hash     BYTEA,
        created_at    BIGINT NOT NULL,
        expires_at    BIGINT NOT NULL,
        used_at       BIGINT,
        voided_at     BIGINT,
        attempts      BIGINT NOT NULL DEFAULT 0,
        delivery      TEXT NOT NULL DEFAULT 'queued',
        provider_ref  TEXT,
        job_id        TEXT
);
CREATE INDEX email_verifications_by_session ON email_verifications (session_id, created_at);
CREATE UNIQUE INDEX email_verifications_by_link ON email_verifications (link_hash) WHERE link_hash IS NOT NULL;
CREATE INDEX email_verifications_by_ref ON email_verifications (provider_ref) WHERE provider_ref IS NOT NULL;

CREATE TABLE id_card_verifications (
        id               TEXT PRIMARY KEY,
        session_id       TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        type             TEXT NOT NULL,
        status           TEXT NOT NULL,
        front_blob       TEXT,
        back_blob        TEXT,
        portrait_blob    TEXT,
        job_id           TEXT,
        created_at       BIGINT NOT NULL,
        finished_at      BIGINT,
        confidence       DOUBLE PRECISION,
        name_match       BIGINT,
        birth_date_match BIGINT,
        errors           TEXT,
        error_message    TEXT,
        duration_ms      BIGINT,
        id_number_index  BYTEA,
        extracted        BYTEA, -- sealed
        details          BYTEA  -- sealed
);
CREATE INDEX id_card_verifications_by_session ON id_card_verifications (session_id, created_at);
CREATE INDEX id_card_verifications_by_number ON id_card_verifications (id_number_index)
        WHERE id_number_index IS NOT NULL;

CREATE TABLE face_verifications (
        id            TEXT PRIMARY KEY,
        session_id    TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        document_id   TEXT NOT NULL,
        status        TEXT NOT NULL,
        selfie_blob   TEXT,
        job_id        TEXT,
        created_at    BIGINT NOT NULL,
        finished_at   BIGINT,
        similarity    DOUBLE PRECISION,
        liveness      DOUBLE PRECISION,
        is_live       BIGINT,
        errors        TEXT,
        error_message TEXT,
        duration_ms   BIGINT,
        details       BYTEA -- sealed
);
CREATE INDEX face_verifications_by_session ON face_verifications (session_id, created_at);

-- Ids begin with the time, so that the key is the order.
CREATE TABLE logs (
        id         TEXT PRIMARY KEY,
        type       TEXT NOT NULL,
        session_id TEXT,
        ip         TEXT,
        user_agent TEXT,
        metadata   TEXT,
        created_at BIGINT NOT NULL
);
CREATE INDEX logs_by_session ON logs (session_id) WHERE session_id IS NOT NULL;

-- due_at: of a queued job, when it may run; of a leased one, when the lease ends; of others, when they were over.
CREATE TABLE jobs (
        id           TEXT PRIMARY KEY,
        kind         TEXT NOT NULL,
        session_id   TEXT,
        subject_id   TEXT,
        payload      BYTEA, -- sealed where there is a session
        state        TEXT NOT NULL,
        due_at       BIGINT NOT NULL,
        attempts     BIGINT NOT NULL,
        attempts_max BIGINT NOT NULL,
        lease_owner  TEXT,
        error        TEXT,
        created_at   BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE state IN ('queued', 'leased');
CREATE INDEX jobs_by_session ON jobs (session_id) WHERE session_id IS NOT NULL;

CREATE TABLE api_keys (
        id           TEXT PRIMARY KEY,
        name         TEXT NOT NULL,
        role         TEXT NOT NULL,
        key_hash     BYTEA NOT NULL UNIQUE,
        created_at   BIGINT NOT NULL,
        last_used_at BIGINT,
        revoked_at   BIGINT
);

-- hits: 13 digits of time each, newest first; part: takes since the newest (store/limit.h).
CREATE TABLE limits (
        name       TEXT NOT NULL,
        key        BYTEA NOT NULL,
        hits       TEXT NOT NULL,
        part       BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (name, key)
);
CREATE INDEX limits_by_expiry ON limits (expires_at);
