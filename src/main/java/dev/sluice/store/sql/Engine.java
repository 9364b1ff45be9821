package dev.sluice.store.sql;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/** A database engine with a connection. */
public interface Engine extends Sql {

    /** Selects the engine by the URL's scheme. Connects lazily, so that only an invalid URL fails here. */
    static Engine of(Vertx vertx, String url) {
        return url.startsWith(Sqlite.SCHEME)
                ? new Sqlite(vertx, Path.of(url.substring(Sqlite.SCHEME.length())))
                : new Postgres(vertx, url);
    }

    /** Whether the database is on another machine, which may be unreachable for a while. */
    boolean remote();

    /** Calls {@code changed} soon after another process has announced a change. SQLite has no notifications. */
    void listen(Runnable changed);

    /** Writes a full, consistent backup to a new file while the gateway runs. SQLite only. */
    Future<Void> backupTo(Path file);

    Future<Void> close();
}
