package dev.sluice.store.sql;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/** A database engine with a connection. */
public interface Engine extends Sql {

    /** Selects the engine by the URL's scheme. Connects lazily, so that only an invalid URL fails here. */
    static Engine of(Vertx vertx, String url) {
        return url.startsWith(Sqlite.SCHEME)
                ? new Sqlite(vertx, Path.of(url.substring(Sqlite.SCHEME.length())))
                : new Postgres(vertx, url);
    }

    /** How long a caller of the admin API waits for one statement or change. */
    Duration CALLER_WAITS = Duration.ofSeconds(10);

    /**
     * Runs {@code work} in a transaction for a caller that waits, for {@link #CALLER_WAITS} at most. After a failure
     * nothing is changed, except if the connection is lost during the commit.
     */
    <T> Future<T> change(Function<Sql, Future<T>> work);

    /** Whether the database is on another machine, which may be unreachable for a while. */
    boolean remote();

    /** Calls {@code changed} soon after another process has announced a change. SQLite has no notifications. */
    void listen(Runnable changed);

    /** Writes a full, consistent backup to a new file while the gateway runs. SQLite only. */
    Future<Void> backupTo(Path file);

    Future<Void> close();

    @Override
    default Future<Void> lock() {
        return Future.failedFuture(new IllegalStateException("lock() called outside of a transaction"));
    }

    @Override
    default Future<Void> announce() {
        return Future.failedFuture(new IllegalStateException("announce() called outside of a transaction"));
    }
}
