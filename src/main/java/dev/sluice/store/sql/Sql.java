package dev.sluice.store.sql;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/**
 * The SQL operations of both engines. Parameters are {@code ?}, their values {@code String}, {@code Long},
 * {@code Double} or null. Engine failures become {@code GatewayException}s of kind {@code UNAVAILABLE} and code
 * {@code store_unavailable}.
 */
public interface Sql {

    Future<List<Row>> query(String sql, Object... values);

    /** Runs a statement; returns the number of changed rows. */
    Future<Integer> update(String sql, Object... values);

    /** Runs a statement once for each of {@code rows}; returns the number of rows that each changed. */
    Future<int[]> batch(String sql, List<Object[]> rows);

    /**
     * Runs {@code work} in a transaction. The work may wait only for the {@code Sql} passed to it, since SQLite runs it
     * synchronously on its thread.
     */
    <T> Future<T> transaction(Function<Sql, Future<T>> work);

    /** Takes the lock that excludes all other processes until the end of the transaction. Only within a transaction. */
    Future<Void> lock();

    /**
     * Notifies {@linkplain Engine#listen listeners} of a change when the transaction is committed. Only within a
     * transaction.
     */
    Future<Void> announce();
}
