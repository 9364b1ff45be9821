package dev.sluice.store;

import dev.sluice.store.sql.Engine;
import dev.sluice.store.sql.Sql;
import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The notifier of changes of keys and teams: to other processes by a counter and a notification, to this one directly.
 * A change that is reported as done applies in this process: a key that was just created is accepted.
 */
final class ChangeNotifier {

    private final Engine engine;
    private final Supplier<Future<Void>> here;

    /** @param here applies changes in this process; its future does not fail */
    ChangeNotifier(Engine engine, Supplier<Future<Void>> here) {
        this.engine = engine;
        this.here = here;
    }

    /** Runs {@code statement} and announces the change; true when it changed a row. */
    Future<Boolean> write(Function<Sql, Future<Integer>> statement) {
        return engine.change(sql -> statement
                        .apply(sql)
                        .compose(changed -> changed == 0
                                ? Future.succeededFuture(false)
                                : sql.update("UPDATE changes SET counter = counter + 1 WHERE id = 1")
                                        .compose(counted -> sql.announce())
                                        .map(true)))
                .compose(changed -> changed ? here.get().map(true) : Future.succeededFuture(false));
    }
}
