-- What procedures mean to a text encoder, beside the words of search_documents; only where one is set up.

CREATE TABLE search_embeddings (
    tenant_id    TEXT    NOT NULL,
    procedure_id TEXT    NOT NULL,
    -- Which encoder, down to its weights: vectors of two are never compared.
    encoder      TEXT    NOT NULL,
    -- Of its title and of what was said, one vector after the other, a byte a number. None where there were no words.
    vectors      BLOB    NOT NULL,
    PRIMARY KEY (tenant_id, procedure_id),
    FOREIGN KEY (tenant_id, procedure_id) REFERENCES procedures (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
