-- Sums for each hour and day; they stay when the rows are deleted. "begins" is where the hour or the UTC day begins.
-- A cost of -1 is an unknown one: it adds nothing to the cost and one to unpriced.

CREATE TABLE usage_hourly (
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

INSERT INTO usage_hourly
SELECT
    started_at - started_at % 3600000,
    key_id, team, tier, route, provider, model,
    SUM(CASE WHEN attempt = 1 THEN 1 ELSE 0 END),
    COUNT(*),
    SUM(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END),
    SUM(CASE WHEN outcome = 'cancelled' THEN 1 ELSE 0 END),
    SUM(prompt_tokens),
    SUM(completion_tokens),
    SUM(cached_tokens),
    SUM(cache_write_tokens),
    SUM(reasoning_tokens),
    SUM(CASE WHEN cost > 0 THEN cost ELSE 0 END),
    SUM(CASE WHEN cost < 0 THEN 1 ELSE 0 END)
FROM ledger
GROUP BY 1, 2, 3, 4, 5, 6, 7;

CREATE TABLE usage_daily (
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

INSERT INTO usage_daily
SELECT
    started_at - started_at % 86400000,
    key_id, team, tier, route, provider, model,
    SUM(CASE WHEN attempt = 1 THEN 1 ELSE 0 END),
    COUNT(*),
    SUM(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END),
    SUM(CASE WHEN outcome = 'cancelled' THEN 1 ELSE 0 END),
    SUM(prompt_tokens),
    SUM(completion_tokens),
    SUM(cached_tokens),
    SUM(cache_write_tokens),
    SUM(reasoning_tokens),
    SUM(CASE WHEN cost > 0 THEN cost ELSE 0 END),
    SUM(CASE WHEN cost < 0 THEN 1 ELSE 0 END)
FROM ledger
GROUP BY 1, 2, 3, 4, 5, 6, 7;
