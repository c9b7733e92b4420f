-- Everything belongs to a tenant: tenant_id stands first in every key, so that no row of one can refer to a row of another.
-- Documents (what is shown as a whole, never searched by a part) are JSON.

CREATE TABLE sessions (
    tenant_id           TEXT    NOT NULL,
    id                  TEXT    NOT NULL,
    epoch               INTEGER NOT NULL CHECK (epoch > 0),
    title               TEXT    NOT NULL,
    engineer            TEXT,
    role                TEXT    NOT NULL CHECK (role IN ('trainer', 'trainee')),
    started_at          TEXT,
    completed_at        TEXT,
    duration_seconds    REAL    NOT NULL,
    video_url           TEXT    NOT NULL,
    recording_sha256    TEXT    NOT NULL,
    status              TEXT    NOT NULL CHECK (status IN ('uploading', 'queued', 'in_progress', 'completed', 'failed')),
    outcome             TEXT    CHECK (outcome IN ('extracted', 'degraded', 'rejected')),
    score               INTEGER CHECK (score BETWEEN 0 AND 100),
    score_components    TEXT,
    filmstrip_url       TEXT,
    summary             TEXT    NOT NULL,
    created_at          TEXT    NOT NULL,
    -- What the last finished run knows of the recording; nothing until one has finished.
    recording           TEXT,
    transcript_source   TEXT,
    transcript_language TEXT,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX sessions_newest ON sessions (tenant_id, created_at DESC, id);

CREATE TABLE procedures (
    tenant_id               TEXT    NOT NULL,
    session_id              TEXT    NOT NULL,
    id                      TEXT    NOT NULL,
    ordinal                 INTEGER NOT NULL CHECK (ordinal > 0),
    procedure_name          TEXT    NOT NULL,
    description             TEXT    NOT NULL,
    video_url               TEXT    NOT NULL,
    thumbnail_url           TEXT,
    captions_url            TEXT,
    duration_seconds        REAL    NOT NULL,
    status                  TEXT    NOT NULL CHECK (status IN ('approved', 'excluded')),
    created_at              TEXT    NOT NULL,
    start_seconds           REAL    NOT NULL,
    end_seconds             REAL    NOT NULL CHECK (end_seconds > start_seconds),
    interruptions           TEXT    NOT NULL,
    start_confidence        REAL    NOT NULL CHECK (start_confidence BETWEEN 0 AND 1),
    end_confidence          REAL    NOT NULL CHECK (end_confidence BETWEEN 0 AND 1),
    score                   INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
    score_components        TEXT    NOT NULL,
    -- The name with what it rests on.
    evidence                TEXT    NOT NULL,
    clip                    TEXT    NOT NULL,
    thumbnail               TEXT,
    -- For publishing to other tenants: off unless somebody turns it on, and never part of a tenant's own view. A later run of
    -- the session carries it over to the procedure of the same start and end.
    marketplace_listed      INTEGER NOT NULL DEFAULT 0 CHECK (marketplace_listed IN (0, 1)),
    marketplace_title       TEXT,
    marketplace_description TEXT,
    marketplace_listed_at   TEXT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, session_id, ordinal),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE transcript_utterances (
    tenant_id       TEXT    NOT NULL,
    session_id      TEXT    NOT NULL,
    position        INTEGER NOT NULL,
    start_seconds   REAL    NOT NULL,
    end_seconds     REAL    NOT NULL CHECK (end_seconds > start_seconds),
    text            TEXT    NOT NULL,
    words           TEXT    NOT NULL,
    log_probability REAL,
    no_speech       REAL,
    reliable        INTEGER NOT NULL CHECK (reliable IN (0, 1)),
    PRIMARY KEY (tenant_id, session_id, position),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE findings (
    tenant_id  TEXT    NOT NULL,
    session_id TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    code       TEXT    NOT NULL,
    severity   TEXT    NOT NULL CHECK (severity IN ('info', 'warning', 'failure')),
    ranges     TEXT    NOT NULL,
    measured   REAL    NOT NULL,
    threshold  REAL    NOT NULL,
    unit       TEXT    NOT NULL,
    message    TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, session_id, position),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX findings_by_code ON findings (tenant_id, code);

CREATE TABLE provenance (
    tenant_id     TEXT NOT NULL,
    session_id    TEXT NOT NULL,
    version       TEXT NOT NULL,
    configuration TEXT NOT NULL,
    stages        TEXT NOT NULL,
    warnings      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, session_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
) STRICT;
