-- Rows have a name of their own that grows with time. Request ids were it before: clients may choose those, so one that
-- chose the same again had its rows dropped; and they are random, so that each row changed a page of its own.
--
-- id: milliseconds since the epoch at which the attempt began, times 1,048,576, plus a number. process: random for each
-- run of a gateway, 0 for rows from before. What stands in a comment for SQLite is read by SQLite only.

ALTER TABLE ledger RENAME TO ledger_before;

CREATE TABLE ledger (
    id BIGINT NOT NULL,
    process BIGINT NOT NULL,
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
    PRIMARY KEY (id, process)
) /* SQLite: WITHOUT ROWID */;

INSERT INTO ledger
SELECT
    started_at * 1048576 + (ROW_NUMBER() OVER (ORDER BY started_at)) % 1048576,
    0,
    request_id, attempt, key_id, team, tier, route, provider, model, surface,
    prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, usage_known,
    reported_cost, cost, cost_source, outcome, error_code, status, started_at, duration, first_token
FROM ledger_before;

DROP TABLE ledger_before;
