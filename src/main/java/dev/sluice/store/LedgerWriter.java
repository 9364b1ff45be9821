package dev.sluice.store;

import dev.sluice.model.LedgerRow;
import dev.sluice.store.journal.Journal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer that copies rows from the journal to the ledger, in batches. A segment is deleted only after its rows are
 * committed. If the process dies in between, the rows are copied again, which changes nothing.
 */
final class LedgerWriter {

    /** Maximum rows in one transaction. */
    static final int BATCH = 2000;

    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);

    /** In the name of the worker thread: each store has its own. */
    private static final AtomicInteger COUNT = new AtomicInteger();

    private static final long PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 5000;
    private static final long LAST_BATCHES_SECONDS = 10;

    private final Vertx vertx;
    /** Of its own, so that rows never wait for the work of requests. */
    private final WorkerExecutor journalReader;

    private final Journal journal;
    private final Ledger ledger;
    private final Promise<Void> replayed = Promise.promise();
    private final Promise<Void> stopped = Promise.promise();
    /** The fields below are used on this context only. */
    private final Context context;

    private List<LedgerRow> batch = List.of();

    private long pause = PAUSE_MILLIS;
    private boolean stopping;
    private long timer = -1;

    LedgerWriter(Vertx vertx, Journal journal, Ledger ledger) {
        this.vertx = vertx;
        this.journalReader =
                vertx.createSharedWorkerExecutor("sluice-journal-" + COUNT.incrementAndGet(), 1, 1, TimeUnit.MINUTES);
        this.context = vertx.getOrCreateContext();
        this.journal = journal;
        this.ledger = ledger;
    }

    void start() {
        context.runOnContext(now -> step());
    }

    /** Completes when all rows of earlier runs are in the ledger. */
    Future<Void> replayed() {
        return replayed.future();
    }

    /** Copies the remaining rows for at most ten seconds. Rows that cannot be written stay in the journal. */
    Future<Void> stop() {
        context.runOnContext(now -> {
            stopping = true;
            if (timer >= 0 && vertx.cancelTimer(timer)) {
                step();
            }
        });
        return stopped.future().timeout(LAST_BATCHES_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
    }

    /** Ends the worker thread. */
    Future<Void> close() {
        return journalReader.close();
    }

    private void step() {
        timer = -1;
        next().compose(this::copy).onComplete(done -> {
            if (done.succeeded() && !journal.replaying()) {
                replayed.tryComplete();
            }
            if (done.succeeded() && (done.result() == BATCH || journal.replaying())) {
                recover();
                step();
            } else if (stopping) {
                stopped.tryComplete();
            } else {
                if (done.succeeded()) {
                    recover();
                } else {
                    fail(done.cause());
                }
                timer = vertx.setTimer(pause, again -> step());
            }
        });
    }

    private Future<List<LedgerRow>> next() {
        return batch.isEmpty()
                ? journalReader.executeBlocking(() -> journal.take(BATCH)).onSuccess(rows -> batch = rows)
                : Future.succeededFuture(batch);
    }

    private Future<Integer> copy(List<LedgerRow> rows) {
        Future<Integer> stored = rows.isEmpty() ? Future.succeededFuture(0) : ledger.append(rows);
        return stored.compose(added -> journalReader.executeBlocking(() -> {
                    journal.confirm();
                    return rows.size();
                }))
                .onSuccess(done -> batch = List.of());
    }

    private void fail(Throwable cause) {
        if (pause == PAUSE_MILLIS) {
            LOG.warn("The ledger cannot be written; its rows stay in the journal until it can: {}", cause.getMessage());
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }

    private void recover() {
        if (pause > PAUSE_MILLIS) {
            LOG.info("The ledger can be written again");
        }
        pause = PAUSE_MILLIS;
    }
}
