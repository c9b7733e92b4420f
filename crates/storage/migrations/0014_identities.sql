-- Who may sign in by the word of an OpenID Connect provider: nobody, whoever has verified the user's address there, or the one of
-- that subject. Somebody who signs in that way alone has no password.

CREATE TABLE people (
    email          TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
    tenant_id      TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    role           TEXT NOT NULL CHECK (role IN ('viewer', 'manager')),
    password_hash  TEXT,
    openid         TEXT NOT NULL DEFAULT 'never' CHECK (openid IN ('never', 'by_email', 'bound')),
    openid_issuer  TEXT,
    openid_subject TEXT,
    UNIQUE (openid_issuer, openid_subject),
    CHECK ((openid = 'bound') = (openid_issuer IS NOT NULL)),
    CHECK ((openid = 'bound') = (openid_subject IS NOT NULL))
) STRICT;

INSERT INTO people (email, tenant_id, role, password_hash) SELECT email, tenant_id, role, password_hash FROM users;

-- Visits refer to users, and would go with the table.
CREATE TABLE kept AS SELECT secret_sha256, email, expires_at FROM visits;
DROP TABLE visits;
DROP TABLE users;
ALTER TABLE people RENAME TO users;

CREATE TABLE visits (
    secret_sha256 TEXT NOT NULL PRIMARY KEY,
    email         TEXT NOT NULL COLLATE NOCASE REFERENCES users (email) ON DELETE CASCADE,
    expires_at    TEXT NOT NULL
) STRICT;

INSERT INTO visits SELECT secret_sha256, email, expires_at FROM kept;
DROP TABLE kept;

CREATE INDEX visits_by_user ON visits (email);
