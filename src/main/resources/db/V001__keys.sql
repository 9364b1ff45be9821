-- Keys and teams. Times are milliseconds since the epoch, money is billionths of a US dollar, flags are 0 or 1.

CREATE TABLE teams (
    name TEXT PRIMARY KEY,
    rpm BIGINT NOT NULL,
    tpm BIGINT NOT NULL,
    input_tpm BIGINT NOT NULL,
    output_tpm BIGINT NOT NULL,
    concurrency BIGINT NOT NULL,
    budget BIGINT,
    budget_per TEXT,
    budget_warn_at DOUBLE PRECISION,
    budget_hard BIGINT,
    metadata TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- A key may name a team that only the config file knows, so there is no foreign key.
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    name TEXT,
    hash TEXT NOT NULL,
    previous_hash TEXT,
    previous_until BIGINT,
    team TEXT,
    tier TEXT,
    models TEXT NOT NULL,
    surfaces TEXT NOT NULL,
    role TEXT NOT NULL,
    rpm BIGINT NOT NULL,
    tpm BIGINT NOT NULL,
    input_tpm BIGINT NOT NULL,
    output_tpm BIGINT NOT NULL,
    concurrency BIGINT NOT NULL,
    budget BIGINT,
    budget_per TEXT,
    budget_warn_at DOUBLE PRECISION,
    budget_hard BIGINT,
    metadata TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    last_used_at BIGINT,
    created_by TEXT
);

-- One row; its counter grows with every change of a key or a team.
CREATE TABLE changes (
    id BIGINT PRIMARY KEY,
    counter BIGINT NOT NULL
);

INSERT INTO changes (id, counter) VALUES (1, 0);
