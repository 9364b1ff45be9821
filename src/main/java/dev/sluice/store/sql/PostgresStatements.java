package dev.sluice.store.sql;

import io.vertx.core.Future;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Statements on one connection, or on any connection of the pool. */
final class PostgresStatements implements Sql {

    static final String CHANNEL = "sluice_changes";

    /** The key of Sluice's advisory lock: "sluice" in ASCII. */
    private static final long LOCK = 0x736c75696365L;

    /** Converted statements. Bounded, since statements are constants. */
    private static final Map<String, String> NUMBERED = new ConcurrentHashMap<>();

    private final SqlClient client;

    PostgresStatements(SqlClient client) {
        this.client = client;
    }

    @Override
    public Future<List<Row>> query(String sql, Object... values) {
        return execute(sql, values).map(PostgresStatements::rows);
    }

    @Override
    public Future<Integer> update(String sql, Object... values) {
        return execute(sql, values).map(RowSet::rowCount);
    }

    @Override
    public Future<int[]> batch(String sql, List<Object[]> rows) {
        if (rows.isEmpty()) {
            return Future.succeededFuture(new int[0]);
        }
        List<Tuple> tuples = rows.stream().map(Tuple::wrap).toList();
        return client.preparedQuery(numbered(sql)).executeBatch(tuples).map(first -> {
            int[] changed = new int[rows.size()];
            RowSet<io.vertx.sqlclient.Row> result = first;
            for (int i = 0; i < changed.length; i++, result = result.next()) {
                changed[i] = result.rowCount();
            }
            return changed;
        });
    }

    /** Already in a transaction. */
    @Override
    public <T> Future<T> transaction(Function<Sql, Future<T>> work) {
        return work.apply(this);
    }

    @Override
    public Future<Void> lock() {
        return execute("SELECT pg_advisory_xact_lock(?)", LOCK).mapEmpty();
    }

    @Override
    public Future<Void> announce() {
        return execute("SELECT pg_notify(?, ?)", CHANNEL, "").mapEmpty();
    }

    /** Replaces {@code ?} by {@code $1}, {@code $2}, …; the statements contain no other question marks. */
    static String numbered(String sql) {
        return NUMBERED.computeIfAbsent(sql, marks -> {
            StringBuilder numbered = new StringBuilder(marks.length() + 16);
            int number = 0;
            for (int i = 0; i < marks.length(); i++) {
                char c = marks.charAt(i);
                numbered.append(c == '?' ? '$' : c);
                if (c == '?') {
                    numbered.append(++number);
                }
            }
            return numbered.toString();
        });
    }

    private Future<RowSet<io.vertx.sqlclient.Row>> execute(String sql, Object... values) {
        return client.preparedQuery(numbered(sql)).execute(Tuple.wrap(values));
    }

    private static List<Row> rows(RowSet<io.vertx.sqlclient.Row> found) {
        List<Row> rows = new ArrayList<>(found.size());
        for (io.vertx.sqlclient.Row row : found) {
            Object[] values = new Object[row.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.getValue(i);
            }
            rows.add(new Row(values));
        }
        return rows;
    }
}
