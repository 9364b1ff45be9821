package dev.sluice.store;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.LedgerRow;
import dev.sluice.model.RequestId;
import dev.sluice.model.Usage;
import dev.sluice.store.sql.Engine;
import dev.sluice.store.sql.Row;
import dev.sluice.store.sql.RowRefusedException;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The ledger: one row for each attempt, and the rollups of them. Appending is idempotent: known rows are ignored. */
public final class Ledger {

    private static final String COLUMNS =
            "id, process, request_id, attempt, key_id, team, tier, route, provider, model, surface, prompt_tokens,"
                    + " completion_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, reported_cost,"
                    + " usage_known, cost, cost_source, outcome, error_code, status, started_at, duration, first_token";

    private static final String INSERT = "INSERT INTO ledger_rows (id, process, request_id, attempt, kind,"
            + " prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, reported_cost,"
            + " usage_known, cost, duration, first_token) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (id, process) DO NOTHING";

    /** The longest time from the creation of a request's id to the start of one of its attempts. */
    private static final long A_DAY = 86_400_000;

    /** Tolerance for clocks that are set back. */
    private static final long A_MINUTE = 60_000;

    private final Engine engine;
    private final ModelNames models;
    private final LedgerDimensions dimensions = new LedgerDimensions();

    Ledger(Engine engine, ModelNames models) {
        this.engine = engine;
        this.models = models;
    }

    /**
     * Inserts the rows and updates the rollups in one transaction; returns the number of new rows. Fails with a
     * {@link RowRefusedException} if the database refuses one of them.
     */
    public Future<Integer> append(List<LedgerRow> journalRows) {
        List<LedgerRow> rows = journalRows.stream().map(models::bounded).toList();
        LedgerDimensions.BatchIds dimensionRows = dimensions.of(rows);
        return engine.transaction(sql -> dimensionRows
                        .insertMissing(sql)
                        .compose(ids -> sql.batch(INSERT, values(rows, ids)))
                        .compose(inserted -> {
                            List<AttemptRecord> added = new ArrayList<>(rows.size());
                            for (int i = 0; i < inserted.length; i++) {
                                if (inserted[i] == 1) {
                                    added.add(rows.get(i).attempt());
                                }
                            }
                            return Rollups.add(sql, added).map(added.size());
                        })
                        .recover(failure -> Future.failedFuture(RowRefusedException.of(failure))))
                .onSuccess(added -> dimensionRows.committed());
    }

    /**
     * The rows that a query selects, newest first. A request id made by Sluice contains its time, which narrows the
     * search; for one chosen by the client the whole range is read.
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

    /**
     * Deletes a batch of rows that started before the given time; returns their number, so that the caller can repeat.
     */
    Future<Integer> deleteBefore(Instant time, int limit) {
        return engine.update(
                "DELETE FROM ledger_rows WHERE (id, process) IN"
                        + " (SELECT id, process FROM ledger_rows WHERE id < ? ORDER BY id LIMIT ?)",
                LedgerRow.firstId(time.toEpochMilli()),
                (long) limit);
    }

    /**
     * Deletes some of the dimension rows used only before the given time; returns their number. Call it after the
     * ledger rows are deleted.
     */
    Future<Integer> deleteDimensionsBefore(Instant time, int limit) {
        return LedgerDimensions.deleteBefore(engine, time, limit);
    }

    private static List<Object[]> values(List<LedgerRow> rows, long[] dimensionIds) {
        List<Object[]> values = new ArrayList<>(rows.size());
        for (int i = 0; i < dimensionIds.length; i++) {
            values.add(values(rows.get(i), dimensionIds[i]));
        }
        return values;
    }

    private static Object[] values(LedgerRow named, long dimensionId) {
        AttemptRecord row = named.attempt();
        Usage usage = row.usage();
        return Columns.of(
                named.id(),
                named.process(),
                row.requestId(),
                (long) row.attempt(),
                dimensionId,
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
