package dev.sluice.store.sql;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/** A database. */
public interface Engine extends Sql {

    /** By the scheme of the URL; connects lazily, so that nothing fails here but a URL that nobody can read. */
    static Engine of(Vertx vertx, String url) {
        return url.startsWith(Sqlite.SCHEME)
                ? new Sqlite(vertx, Path.of(url.substring(Sqlite.SCHEME.length())))
                : new Postgres(vertx, url);
    }

    /** Whether another machine is needed, which may be away for a while. */
    boolean remote();

    /** Calls {@code changed} soon after another process has announced something; SQLite never does. */
    void listen(Runnable changed);

    /** Writes a whole, consistent copy to a file that does not exist yet, while the gateway runs. SQLite only. */
    Future<Void> backupTo(Path file);

    Future<Void> close();
}
