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
 * The dimension table of the ledger. Values that many rows share (key, team, route, provider, model, outcome and so on)
 * are stored once as a "kind", and rows refer to its id. Ids are cached. Each kind is written again in every hour in
 * which it is used, so that any instance can delete kinds whose rows are gone.
 */
final class LedgerDimensions {

    /** One hour for which a cached kind is not written again, plus one hour of clock skew. */
    static final Duration SLACK = Duration.ofHours(2);

    /** Limits the cache, since clients create kinds by requesting models that match a pattern. */
    private static final int MOST = 10_000;

    private static final long HOUR = Duration.ofHours(1).toMillis();

    private static final String NAMES =
            "key_id, team, tier, route, provider, model, surface, cost_source, outcome, error_code, status";

    private static final String ADD = "INSERT INTO ledger_kinds (" + NAMES + ", last_used) VALUES"
            + " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (" + NAMES + ") DO UPDATE SET last_used ="
            + " CASE WHEN excluded.last_used > ledger_kinds.last_used THEN excluded.last_used"
            + " ELSE ledger_kinds.last_used END RETURNING id";

    private final Map<Kind, Known> known = new ConcurrentHashMap<>();

    private record Kind(
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

        /** The order in which all instances insert kinds, to avoid deadlocks. */
        private static final Comparator<Kind> ORDER = Comparator.comparing(Kind::key)
                .thenComparing(Kind::team)
                .thenComparing(Kind::tier)
                .thenComparing(Kind::route)
                .thenComparing(Kind::provider)
                .thenComparing(Kind::model)
                .thenComparing(Kind::surface)
                .thenComparing(Kind::costSource)
                .thenComparing(Kind::outcome)
                .thenComparing(Kind::errorCode)
                .thenComparingLong(Kind::status);

        static Kind of(AttemptRecord row) {
            return new Kind(
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
    private record Known(long id, long hour) {}

    /** The kinds of one batch of rows. New ids enter the cache when the transaction is committed. */
    final class Numbers {

        private final List<Kind> kinds;
        private final long millis = System.currentTimeMillis();
        private final Map<Kind, Known> found = new HashMap<>();

        private Numbers(List<LedgerRow> rows) {
            kinds = new ArrayList<>(rows.size());
            Kind before = null;
            for (LedgerRow row : rows) {
                Kind kind = Kind.of(row.attempt());
                // Most rows equal the previous one, which saves the lookup.
                before = kind.equals(before) ? before : kind;
                kinds.add(before);
            }
        }

        /**
         * Returns the id of each row's kind, in the order of the rows, and inserts missing kinds. Call it in the
         * transaction that inserts the rows, before them.
         */
        Future<long[]> in(Sql sql) {
            TreeSet<Kind> missing = new TreeSet<>(Kind.ORDER);
            Kind before = null;
            for (Kind kind : kinds) {
                if (kind == before) {
                    continue;
                }
                before = kind;
                Known there = known.get(kind);
                if (there != null && there.hour == millis / HOUR) {
                    found.put(kind, there);
                } else {
                    missing.add(kind);
                }
            }
            Future<?> done = Future.succeededFuture();
            for (Kind kind : missing) {
                done = done.compose(told -> sql.query(ADD, kind.values(millis)))
                        .map(row -> found.put(kind, new Known(row.getFirst().number(0), millis / HOUR)));
            }
            return done.map(all -> numbers());
        }

        void committed() {
            if (known.size() > MOST) {
                known.clear();
            }
            known.putAll(found);
        }

        private long[] numbers() {
            long[] numbers = new long[kinds.size()];
            for (int i = 0; i < numbers.length; i++) {
                boolean same = i > 0 && kinds.get(i) == kinds.get(i - 1);
                numbers[i] = same ? numbers[i - 1] : found.get(kinds.get(i)).id;
            }
            return numbers;
        }
    }

    Numbers of(List<LedgerRow> rows) {
        return new Numbers(rows);
    }

    /** Deletes kinds used only before the given time. Call it after the ledger rows are deleted. */
    static Future<Integer> deleteBefore(Sql sql, Instant time) {
        return sql.update(
                "DELETE FROM ledger_kinds WHERE last_used < ?",
                time.minus(SLACK).toEpochMilli());
    }
}
