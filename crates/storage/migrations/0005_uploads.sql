-- Recordings on their way, and what those that have arrived take of a tenant's quota.

CREATE TABLE uploads (
    id           TEXT    NOT NULL PRIMARY KEY,
    tenant_id    TEXT    NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    -- The client's name for what it sends: sending it again is going on with it.
    client_key   TEXT,
    length       INTEGER NOT NULL CHECK (length > 0),
    -- What is on disk, synchronised.
    received     INTEGER NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND length),
    metadata     TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    expires_at   TEXT    NOT NULL,
    state        TEXT    NOT NULL DEFAULT 'receiving' CHECK (state IN ('receiving', 'finished', 'refused')),
    refusal      TEXT,
    session_id   TEXT,
    -- Where the file goes, before it is moved there: whoever goes on after a crash finds it.
    recording    TEXT,
    UNIQUE (tenant_id, client_key),
    CHECK ((state = 'refused') = (refusal IS NOT NULL)),
    CHECK ((state = 'finished') = (session_id IS NOT NULL)),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE recordings (
    tenant_id  TEXT    NOT NULL,
    session_id TEXT    NOT NULL,
    bytes      INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, session_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
) STRICT;
