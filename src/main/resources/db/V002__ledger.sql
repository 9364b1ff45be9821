-- One row for each attempt. What was not there (no team, no route) is the empty text.

CREATE TABLE ledger (
    request_id TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    team TEXT NOT NULL,
    tier TEXT NOT NULL,
    route TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    surface TEXT NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    cached_tokens BIGINT NOT NULL,
    cache_write_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    usage_known BIGINT NOT NULL,
    reported_cost BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    cost_source TEXT NOT NULL,
    outcome TEXT NOT NULL,
    error_code TEXT NOT NULL,
    status BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    duration BIGINT NOT NULL,
    first_token BIGINT NOT NULL,
    PRIMARY KEY (request_id, attempt)
);

CREATE INDEX ledger_by_time ON ledger (started_at);
