-- One row holds the gap, the hour and the day of a key (store/limit.h). Counters are made anew: those from before were
-- of another form, and none lasted longer than an hour.
DROP TABLE limits;

-- hits: 13 digits of time each, newest first, of every `unit`-th take; part: takes since the newest. *_at: where in hits
-- the time begins that must be out of the gap, the hour and the day. kept: characters of hits that a take keeps.
CREATE TABLE limits (
        name       TEXT NOT NULL,
        key        BYTEA NOT NULL,
        hits       TEXT NOT NULL,
        part       BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        unit       BIGINT NOT NULL,
        kept       INTEGER NOT NULL,
        gap_at     INTEGER NOT NULL,
        hour_at    INTEGER NOT NULL,
        day_at     INTEGER NOT NULL,
        PRIMARY KEY (name, key)
);
CREATE INDEX limits_by_expiry ON limits (expires_at);

-- Of the last codes that went out, how many came back is asked over and over.
CREATE INDEX phone_verifications_by_created ON phone_verifications (created_at);

-- Whether sending has stopped; no row: it never has. changed_at also tells who saw the row as it is.
CREATE TABLE breakers (
        name       TEXT PRIMARY KEY,
        open       BIGINT NOT NULL,
        changed_at BIGINT NOT NULL
);
