package dev.sluice.store;

import dev.sluice.model.AttemptRecord;
import dev.sluice.store.UsageQuery.Dimension;
import dev.sluice.store.sql.Engine;
import dev.sluice.store.sql.Row;
import dev.sluice.store.sql.Sql;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Hourly, daily and monthly (UTC) rollups of the ledger. Hours and days are updated in the transaction that inserts the
 * rows and count only new rows, so they are exact even when a row is appended twice. {@link Retention} deletes old
 * hours and moves old days to their months.
 */
public final class Rollups {

    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();

    /** The most that one sum may hold, so that the sum of a few buckets still fits. */
    static final long MOST = 1_000_000_000_000_000_000L;

    private static final String KEY = "begins, key_id, team, tier, route, provider, model";
    private static final List<String> FIGURES = List.of(
            "requests",
            "attempts",
            "failed",
            "cancelled",
            "prompt_tokens",
            "completion_tokens",
            "cached_tokens",
            "cache_write_tokens",
            "reasoning_tokens",
            "cost",
            "unpriced");
    private static final String COLUMNS = KEY + ", " + String.join(", ", FIGURES);

    private static final String SUMMED =
            FIGURES.stream().map(figure -> " SUM(" + figure + ")").collect(Collectors.joining(","));

    private static final String ADDED = FIGURES.stream()
            .map(figure -> figure + " = CASE WHEN sums." + figure + " > " + MOST + " - excluded." + figure + " THEN "
                    + MOST + " ELSE sums." + figure + " + excluded." + figure + " END")
            .collect(Collectors.joining(", "));

    private static final String ADD = " AS sums (" + COLUMNS
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (" + KEY + ") DO UPDATE SET "
            + ADDED;
    private static final String ADD_HOURLY = "INSERT INTO usage_hourly" + ADD;
    private static final String ADD_DAILY = "INSERT INTO usage_daily" + ADD;
    private static final String ADD_MONTHLY = "INSERT INTO usage_monthly" + ADD;

    private static final String IN_RANGE = " WHERE begins >= ? AND begins < ?";

    /** Dimensions that are not requested collapse to one empty value, so that the statement is constant. */
    private static final String QUERY = "SELECT CASE WHEN CAST(? AS BIGINT) > 0"
            + " THEN begins - begins % CAST(? AS BIGINT) ELSE 0 END,"
            + " CASE WHEN CAST(? AS BIGINT) = 1 THEN key_id ELSE '' END,"
            + " CASE WHEN CAST(? AS BIGINT) = 1 THEN team ELSE '' END,"
            + " CASE WHEN CAST(? AS BIGINT) = 1 THEN tier ELSE '' END,"
            + " CASE WHEN CAST(? AS BIGINT) = 1 THEN route ELSE '' END,"
            + " CASE WHEN CAST(? AS BIGINT) = 1 THEN provider ELSE '' END,"
            + " CASE WHEN CAST(? AS BIGINT) = 1 THEN model ELSE '' END,"
            + SUMMED
            + " FROM (SELECT " + COLUMNS + " FROM usage_hourly" + IN_RANGE
            + " UNION ALL SELECT " + COLUMNS + " FROM usage_hourly" + IN_RANGE
            + " UNION ALL SELECT " + COLUMNS + " FROM usage_daily" + IN_RANGE
            + " UNION ALL SELECT " + COLUMNS + " FROM usage_monthly" + IN_RANGE + ") AS sums"
            + " WHERE (CAST(? AS BIGINT) = 0 OR key_id = ?) AND (CAST(? AS BIGINT) = 0 OR team = ?)"
            + " AND (CAST(? AS BIGINT) = 0 OR tier = ?) AND (CAST(? AS BIGINT) = 0 OR route = ?)"
            + " AND (CAST(? AS BIGINT) = 0 OR provider = ?) AND (CAST(? AS BIGINT) = 0 OR model = ?)"
            + " GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7 LIMIT ? OFFSET ?";

    /** Months have ended, so that only a lifetime includes them. */
    private static final String SPENT = " FROM (SELECT key_id, team, cost FROM usage_daily WHERE begins >= ?"
            + " UNION ALL SELECT key_id, team, cost FROM usage_monthly WHERE begins >= ?) AS sums";

    private static final String SPENT_BY_KEY = "SELECT key_id, SUM(cost)" + SPENT + " GROUP BY key_id";
    private static final String SPENT_BY_TEAM = "SELECT team, SUM(cost)" + SPENT + " WHERE team <> '' GROUP BY team";

    private static final String OLDEST = " WHERE begins < ? ORDER BY begins LIMIT ?)";
    private static final String DELETE_HOURS =
            "DELETE FROM usage_hourly WHERE (" + KEY + ") IN (SELECT " + KEY + " FROM usage_hourly" + OLDEST;
    private static final String TAKE_DAYS = "DELETE FROM usage_daily WHERE (" + KEY + ") IN (SELECT " + KEY
            + " FROM usage_daily" + OLDEST + " RETURNING " + COLUMNS;

