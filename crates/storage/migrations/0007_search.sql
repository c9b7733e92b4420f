-- What is searched for, beside the facts that it is made of: whatever takes a procedure away takes its words away.

CREATE TABLE search_documents (
    tenant_id    TEXT    NOT NULL,
    -- Grows with every document of the tenant's, so that whoever has read up to one reads on from there.
    number       INTEGER NOT NULL,
    procedure_id TEXT    NOT NULL,
    approved     INTEGER NOT NULL CHECK (approved IN (0, 1)),
    -- Which way of making terms these are; others are made again.
    analysis     INTEGER NOT NULL,
    terms        BLOB    NOT NULL,
    PRIMARY KEY (tenant_id, number),
    UNIQUE (tenant_id, procedure_id),
    FOREIGN KEY (tenant_id, procedure_id) REFERENCES procedures (tenant_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE search_states (
    tenant_id TEXT    NOT NULL PRIMARY KEY,
    -- The highest number that was ever given.
    newest    INTEGER NOT NULL DEFAULT 0,
    -- How many documents have gone.
    removals  INTEGER NOT NULL DEFAULT 0,
    -- The tenant's own words, a group of the same meaning a line.
    glossary  TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE TRIGGER search_documents_removed AFTER DELETE ON search_documents BEGIN
    UPDATE search_states SET removals = removals + 1 WHERE tenant_id = OLD.tenant_id;
END;

-- However a status changes, the document follows, and is read again.
CREATE TRIGGER search_documents_follow AFTER UPDATE OF status ON procedures WHEN OLD.status <> NEW.status BEGIN
    UPDATE search_states SET newest = newest + 1, removals = removals + 1 WHERE tenant_id = NEW.tenant_id;
    UPDATE search_documents
        SET number = (SELECT newest FROM search_states WHERE tenant_id = NEW.tenant_id), approved = (NEW.status = 'approved')
        WHERE tenant_id = NEW.tenant_id AND procedure_id = NEW.id;
END;
