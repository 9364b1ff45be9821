package dev.sluice.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;

/**
 * The retention of the store: deletes old rows and sums of hours of the ledger, moves sums of old days to their months,
 * and deletes owners of resources that are not used any more, in small batches, so that writers are not blocked.
 */
final class Retention {

    /** Budgets read the days of the current month, and queries the hours of today, however short the retention is. */
    static final Duration LEAST_FOR_SUMS = Duration.ofDays(31);

    private static final int BATCH = 1000;
    private static final long PAUSE_MILLIS = 50;

    private final Vertx vertx;
    private final Ledger ledger;
    private final Rollups usage;
    private final OwnerTable owners;
    private final Duration keep;
    private final Duration keepOwners;
    private final AtomicBoolean sweeping = new AtomicBoolean();

    /**
     * @param keep of rows of the ledger
     * @param keepOwners of owners of resources, since the last use
     */
    Retention(Vertx vertx, Ledger ledger, Rollups usage, OwnerTable owners, Duration keep, Duration keepOwners) {
        this.vertx = vertx;
        this.ledger = ledger;
        this.usage = usage;
        this.owners = owners;
        this.keep = keep;
        this.keepOwners = keepOwners;
    }

    /** Returns the number of deleted rows of the ledger; 0 while an earlier sweep runs. */
    Future<Integer> sweep(Instant now) {
        if (!sweeping.compareAndSet(false, true)) {
            return Future.succeededFuture(0);
        }
        Instant rows = now.minus(keep);
        Instant hours = now.minus(keep.compareTo(LEAST_FOR_SUMS) > 0 ? keep : LEAST_FOR_SUMS)
                .truncatedTo(ChronoUnit.DAYS);
        Instant days = hours.atOffset(ZoneOffset.UTC).withDayOfMonth(1).toInstant();
        return repeat(limit -> ledger.deleteBefore(rows, limit), 0)
                .compose(deleted -> repeat(limit -> ledger.deleteDimensionsBefore(rows, limit), 0)
                        .compose(done -> repeat(limit -> usage.deleteHoursBefore(hours, limit), 0))
                        .compose(done -> repeat(limit -> usage.foldDaysBefore(days, limit), 0))
                        .compose(done -> repeat(limit -> owners.deleteUnusedSince(now.minus(keepOwners), limit), 0))
                        .map(deleted))
                .onComplete(done -> sweeping.set(false));
    }

    /** Repeats a step of limited size until it has done less; returns the sum. */
    private Future<Integer> repeat(IntFunction<Future<Integer>> step, int total) {
        return step.apply(BATCH)
                .compose(done -> done < BATCH
                        ? Future.succeededFuture(total + done)
                        : vertx.timer(PAUSE_MILLIS).compose(paused -> repeat(step, total + done)));
    }
}
