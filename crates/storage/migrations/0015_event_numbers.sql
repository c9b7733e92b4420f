-- A tenant's events are numbered by themselves: numbers over all tell how much happens elsewhere. Those that were given stay, and
-- go on from there.
ALTER TABLE events ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
UPDATE events SET number = sequence;
ALTER TABLE tenants ADD COLUMN events INTEGER NOT NULL DEFAULT 0;
UPDATE tenants SET events = (SELECT coalesce(max(sequence), 0) FROM events);
DROP INDEX events_by_tenant;
CREATE UNIQUE INDEX events_by_tenant ON events (tenant_id, number);
