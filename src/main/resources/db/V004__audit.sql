-- Who did what at the admin listener or the command line. Ids are given by the program, growing with time.

CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    happened_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL
);

CREATE INDEX audit_by_time ON audit (happened_at);
