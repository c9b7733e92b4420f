-- What whoever runs the service wants to know of the queue, counted since the beginning and of no tenant.

ALTER TABLE jobs ADD COLUMN claimed_at INTEGER;
ALTER TABLE jobs ADD COLUMN stage_since INTEGER;

CREATE TABLE tallies (
    -- `stage`, `run` and `recording` with how long they took or are; `fault`.
    what      TEXT    NOT NULL,
    -- Which stage, or which code: words of the program.
    label     TEXT    NOT NULL,
    times     INTEGER NOT NULL,
    amount_ms INTEGER NOT NULL,
    PRIMARY KEY (what, label)
) STRICT;
