-- What is to be done with sessions. Times are milliseconds since 1970, by the database's own clock.

CREATE TABLE jobs (
    tenant_id         TEXT    NOT NULL,
    session_id        TEXT    NOT NULL,
    -- A deleted session's job stays until what its runs left has been cleared away: so it refers to no session.
    state             TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'finished', 'stopped', 'cancelled', 'deleted')),
    recording_sha256  TEXT    NOT NULL,
    attempts          INTEGER NOT NULL DEFAULT 0,
    -- Of the claim that has it, or had it last; 0 until there was one.
    epoch             INTEGER NOT NULL DEFAULT 0,
    -- Until when somebody has it. Nobody has a job without; one that has ended and still has this is to be cleared up after.
    lease_until       INTEGER,
    not_before        INTEGER NOT NULL,
    queued_at         INTEGER NOT NULL,
    stage             TEXT,
    share             REAL,
    remaining_ms      INTEGER,
    fault_code        TEXT,
    fault_stage       TEXT,
    fault_message     TEXT,
    fault_signal      TEXT,
    PRIMARY KEY (tenant_id, session_id)
) STRICT;

CREATE INDEX jobs_by_state ON jobs (state, tenant_id, queued_at);

CREATE TABLE turns (
    tenant_id TEXT    NOT NULL PRIMARY KEY,
    -- Grows with every claim of anybody's: the lowest was served longest ago.
    served    INTEGER NOT NULL DEFAULT 0,
    -- The highest of a session that was deleted. None is given twice, or a run of the deleted one could write to its successor.
    epoch     INTEGER NOT NULL DEFAULT 0
) STRICT;
