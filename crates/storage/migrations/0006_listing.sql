-- What a list of sessions filters, sorts and shows, without the documents that the rows hold beside it.
DROP INDEX sessions_newest;
CREATE INDEX sessions_listed ON sessions
    (tenant_id, created_at DESC, id, status, role, started_at, title, engineer, duration_seconds, score);
CREATE INDEX procedures_listed ON procedures (tenant_id, session_id, ordinal, status, procedure_name, thumbnail_url);
