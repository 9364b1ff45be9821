package dev.sluice.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;

/** The retention of the ledger: deletes old rows in small batches, so that writers are not blocked. */
final class Retention {

    private static final int BATCH = 1000;

    private final Vertx vertx;
    private final Ledger ledger;
    private final Duration keep;

    Retention(Vertx vertx, Ledger ledger, Duration keep) {
        this.vertx = vertx;
        this.ledger = ledger;
        this.keep = keep;
    }

    /** Returns the number of deleted rows. */
    Future<Integer> sweep(Instant now) {
        return sweep(now.minus(keep), 0);
    }

    private Future<Integer> sweep(Instant before, int total) {
        return ledger.deleteBefore(before, BATCH)
                .compose(deleted -> deleted < BATCH
                        ? ledger.deleteDimensionsBefore(before).map(total + deleted)
                        : vertx.timer(50).compose(paused -> sweep(before, total + deleted)));
    }
}
