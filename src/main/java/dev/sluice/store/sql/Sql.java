package dev.sluice.store.sql;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/**
 * What both engines can do. Parameters are {@code ?}, their values {@code String}, {@code Long}, {@code Double} or
 * null. Failures of an engine are {@code GatewayException}s of kind {@code UNAVAILABLE} and code {@code store_down}.
 */
public interface Sql {

    Future<List<Row>> query(String sql, Object... values);

    /** How many rows it changed. */
    Future<Integer> update(String sql, Object... values);

    /** The same statement for each of {@code rows}, and how many rows each changed. */
    Future<int[]> batch(String sql, List<Object[]> rows);

    /**
     * All of {@code work} or nothing of it. The work must wait for nothing but the {@code Sql} that it is given: SQLite
     * runs it in one go on its thread.
     */
    <T> Future<T> transaction(Function<Sql, Future<T>> work);

    /** Within a transaction: until its end no other process is here. */
    Future<Void> lock();

    /**
     * Within a transaction: when it is committed, whoever {@linkplain Engine#listen listens} shall look at the keys.
     */
    Future<Void> announce();
}
