-- What hard budgets do with requests whose cost cannot be counted: REFUSE or ALLOW. Null, in rows of earlier versions,
-- means REFUSE.

ALTER TABLE api_keys ADD COLUMN budget_uncounted TEXT;
ALTER TABLE teams ADD COLUMN budget_uncounted TEXT;

-- Who created a file or a batch at a provider. The owner is a team, or a key without a team.

CREATE TABLE owned_resources (
    provider TEXT NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (provider, id)
);
