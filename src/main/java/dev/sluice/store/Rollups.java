package dev.sluice.store;

import dev.sluice.model.AttemptRecord;
import dev.sluice.store.UsageQuery.Dimension;
import dev.sluice.store.sql.Engine;
import dev.sluice.store.sql.Row;
import dev.sluice.store.sql.Sql;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Hourly and daily (UTC) rollups of the ledger. They are updated in the transaction that inserts the rows and count
 * only new rows, so they are exact even when a row is appended twice. They are kept when old rows are deleted.
 */
public final class Rollups {

    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();

    private static final String COLUMNS = "begins, key_id, team, tier, route, provider, model, requests, attempts,"
            + " failed, cancelled, prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens,"
            + " reasoning_tokens, cost, unpriced";
    private static final String VALUES = ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (begins, key_id, team, tier, route, provider, model) DO UPDATE SET"
            + " requests = sums.requests + excluded.requests, attempts = sums.attempts + excluded.attempts,"
            + " failed = sums.failed + excluded.failed, cancelled = sums.cancelled + excluded.cancelled,"
            + " prompt_tokens = sums.prompt_tokens + excluded.prompt_tokens,"
            + " completion_tokens = sums.completion_tokens + excluded.completion_tokens,"
            + " cached_tokens = sums.cached_tokens + excluded.cached_tokens,"
            + " cache_write_tokens = sums.cache_write_tokens + excluded.cache_write_tokens,"
            + " reasoning_tokens = sums.reasoning_tokens + excluded.reasoning_tokens,"
            + " cost = sums.cost + excluded.cost, unpriced = sums.unpriced + excluded.unpriced";
    private static final String ADD_HOURLY = "INSERT INTO usage_hourly AS sums (" + COLUMNS + VALUES;
    private static final String ADD_DAILY = "INSERT INTO usage_daily AS sums (" + COLUMNS + VALUES;

    /** Dimensions that are not requested collapse to one empty value, so that the statement is constant. */
    private static final String SELECT = "SELECT CASE WHEN CAST(? AS BIGINT) > 0"
            + " THEN begins - begins % CAST(? AS BIGINT) ELSE 0 END,"
            + " CASE WHEN CAST(? AS BIGINT) = 1 THEN key_id ELSE '' END,"
            + " CASE WHEN CAST(? AS BIGINT) = 1 THEN team ELSE '' END,"
            + " CASE WHEN CAST(? AS BIGINT) = 1 THEN tier ELSE '' END,"
            + " CASE WHEN CAST(? AS BIGINT) = 1 THEN route ELSE '' END,"
            + " CASE WHEN CAST(? AS BIGINT) = 1 THEN provider ELSE '' END,"
            + " CASE WHEN CAST(? AS BIGINT) = 1 THEN model ELSE '' END,"
            + " SUM(requests), SUM(attempts), SUM(failed), SUM(cancelled), SUM(prompt_tokens),"
            + " SUM(completion_tokens), SUM(cached_tokens), SUM(cache_write_tokens), SUM(reasoning_tokens),"
            + " SUM(cost), SUM(unpriced)";

    private static final String WHERE = " WHERE begins >= ? AND begins < ?"
            + " AND (CAST(? AS BIGINT) = 0 OR key_id = ?) AND (CAST(? AS BIGINT) = 0 OR team = ?)"
            + " AND (CAST(? AS BIGINT) = 0 OR tier = ?) AND (CAST(? AS BIGINT) = 0 OR route = ?)"
            + " AND (CAST(? AS BIGINT) = 0 OR provider = ?) AND (CAST(? AS BIGINT) = 0 OR model = ?)"
            + " GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7 LIMIT ? OFFSET ?";

    private static final String HOURLY = SELECT + " FROM usage_hourly" + WHERE;
    private static final String DAILY = SELECT + " FROM usage_daily" + WHERE;

    /** In column order. */
    private static final List<Dimension> NAMED = List.of(
            Dimension.KEY, Dimension.TEAM, Dimension.TIER, Dimension.ROUTE, Dimension.PROVIDER, Dimension.MODEL);

    private final Engine engine;

    Rollups(Engine engine) {
        this.engine = engine;
    }