    /** SQLite would look up each row of the key by its first column only, which a whole day shares. */
    private static final String DELETE_HOURS_BY_ROWID =
            "DELETE FROM usage_hourly WHERE rowid IN (SELECT rowid FROM usage_hourly" + OLDEST;

    private static final String TAKE_DAYS_BY_ROWID =
            "DELETE FROM usage_daily WHERE rowid IN (SELECT rowid FROM usage_daily" + OLDEST + " RETURNING " + COLUMNS;

    /** In column order. */
    private static final List<Dimension> NAMED = List.of(
            Dimension.KEY, Dimension.TEAM, Dimension.TIER, Dimension.ROUTE, Dimension.PROVIDER, Dimension.MODEL);

    private final Engine engine;
    private final ModelNames models;
    private final String deleteHours;
    private final String takeDays;

    Rollups(Engine engine, ModelNames models) {
        this.engine = engine;
        this.models = models;
        this.deleteHours = engine.remote() ? DELETE_HOURS : DELETE_HOURS_BY_ROWID;
        this.takeDays = engine.remote() ? TAKE_DAYS : TAKE_DAYS_BY_ROWID;
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
        List<Object> values = new ArrayList<>();
        values.add(byHour || byDay ? 1L : 0L);
        values.add(byHour ? HOUR : DAY);
        NAMED.forEach(dimension -> values.add(query.by().contains(dimension) ? 1L : 0L));
        values.addAll(ranges(from - Math.floorMod(from, HOUR), to, byHour));
        for (Dimension dimension : NAMED) {
            values.add(query.only().containsKey(dimension) ? 1L : 0L);
            values.add(query.only().getOrDefault(dimension, ""));
        }
        values.add((long) query.limit());
        values.add((long) query.offset());
        return engine.query(QUERY, values.toArray())
                .map(rows -> rows.stream()
                        .map(row -> usage(row, query, byHour || byDay))
                        .toList());
    }

    /** Start and end of the hours before the first whole day, the hours after the last, the days and the months. */
    private static List<Object> ranges(long from, long to, boolean byHour) {
        long firstDay = from + Math.floorMod(-from, DAY);
        long lastDay = to - Math.floorMod(to, DAY);
        return byHour || firstDay > lastDay
                ? List.of(from, to, 0L, 0L, 0L, 0L, 0L, 0L)
                : List.of(from, firstDay, lastDay, to, firstDay, lastDay, firstDay, lastDay);
    }

    /** The spend of each key since the start of the UTC day of {@code since}, in billionths of a US dollar. */
    public Future<Map<String, Long>> spentByKey(Instant since) {
        return spent(SPENT_BY_KEY, since);
    }

    /** The spend of each team since the start of the UTC day of {@code since}, in billionths of a US dollar. */
    public Future<Map<String, Long>> spentByTeam(Instant since) {
        return spent(SPENT_BY_TEAM, since);
    }

    /** {@link #spentByKey} and {@link #spentByTeam}. */
    Future<Spend> spend(Instant since) {
        return spentByKey(since).compose(keys -> spentByTeam(since).map(teams -> new Spend(keys, teams)));
    }

    private Future<Map<String, Long>> spent(String sql, Instant since) {
        long from = since.toEpochMilli() - Math.floorMod(since.toEpochMilli(), DAY);
        return engine.query(sql, from, from).map(rows -> {
            Map<String, Long> spent = new HashMap<>();
            rows.forEach(row -> spent.put(row.text(0), row.number(1)));
            return Map.copyOf(spent);
        });
    }

    /** Deletes some of the sums of hours before the given time; returns their number, so that the caller can repeat. */
    Future<Integer> deleteHoursBefore(Instant time, int limit) {
        return engine.update(deleteHours, time.toEpochMilli(), (long) limit);
    }

    /**
     * Moves some of the sums of days before the given time to those of their months; returns the number of days, so
     * that the caller can repeat. Models that the configuration does not list and that only failed become one name.
     *
     * @param time start of a month, so that a month is either kept by day or not
     */
    Future<Integer> foldDaysBefore(Instant time, int limit) {
        return engine.transaction(sql -> sql.query(takeDays, time.toEpochMilli(), (long) limit)
                .compose(days -> {
                    Map<UsageSums.Bucket, UsageSums> months = new HashMap<>();
                    for (Row day : days) {
                        UsageSums sums = UsageSums.of(day, 7);
                        months.computeIfAbsent(month(day, sums), bucket -> new UsageSums())
                                .add(sums);
                    }
                    return sql.batch(ADD_MONTHLY, values(months)).map(days.size());
                }));
    }

    private UsageSums.Bucket month(Row day, UsageSums sums) {
        long begins = day.time(0)
                        .atOffset(ZoneOffset.UTC)
                        .toLocalDate()
                        .withDayOfMonth(1)
                        .toEpochDay()
                * DAY;
        boolean named = !sums.onlyFailed() || models.listed(day.text(5), day.text(6));
        return new UsageSums.Bucket(
                begins,
                day.text(1),
                day.text(2),
                day.text(3),
                day.text(4),
                day.text(5),
                named ? day.text(6) : ModelNames.OTHER);
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
