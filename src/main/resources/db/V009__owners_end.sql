-- When the owner of a file or a batch last used it, to within a day. Rows that are not used for long are deleted.

ALTER TABLE owned_resources ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;
UPDATE owned_resources SET used_at = created_at;
CREATE INDEX owned_resources_used_at ON owned_resources (used_at);
