package dev.sluice.store;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.LedgerRow;
import dev.sluice.model.RequestId;
import dev.sluice.model.Usage;
import dev.sluice.store.sql.Engine;
import dev.sluice.store.sql.Row;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** One row for each attempt, and the sums of them. A row that comes a second time changes nothing. */
public final class Ledger {

    private static final String COLUMNS =
            "id, process, request_id, attempt, key_id, team, tier, route, provider, model, surface, prompt_tokens,"
                    + " completion_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, reported_cost,"
                    + " usage_known, cost, cost_source, outcome, error_code, status, started_at, duration, first_token";

    private static final String INSERT = "INSERT INTO ledger_rows (id, process, request_id, attempt, kind,"
            + " prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, reported_cost,"
            + " usage_known, cost, duration, first_token) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (id, process) DO NOTHING";

    /** An attempt begins after its request's id was made and no more than this after it. */
    private static final long A_DAY = 86_400_000;

    /** Clocks are set back. */
    private static final long A_MINUTE = 60_000;

    private final Engine engine;
    private final LedgerDimensions dimensions = new LedgerDimensions();

    Ledger(Engine engine) {
        this.engine = engine;
    }

    /** Adds the rows and their sums, all or none; returns how many were new. */
    public Future<Integer> append(List<LedgerRow> rows) {
        LedgerDimensions.Numbers numbers = dimensions.of(rows);
        return engine.transaction(sql -> numbers.in(sql)
                        .compose(of -> sql.batch(INSERT, values(rows, of)))
                        .compose(inserted -> {
                            List<AttemptRecord> added = new ArrayList<>(rows.size());
                            for (int i = 0; i < inserted.length; i++) {
                                if (inserted[i] == 1) {
                                    added.add(rows.get(i).attempt());
                                }
                            }
                            return Rollups.add(sql, added).map(added.size());
                        }))
                .onSuccess(added -> numbers.committed());
    }

    /**
     * The newest first. A request id of ours says where to look; for one that a client chose all of the time is read.
     */
    public Future<List<LedgerRow>> list(LedgerQuery query) {
        String key = Columns.orEmpty(query.key());
        String team = Columns.orEmpty(query.team());
        String request = Columns.orEmpty(query.requestId());
        OptionalLong made = RequestId.epochMillis(request);
        long from =
                Math.max(query.from().toEpochMilli(), made.isEmpty() ? Long.MIN_VALUE : made.getAsLong() - A_MINUTE);
        long to = Math.min(query.to().toEpochMilli(), made.isEmpty() ? Long.MAX_VALUE : made.getAsLong() + A_DAY);
        LedgerQuery.Cursor after =
                query.after() == null ? new LedgerQuery.Cursor(Long.MAX_VALUE, Long.MAX_VALUE) : query.after();
        return engine.query(
                        "SELECT " + COLUMNS + " FROM ledger WHERE id >= ? AND id < ?"
                                + " AND (CAST(? AS TEXT) = '' OR key_id = ?)"
                                + " AND (CAST(? AS TEXT) = '' OR team = ?)"
                                + " AND (CAST(? AS TEXT) = '' OR request_id = ?)"
                                + " AND id <= ? AND (id < ? OR process < ?)"
                                + " ORDER BY id DESC, process DESC LIMIT ?",
                        LedgerRow.firstId(from),
                        LedgerRow.firstId(to),
                        key,
                        key,
                        team,
                        team,
                        request,
                        request,
                        after.id(),
                        after.id(),
                        after.process(),
                        (long) query.limit())
                .map(rows -> rows.stream().map(Ledger::row).toList());
    }

    /** Deletes some of the rows that began before; returns how many, so that the caller goes on until it is few. */
    Future<Integer> deleteBefore(Instant time, int most) {
        return engine.update(
                "DELETE FROM ledger_rows WHERE (id, process) IN"
                        + " (SELECT id, process FROM ledger_rows WHERE id < ? ORDER BY id LIMIT ?)",
                LedgerRow.firstId(time.toEpochMilli()),
                (long) most);
    }

    /** Throws away what only rows from before that moment needed. To be called when those are gone. */
    Future<Integer> forgetBefore(Instant time) {
        return LedgerDimensions.deleteBefore(engine, time);
    }

    private static List<Object[]> values(List<LedgerRow> rows, long[] kinds) {
        List<Object[]> values = new ArrayList<>(rows.size());
        for (int i = 0; i < kinds.length; i++) {
            values.add(values(rows.get(i), kinds[i]));
        }
        return values;
    }

    private static Object[] values(LedgerRow named, long kind) {
        AttemptRecord row = named.attempt();
        Usage usage = row.usage();
        return Columns.of(
                named.id(),
                named.process(),
                row.requestId(),
                (long) row.attempt(),
                kind,
                usage.promptTokens(),
                usage.completionTokens(),
                usage.cachedTokens(),
                usage.cacheWriteTokens(),
                usage.reasoningTokens(),
                usage.costNanoUsd(),
                usage.known() ? 1L : 0L,
                row.costNanoUsd(),
                row.durationMillis(),
                row.firstTokenMillis());
    }

    private static LedgerRow row(Row row) {
        AttemptRecord attempt = new AttemptRecord(
                row.text(2),
                Math.toIntExact(row.number(3)),
                row.text(4),
                Columns.orNull(row.text(5)),
                Columns.orNull(row.text(6)),
                Columns.orNull(row.text(7)),
                row.text(8),
                row.text(9),
                row.text(10),
                new Usage(
                        row.number(11),
                        row.number(12),
                        row.number(13),
                        row.number(14),
                        row.number(15),
                        row.number(16),
                        row.number(17) == 1),
                row.number(18),
                CostSource.valueOf(row.text(19)),
                row.text(20),
                Columns.orNull(row.text(21)),
                Math.toIntExact(row.number(22)),
                row.number(23),
                row.number(24),
                row.number(25));
        return new LedgerRow(row.number(0), row.number(1), attempt);
    }
}
