package dev.sluice.store.sql;

import dev.sluice.model.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.pubsub.PgSubscriber;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * The PostgreSQL engine, through the Vert.x client. The pool is small, since requests never wait for it. A broken
 * connection is replaced at the next statement; one without a response for half a minute counts as broken.
 */
final class Postgres implements Engine {

    private static final int CONNECTIONS = 4;
    private static final int WAITING = 1000;
    private static final int CONNECT_SECONDS = 5;
    /** The server's timeout is shorter than the client's, so that a statement that timed out is not applied later. */
    private static final String SESSION = "SET statement_timeout = 15000; SET client_min_messages = warning";

    private static final int STATEMENT_SECONDS = 20;
    private static final int TRANSACTION_SECONDS = 60;
    private static final int SILENCE_SECONDS = 30;
    private static final long LISTEN_AGAIN_MILLIS = 1000;

    private final Vertx vertx;
    private final PgConnectOptions server;
    private final Pool pool;
    private final AtomicReference<PgSubscriber> listener = new AtomicReference<>();

    Postgres(Vertx vertx, String url) {
        this.vertx = vertx;
        this.server =
                PgConnectOptions.fromUri(url).setCachePreparedStatements(true).setReconnectAttempts(0);
        this.pool = PgBuilder.pool()
                .with(new PoolOptions()
                        .setMaxSize(CONNECTIONS)
                        .setMaxWaitQueueSize(WAITING)
                        .setConnectionTimeout(CONNECT_SECONDS)
                        .setConnectionTimeoutUnit(TimeUnit.SECONDS))
                .with(new NetClientOptions()
                        .setConnectTimeout(CONNECT_SECONDS * 1000)
                        .setIdleTimeout(SILENCE_SECONDS))
                .connectingTo(server)
                .withConnectHandler(
                        connection -> connection.query(SESSION).execute().onComplete(done -> connection.close()))
                .using(vertx)
                .build();
    }

    @Override
    public boolean remote() {
        return true;
    }

    @Override
    public Future<List<Row>> query(String sql, Object... values) {
        return guarded(STATEMENT_SECONDS, new PostgresStatements(pool).query(sql, values));
    }

    @Override
    public Future<Integer> update(String sql, Object... values) {
        return guarded(STATEMENT_SECONDS, new PostgresStatements(pool).update(sql, values));
    }

    @Override
    public Future<int[]> batch(String sql, List<Object[]> rows) {
        return transaction(inside -> inside.batch(sql, rows));
    }

    @Override
    public <T> Future<T> transaction(Function<Sql, Future<T>> work) {
        return guarded(
                TRANSACTION_SECONDS,
                pool.withTransaction(connection -> work.apply(new PostgresStatements(connection))));
    }

    @Override
    public Future<Void> lock() {
        return Future.failedFuture(new IllegalStateException("lock() called outside of a transaction"));
    }

    @Override
    public Future<Void> announce() {
        return Future.failedFuture(new IllegalStateException("announce() called outside of a transaction"));
    }

    @Override
    public void listen(Runnable changed) {
        PgSubscriber subscriber =
                PgSubscriber.subscriber(vertx, server).reconnectPolicy(retries -> LISTEN_AGAIN_MILLIS);
        if (listener.compareAndSet(null, subscriber)) {
            subscriber.channel(PostgresStatements.CHANNEL).handler(ignored -> changed.run());
            subscriber.connect();
        }
    }

    @Override
    public Future<Void> backupTo(Path file) {
        return Future.failedFuture(new UnsupportedOperationException(
                "backup: not supported for PostgreSQL (expected: a SQLite store; use pg_dump)"));
    }

    @Override
    public Future<Void> close() {
        PgSubscriber subscriber = listener.get();
        Future<Void> unsubscribed = subscriber == null ? Future.succeededFuture() : subscriber.close();
        return unsubscribed.eventually(pool::close);
    }

    private static <T> Future<T> guarded(int seconds, Future<T> work) {
        return work.timeout(seconds, TimeUnit.SECONDS)
                .recover(failure ->
                        Future.failedFuture(isEngineFailure(failure) ? StoreUnavailable.of(failure) : failure));
    }

    /** Failures of the work itself are passed on unchanged. */
    private static boolean isEngineFailure(Throwable failure) {
        return !(failure instanceof GatewayException || failure instanceof SchemaException);
    }
}
