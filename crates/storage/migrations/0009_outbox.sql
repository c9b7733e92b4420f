-- What other programs are told, written with the facts themselves, and who is told.

CREATE TABLE webhooks (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    url         TEXT NOT NULL,
    -- Kinds of events with commas between; every kind when it is empty.
    kinds       TEXT NOT NULL,
    -- What messages are signed with: both sides have to know it.
    secret      TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    -- Why nothing more is sent there.
    disabled    TEXT
) STRICT;

CREATE INDEX webhooks_by_tenant ON webhooks (tenant_id, created_at);

CREATE TABLE events (
    sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT    NOT NULL UNIQUE,
    tenant_id   TEXT    NOT NULL,
    session_id  TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    -- Which run of the session, and which procedure of it: what is written twice happened once.
    epoch       INTEGER NOT NULL,
    ordinal     INTEGER NOT NULL,
    happened_at TEXT    NOT NULL,
    data        TEXT    NOT NULL,
    UNIQUE (tenant_id, session_id, epoch, kind, ordinal),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX events_by_tenant ON events (tenant_id, sequence);

CREATE TABLE deliveries (
    webhook_id TEXT    NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event      INTEGER NOT NULL REFERENCES events (sequence) ON DELETE CASCADE,
    session_id TEXT    NOT NULL,
    state      TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'given_up')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    -- Milliseconds since 1970, by the database's own clock.
    not_before INTEGER NOT NULL,
    -- What the other side answered last, or why it didn't.
    answer     TEXT,
    PRIMARY KEY (webhook_id, event)
) STRICT;

CREATE INDEX deliveries_waiting ON deliveries (webhook_id, session_id, event) WHERE state = 'waiting';
CREATE INDEX deliveries_by_event ON deliveries (event);
