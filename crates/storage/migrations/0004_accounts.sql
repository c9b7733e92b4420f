-- Who may do what. Of a secret only its sha256 is kept; a password is an argon2 string.

CREATE TABLE tenants (
    id          TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    quota_bytes INTEGER NOT NULL CHECK (quota_bytes >= 0)
) STRICT;

CREATE TABLE users (
    email         TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
    tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    role          TEXT NOT NULL CHECK (role IN ('viewer', 'manager')),
    password_hash TEXT NOT NULL
) STRICT;

CREATE TABLE tokens (
    id            TEXT NOT NULL PRIMARY KEY,
    tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    secret_sha256 TEXT NOT NULL UNIQUE,
    label         TEXT NOT NULL,
    scopes        TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    expires_at    TEXT,
    revoked_at    TEXT
) STRICT;

CREATE INDEX tokens_by_tenant ON tokens (tenant_id, created_at DESC);

-- Browsers in which somebody has logged in.
CREATE TABLE visits (
    secret_sha256 TEXT NOT NULL PRIMARY KEY,
    email         TEXT NOT NULL COLLATE NOCASE REFERENCES users (email) ON DELETE CASCADE,
    expires_at    TEXT NOT NULL
) STRICT;

CREATE INDEX visits_by_user ON visits (email);