    /** Adds new rows to the rollups. Call it in the transaction that inserted them. */
    static Future<Void> add(Sql sql, List<AttemptRecord> rows) {
        if (rows.isEmpty()) {
            return Future.succeededFuture();
        }
        Map<UsageSums.Bucket, UsageSums> hours = new HashMap<>();
        rows.forEach(row -> hours.computeIfAbsent(UsageSums.Bucket.of(row, HOUR), bucket -> new UsageSums())
                .add(row));
        Map<UsageSums.Bucket, UsageSums> days = new HashMap<>();
        hours.forEach((hour, sums) ->
                days.computeIfAbsent(hour.wider(DAY), bucket -> new UsageSums()).add(sums));
        return sql.batch(ADD_HOURLY, values(hours))
                .compose(done -> sql.batch(ADD_DAILY, values(days)))
                .mapEmpty();
    }

    /** Sums ordered by time, then by the other requested dimensions. A range without usage has no rows. */
    public Future<List<UsageRow>> query(UsageQuery query) {
        long from = query.from().toEpochMilli();
        long to = query.to().toEpochMilli();
        boolean byHour = query.by().contains(Dimension.HOUR);
        boolean byDay = query.by().contains(Dimension.DAY);
        boolean wholeDays = !byHour && Math.floorMod(from, DAY) == 0 && Math.floorMod(to, DAY) == 0;
        List<Object> values = new ArrayList<>();
        values.add(byHour || byDay ? 1L : 0L);
        values.add(byHour ? HOUR : DAY);
        NAMED.forEach(dimension -> values.add(query.by().contains(dimension) ? 1L : 0L));
        values.add(from - Math.floorMod(from, HOUR));
        values.add(to);
        for (Dimension dimension : NAMED) {
            values.add(query.only().containsKey(dimension) ? 1L : 0L);
            values.add(query.only().getOrDefault(dimension, ""));
        }
        values.add((long) query.limit());
        values.add((long) query.offset());
        return engine.query(wholeDays ? DAILY : HOURLY, values.toArray())
                .map(rows -> rows.stream()
                        .map(row -> usage(row, query, byHour || byDay))
                        .toList());
    }

    /** The spend of each key since the start of the UTC day of {@code since}, in billionths of a US dollar. */
    public Future<Map<String, Long>> spentByKey(Instant since) {
        return spent("SELECT key_id, SUM(cost) FROM usage_daily WHERE begins >= ? GROUP BY key_id", since);
    }

    /** The spend of each team since the start of the UTC day of {@code since}, in billionths of a US dollar. */
    public Future<Map<String, Long>> spentByTeam(Instant since) {
        return spent("SELECT team, SUM(cost) FROM usage_daily WHERE begins >= ? AND team <> '' GROUP BY team", since);
    }

    /** {@link #spentByKey} and {@link #spentByTeam}. */
    Future<Spend> spend(Instant since) {
        return spentByKey(since).compose(keys -> spentByTeam(since).map(teams -> new Spend(keys, teams)));
    }

    private Future<Map<String, Long>> spent(String sql, Instant since) {
        long from = since.toEpochMilli();
        return engine.query(sql, from - Math.floorMod(from, DAY)).map(rows -> {
            Map<String, Long> spent = new HashMap<>();
            rows.forEach(row -> spent.put(row.text(0), row.number(1)));
            return Map.copyOf(spent);
        });
    }

    private static List<Object[]> values(Map<UsageSums.Bucket, UsageSums> sums) {
        return sums.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(UsageSums.Bucket.ORDER))
                .map(sum -> sum.getValue().values(sum.getKey()))
                .toList();
    }

    private static UsageRow usage(Row row, UsageQuery query, boolean timed) {
        Map<Dimension, String> of = new EnumMap<>(Dimension.class);
        for (int i = 0; i < NAMED.size(); i++) {
            if (query.by().contains(NAMED.get(i))) {
                of.put(NAMED.get(i), row.text(1 + i));
            }
        }
        return new UsageRow(
                of,
                timed ? row.time(0) : null,
                row.number(7),
                row.number(8),
                row.number(9),
                row.number(10),
                row.number(11),
                row.number(12),
                row.number(13),
                row.number(14),
                row.number(15),
                row.number(16),
                row.number(17));
    }
}
