-- Most rows of a ledger say the same of who asked whom for what and how it ended. That stands once, as a kind, and a row
-- has its number: less than half of the file, and a third less work for each row. When a row began is in its id.
--
-- last_used: when a row of the kind was written last, to the hour. The view has the rows as they were.

ALTER TABLE ledger RENAME TO ledger_before;

CREATE TABLE ledger_kinds (
    id /* SQLite: INTEGER PRIMARY KEY */ /* PostgreSQL: BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY */,
    key_id TEXT NOT NULL,
    team TEXT NOT NULL,
    tier TEXT NOT NULL,
    route TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    surface TEXT NOT NULL,
    cost_source TEXT NOT NULL,
    outcome TEXT NOT NULL,
    error_code TEXT NOT NULL,
    status BIGINT NOT NULL,
    last_used BIGINT NOT NULL,
    UNIQUE (key_id, team, tier, route, provider, model, surface, cost_source, outcome, error_code, status)
);

CREATE TABLE ledger_rows (
    id BIGINT NOT NULL,
    process BIGINT NOT NULL,
    request_id TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    cached_tokens BIGINT NOT NULL,
    cache_write_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    usage_known BIGINT NOT NULL,
    reported_cost BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    duration BIGINT NOT NULL,
    first_token BIGINT NOT NULL,
    PRIMARY KEY (id, process)
) /* SQLite: WITHOUT ROWID */;

INSERT INTO ledger_kinds (key_id, team, tier, route, provider, model, surface, cost_source, outcome, error_code, status,
    last_used)
SELECT key_id, team, tier, route, provider, model, surface, cost_source, outcome, error_code, status, MAX(started_at)
FROM ledger_before
GROUP BY key_id, team, tier, route, provider, model, surface, cost_source, outcome, error_code, status;

INSERT INTO ledger_rows
SELECT
    b.id, b.process, b.request_id, b.attempt, k.id, b.prompt_tokens, b.completion_tokens, b.cached_tokens,
    b.cache_write_tokens, b.reasoning_tokens, b.usage_known, b.reported_cost, b.cost, b.duration, b.first_token
FROM ledger_before b JOIN ledger_kinds k ON
    k.key_id = b.key_id AND k.team = b.team AND k.tier = b.tier AND k.route = b.route AND k.provider = b.provider
    AND k.model = b.model AND k.surface = b.surface AND k.cost_source = b.cost_source AND k.outcome = b.outcome
    AND k.error_code = b.error_code AND k.status = b.status;

DROP TABLE ledger_before;

CREATE VIEW ledger AS
SELECT
    r.id, r.process, r.request_id, r.attempt, k.key_id, k.team, k.tier, k.route, k.provider, k.model, k.surface,
    r.prompt_tokens, r.completion_tokens, r.cached_tokens, r.cache_write_tokens, r.reasoning_tokens, r.usage_known,
    r.reported_cost, r.cost, k.cost_source, k.outcome, k.error_code, k.status,
    r.id / 1048576 AS started_at, r.duration, r.first_token
FROM ledger_rows r LEFT JOIN ledger_kinds k ON k.id = r.kind;
