package dev.sluice.store;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.Usage;
import dev.sluice.store.sql.Engine;
import dev.sluice.store.sql.Row;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One row for each attempt, and the sums of them. A row that comes a second time changes nothing. */
public final class Ledger {

    private static final String COLUMNS = "request_id, attempt, key_id, team, tier, route, provider, model, surface,"
            + " prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, reported_cost,"
            + " usage_known, cost, cost_source, outcome, error_code, status, started_at, duration, first_token";

    private static final String INSERT = "INSERT INTO ledger (" + COLUMNS + ") VALUES"
            + " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (request_id, attempt) DO NOTHING";

    private final Engine engine;

    Ledger(Engine engine) {
        this.engine = engine;
    }

    /** Adds the rows and their sums, all or none; returns how many were new. */
    public Future<Integer> append(List<AttemptRecord> rows) {
        List<Object[]> values = rows.stream().map(Ledger::values).toList();
        return engine.transaction(sql -> sql.batch(INSERT, values).compose(inserted -> {
            List<AttemptRecord> added = new ArrayList<>(rows.size());
            for (int i = 0; i < inserted.length; i++) {
                if (inserted[i] == 1) {
                    added.add(rows.get(i));
                }
            }
            return Rollups.add(sql, added).map(added.size());
        }));
    }

    /** The newest first. */
    public Future<List<AttemptRecord>> list(LedgerQuery query) {
        String key = Columns.orEmpty(query.key());
        String team = Columns.orEmpty(query.team());
        String request = Columns.orEmpty(query.requestId());
        LedgerQuery.Cursor after =
                query.after() == null ? new LedgerQuery.Cursor(Long.MAX_VALUE, "", 0) : query.after();
        return engine.query(
                        "SELECT " + COLUMNS + " FROM ledger WHERE started_at >= ? AND started_at < ?"
                                + " AND (CAST(? AS TEXT) = '' OR key_id = ?)"
                                + " AND (CAST(? AS TEXT) = '' OR team = ?)"
                                + " AND (CAST(? AS TEXT) = '' OR request_id = ?)"
                                + " AND started_at <= ? AND (started_at < ? OR request_id > ?"
                                + " OR (request_id = ? AND attempt > ?))"
                                + " ORDER BY started_at DESC, request_id, attempt LIMIT ?",
                        query.from().toEpochMilli(),
                        query.to().toEpochMilli(),
                        key,
                        key,
                        team,
                        team,
                        request,
                        request,
                        after.startEpochMillis(),
                        after.startEpochMillis(),
                        after.requestId(),
                        after.requestId(),
                        (long) after.attempt(),
                        (long) query.limit())
                .map(rows -> rows.stream().map(Ledger::row).toList());
    }

    /** Deletes some of the rows that began before; returns how many, so that the caller goes on until it is few. */
    Future<Integer> deleteBefore(Instant time, int most) {
        return engine.update(
                "DELETE FROM ledger WHERE (request_id, attempt) IN"
                        + " (SELECT request_id, attempt FROM ledger WHERE started_at < ? ORDER BY started_at LIMIT ?)",
                time.toEpochMilli(),
                (long) most);
    }

    private static Object[] values(AttemptRecord row) {
        Usage usage = row.usage();
        return Columns.of(
                row.requestId(),
                (long) row.attempt(),
                Columns.orEmpty(row.key()),
                Columns.orEmpty(row.team()),
                Columns.orEmpty(row.tier()),
                Columns.orEmpty(row.route()),
                Columns.orEmpty(row.provider()),
                Columns.orEmpty(row.model()),
                Columns.orEmpty(row.surface()),
                usage.promptTokens(),
                usage.completionTokens(),
                usage.cachedTokens(),
                usage.cacheWriteTokens(),
                usage.reasoningTokens(),
                usage.costNanoUsd(),
                usage.known() ? 1L : 0L,
                row.costNanoUsd(),
                row.costSource().name(),
                Columns.orEmpty(row.outcome()),
                Columns.orEmpty(row.errorCode()),
                (long) row.status(),
                row.startEpochMillis(),
                row.durationMillis(),
                row.firstTokenMillis());
    }

    private static AttemptRecord row(Row row) {
        return new AttemptRecord(
                row.text(0),
                Math.toIntExact(row.number(1)),
                row.text(2),
                Columns.orNull(row.text(3)),
                Columns.orNull(row.text(4)),
                Columns.orNull(row.text(5)),
                row.text(6),
                row.text(7),
                row.text(8),
                new Usage(
                        row.number(9),
                        row.number(10),
                        row.number(11),
                        row.number(12),
                        row.number(13),
                        row.number(14),
                        row.number(15) == 1),
                row.number(16),
                CostSource.valueOf(row.text(17)),
                row.text(18),
                Columns.orNull(row.text(19)),
                Math.toIntExact(row.number(20)),
                row.number(21),
                row.number(22),
                row.number(23));
    }
}
