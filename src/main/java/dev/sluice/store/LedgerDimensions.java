package dev.sluice.store;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.LedgerRow;
import dev.sluice.store.sql.Sql;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The dimension table of the ledger, {@code ledger_kinds}. Values that many ledger rows share (key, team, route,
 * provider, model, outcome and so on) are stored once as a dimension row, and ledger rows refer to its id. Ids are
 * cached. Each dimension row is written again in every hour in which it is used, so that any instance can delete those
 * whose ledger rows are gone.
 */
final class LedgerDimensions {

    /** One hour for which a cached dimension row is not written again, plus one hour of clock skew. */
    static final Duration SLACK = Duration.ofHours(2);

    /** Limits the cache, since clients create dimension rows by requesting models that match a pattern. */
    private static final int MAX_CACHED = 10_000;

    private static final long HOUR = Duration.ofHours(1).toMillis();

    private static final String NAMES =
            "key_id, team, tier, route, provider, model, surface, cost_source, outcome, error_code, status";

    private static final String ADD = "INSERT INTO ledger_kinds (" + NAMES + ", last_used) VALUES"
            + " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (" + NAMES + ") DO UPDATE SET last_used ="
            + " CASE WHEN excluded.last_used > ledger_kinds.last_used THEN excluded.last_used"
            + " ELSE ledger_kinds.last_used END RETURNING id";

    private final Map<DimensionRow, CachedId> cache = new ConcurrentHashMap<>();

    private record DimensionRow(
            String key,
            String team,
            String tier,
            String route,
            String provider,
            String model,
            String surface,
            String costSource,
            String outcome,
            String errorCode,
            long status) {

        /** The order in which all instances insert dimension rows, to avoid deadlocks. */
        private static final Comparator<DimensionRow> ORDER = Comparator.comparing(DimensionRow::key)
                .thenComparing(DimensionRow::team)
                .thenComparing(DimensionRow::tier)
                .thenComparing(DimensionRow::route)
                .thenComparing(DimensionRow::provider)
                .thenComparing(DimensionRow::model)
                .thenComparing(DimensionRow::surface)
                .thenComparing(DimensionRow::costSource)
                .thenComparing(DimensionRow::outcome)
                .thenComparing(DimensionRow::errorCode)
                .thenComparingLong(DimensionRow::status);

        static DimensionRow of(AttemptRecord row) {
            return new DimensionRow(
                    Columns.orEmpty(row.key()),
                    Columns.orEmpty(row.team()),
                    Columns.orEmpty(row.tier()),
                    Columns.orEmpty(row.route()),
                    Columns.orEmpty(row.provider()),
                    Columns.orEmpty(row.model()),
                    Columns.orEmpty(row.surface()),
                    row.costSource().name(),
                    Columns.orEmpty(row.outcome()),
                    Columns.orEmpty(row.errorCode()),
                    row.status());
        }

        Object[] values(long millis) {
            return Columns.of(
                    key, team, tier, route, provider, model, surface, costSource, outcome, errorCode, status, millis);
        }
    }

    /** @param hour the hour in which it was last written to the store */
    private record CachedId(long id, long hour) {}

    /** The dimension rows of one batch of ledger rows. New ids enter the cache when the transaction is committed. */
    final class BatchIds {

        private final List<DimensionRow> dimensionRows;
        private final long millis = System.currentTimeMillis();
        private final Map<DimensionRow, CachedId> found = new HashMap<>();

        private BatchIds(List<LedgerRow> rows) {
            dimensionRows = new ArrayList<>(rows.size());
            DimensionRow before = null;
            for (LedgerRow row : rows) {
                DimensionRow dimensions = DimensionRow.of(row.attempt());
                // Most rows equal the previous one, which saves the lookup.
                before = dimensions.equals(before) ? before : dimensions;
                dimensionRows.add(before);
            }
        }

        /**
         * Returns the id of each ledger row's dimension row, in the order of the ledger rows, and inserts missing ones.
         * Call it in the transaction that inserts the ledger rows, before them.
         */
        Future<long[]> insertMissing(Sql sql) {
            TreeSet<DimensionRow> missing = new TreeSet<>(DimensionRow.ORDER);
            DimensionRow before = null;
            for (DimensionRow row : dimensionRows) {
                if (row == before) {
                    continue;
                }
                before = row;
                CachedId cached = cache.get(row);
                if (cached != null && cached.hour == millis / HOUR) {
                    found.put(row, cached);
                } else {
                    missing.add(row);
                }
            }
            Future<?> done = Future.succeededFuture();
            for (DimensionRow row : missing) {
                done = done.compose(inserted -> sql.query(ADD, row.values(millis)))
                        .map(id -> found.put(row, new CachedId(id.getFirst().number(0), millis / HOUR)));
            }
            return done.map(last -> ids());
        }

        void committed() {
            if (cache.size() > MAX_CACHED) {
                cache.clear();
            }
            cache.putAll(found);
        }

        private long[] ids() {
            long[] ids = new long[dimensionRows.size()];
            for (int i = 0; i < ids.length; i++) {
                boolean same = i > 0 && dimensionRows.get(i) == dimensionRows.get(i - 1);
                ids[i] = same ? ids[i - 1] : found.get(dimensionRows.get(i)).id;
            }
            return ids;
        }
    }

    BatchIds of(List<LedgerRow> rows) {
        return new BatchIds(rows);
    }

    /**
     * Deletes some of the dimension rows used only before the given time; returns their number, so that the caller can
     * repeat. Call it after the ledger rows are deleted.
     */
    static Future<Integer> deleteBefore(Sql sql, Instant time, int limit) {
        return sql.update(
                "DELETE FROM ledger_kinds WHERE id IN (SELECT id FROM ledger_kinds WHERE last_used < ? LIMIT ?)",
                time.minus(SLACK).toEpochMilli(),
                (long) limit);
    }
}
