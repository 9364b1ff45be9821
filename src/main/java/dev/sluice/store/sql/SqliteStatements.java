package dev.sluice.store.sql;

import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** Statements on SQLite's thread. They run synchronously: returned futures are complete. */
final class SqliteStatements implements Sql {

    private final Connection connection;

    SqliteStatements(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Future<List<Row>> query(String sql, Object... values) {
        return done(() -> rows(sql, values));
    }

    @Override
    public Future<Integer> update(String sql, Object... values) {
        return done(() -> change(sql, values));
    }

    @Override
    public Future<int[]> batch(String sql, List<Object[]> rows) {
        return done(() -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (Object[] row : rows) {
                    bind(statement, row);
                    statement.addBatch();
                }
                // Without a batch the driver would try to start a transaction after each row.
                return statement.executeBatch();
            }
        });
    }

    /** Already in a transaction. */
    @Override
    public <T> Future<T> transaction(Function<Sql, Future<T>> work) {
        return work.apply(this);
    }

    /** {@code BEGIN IMMEDIATE} has already excluded other writers. */
    @Override
    public Future<Void> lock() {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> announce() {
        return Future.succeededFuture();
    }

    /** Starts as a writer: upgrading a read transaction may fail when another process has written. */
    <T> T run(Function<Sql, Future<T>> work, CommitGate gate) throws Exception {
        if (gate.isExpired()) {
            throw gate.expired();
        }
        change("BEGIN IMMEDIATE");
        try {
            T result = result(work.apply(this));
            if (!gate.commit()) {
                throw gate.expired();
            }
            change("COMMIT");
            return result;
        } catch (Exception | Error failure) {
            try {
                change("ROLLBACK");
            } catch (SQLException ended) {
                // A full disk has already ended the transaction. The first failure is the cause.
                failure.addSuppressed(ended);
            }
            throw failure;
        }
    }

    List<Row> rows(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            try (ResultSet found = statement.executeQuery()) {
                List<Row> rows = new ArrayList<>();
                int columns = found.getMetaData().getColumnCount();
                while (found.next()) {
                    Object[] row = new Object[columns];
                    for (int i = 0; i < columns; i++) {
                        row[i] = found.getObject(i + 1);
                    }
                    rows.add(new Row(row));
                }
                return rows;
            }
        }
    }

    int change(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        }
    }

    private static <T> T result(Future<T> work) throws Exception {
        if (!work.isComplete()) {
            throw new IllegalStateException(
                    "a transaction waited for an operation outside of it (expected: only calls of its own Sql)");
        }
        if (work.succeeded()) {
            return work.result();
        }
        throw work.cause() instanceof Exception failure ? failure : new IllegalStateException(work.cause());
    }

    private static void bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }

    private static <T> Future<T> done(Callable<T> work) {
        try {
            return Future.succeededFuture(work.call());
        } catch (Exception failure) {
            return Future.failedFuture(failure);
        }
    }
}
