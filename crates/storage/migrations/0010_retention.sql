-- For how many days a tenant's sessions are kept after they arrived; for good when there is nothing.
ALTER TABLE tenants ADD COLUMN retention_days INTEGER CHECK (retention_days > 0);
