package dev.sluice.store.sql;

import dev.sluice.config.PostgresUrl;
import dev.sluice.model.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.pubsub.PgSubscriber;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL engine, through the Vert.x client. The pool is small, since requests never wait for it. A broken
 * connection is replaced at the next statement; one without a response for half a minute counts as broken.
 */
final class Postgres implements Engine {

    private static final Logger LOG = LoggerFactory.getLogger(Postgres.class);
    private static final int CONNECTIONS = 4;
    private static final int WAITING = 1000;
    private static final int CONNECT_SECONDS = 5;
    /** The server's timeout is shorter than the client's, so that a statement that timed out is not applied later. */
    private static final String SESSION = "SET statement_timeout = 9000; SET client_min_messages = warning";

    private static final int TRANSACTION_SECONDS = 60;
    private static final int SILENCE_SECONDS = 30;
    private static final long LISTEN_AGAIN_MILLIS = 1000;

    private final Vertx vertx;
    private final PgConnectOptions server;
    private final Pool pool;
    /** Whether an unencrypted connection is no reason for a warning, or there was one. */
    private volatile boolean mayBePlain;

    private final AtomicReference<PgSubscriber> listener = new AtomicReference<>();

    Postgres(Vertx vertx, String url) {
        this.vertx = vertx;
        PostgresTls tls = PostgresTls.of(url);
        this.server = options(tls.url());
        server.setCachePreparedStatements(true).setReconnectAttempts(0);
        tls.applyTo(server);
        this.mayBePlain = tls.encrypts() || isLocal(server);
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
                .withConnectHandler(connection -> {
                    warnUnlessEncrypted(connection);
                    connection.query(SESSION).execute().onComplete(done -> connection.close());
                })
                .using(vertx)
                .build();
    }

    /** The client's own message would have the URL with its password. */
    private static PgConnectOptions options(String url) {
        try {
            return PgConnectOptions.fromUri(url);
        } catch (IllegalArgumentException unreadable) {
            throw new IllegalArgumentException(
                    "store.url: " + PostgresUrl.malformed().getMessage());
        }
    }

    @Override
    public boolean remote() {
        return true;
    }

    @Override
    public Future<List<Row>> query(String sql, Object... values) {
        return guarded(CALLER_WAITS.toSeconds(), new PostgresStatements(pool).query(sql, values));
    }

    @Override
    public Future<Integer> update(String sql, Object... values) {
        return guarded(CALLER_WAITS.toSeconds(), new PostgresStatements(pool).update(sql, values));
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
    public <T> Future<T> change(Function<Sql, Future<T>> work) {
        CommitGate gate = new CommitGate();
        return CommitGate.within(
                vertx,
                CALLER_WAITS,
                gate,
                () -> guarded(
                        TRANSACTION_SECONDS,
                        pool.withTransaction(connection -> gate.isExpired()
                                ? Future.failedFuture(gate.expired())
                                : work.apply(new PostgresStatements(connection))
                                        .compose(result -> gate.commit()
                                                ? Future.succeededFuture(result)
                                                : Future.failedFuture(gate.expired())))));
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

    /** Once. */
    private void warnUnlessEncrypted(SqlConnection connection) {
        if (!mayBePlain && !connection.isSSL()) {
            mayBePlain = true;
            LOG.warn(
                    "The connection to PostgreSQL at {} is not encrypted (expected in store.url: ?sslmode=verify-full,"
                            + " and sslrootcert=FILE for an authority of your own)",
                    server.getHost());
        }
    }

    static boolean isLocal(PgConnectOptions server) {
        String host = server.getHost();
        return server.isUsingDomainSocket()
                || host.equals("localhost")
                || host.startsWith("127.")
                || host.equals("::1")
                || host.equals("0:0:0:0:0:0:0:1");
    }

    private static <T> Future<T> guarded(long seconds, Future<T> work) {
        return work.timeout(seconds, TimeUnit.SECONDS)
                .recover(failure ->
                        Future.failedFuture(isEngineFailure(failure) ? StoreUnavailable.of(failure) : failure));
    }

    /** Failures of the work itself are passed on unchanged. */
    private static boolean isEngineFailure(Throwable failure) {
        return !(failure instanceof GatewayException
                || failure instanceof SchemaException
                || failure instanceof RowRefusedException);
    }
}
