-- Days that are older than the retention are summed by month (UTC), at the first day of the month, and deleted.

CREATE TABLE usage_monthly (
    begins BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    team TEXT NOT NULL,
    tier TEXT NOT NULL,
    route TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    requests BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    cancelled BIGINT NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    cached_tokens BIGINT NOT NULL,
    cache_write_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    unpriced BIGINT NOT NULL,
    PRIMARY KEY (begins, key_id, team, tier, route, provider, model)
);

-- Secrets that instances share, such as that of ids, where the configuration has no pepper from which to derive them.

CREATE TABLE shared_secrets (
    name TEXT PRIMARY KEY,
    secret TEXT NOT NULL
);
