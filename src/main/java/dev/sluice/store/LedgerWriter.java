package dev.sluice.store;

import dev.sluice.model.LedgerRow;
import dev.sluice.store.journal.Journal;
import dev.sluice.store.sql.RowRefusedException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer that copies rows from the journal to the ledger, in batches. A segment is deleted only after its rows are
 * committed. If the process dies in between, the rows are copied again, which changes nothing. A batch with a row that
 * the database refuses is halved until that row is alone.
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
    /** A batch in work for longer counts as a failure: writing 2000 rows takes less than a second. */
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** While it cannot be written, the log says so at this interval. */
    private static final long REMIND_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Of the content of a parked row in the log. */
    private static final int MAX_LINE = 4000;

    private final Vertx vertx;
    /** Of its own, so that rows never wait for the work of requests. */
    private final WorkerExecutor journalReader;

    private final Journal journal;
    private final Ledger ledger;
    private final AtomicLong parked = new AtomicLong();
    private final Promise<Void> replayed = Promise.promise();
    private final Promise<Void> stopped = Promise.promise();
    /** The fields below are used on this context only. */
    private final Context context;

    private final Deque<Supplier<Future<?>>> pausing = new ArrayDeque<>();

    private List<LedgerRow> batch = List.of();

    private long pause = PAUSE_MILLIS;
    private boolean stopping;
    private long timer = -1;
    private String lastFailure = "";
    private long loggedNanos;
    private volatile boolean failing;
    /** When the batch in work was started; 0 while there is none. */
    private volatile long batchStartNanos;

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

    /** Rows that the database refused since the start, and that are only in the log. */
    long parked() {
        return parked.get();
    }

    /** False while rows cannot be written, or a batch has been in work for five seconds. */
    boolean writable() {
        long start = batchStartNanos;
        return !failing && (start == 0 || System.nanoTime() - start < SLOW_NANOS);
    }

    /**
     * Runs work between two batches, so that each row of this run is either in the ledger or still in the journal.
     * While a batch cannot be written, the work waits.
     */
    <T> Future<T> betweenBatches(Supplier<Future<T>> work) {
        Promise<T> result = Promise.promise();
        context.runOnContext(now -> {
            pausing.add(() -> work.get().onComplete(result));
            if (batch.isEmpty() && timer >= 0 && vertx.cancelTimer(timer)) {
                step();
            }
        });
        return result.future();
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
        pause().compose(paused -> next()).compose(this::copy).onComplete(done -> {
            batchStartNanos = 0;
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

    private Future<?> pause() {
        return batch.isEmpty() && !pausing.isEmpty()
                ? pausing.poll().get().transform(done -> pause())
                : Future.succeededFuture();
    }

    private Future<List<LedgerRow>> next() {
        return batch.isEmpty()
                ? journalReader.executeBlocking(() -> journal.take(BATCH)).onSuccess(rows -> batch = rows)
                : Future.succeededFuture(batch);
    }

    private Future<Integer> copy(List<LedgerRow> rows) {
        batchStartNanos = rows.isEmpty() ? 0 : System.nanoTime() | 1;
        Future<Void> stored = rows.isEmpty() ? Future.succeededFuture() : append(rows);
        return stored.compose(added -> journalReader.executeBlocking(() -> {
                    journal.confirm();
                    return rows.size();
                }))
                .onSuccess(done -> batch = List.of());
    }

    /** Writes the rows. Those that the database refuses are parked, so that they do not block all later ones. */
    private Future<Void> append(List<LedgerRow> rows) {
        Future<Void> written = ledger.append(rows).mapEmpty();
        return written.recover(failure -> {
            if (!(failure instanceof RowRefusedException)) {
                return Future.failedFuture(failure);
            }
            if (rows.size() == 1) {
                park(rows.getFirst(), failure.getMessage());
                return Future.succeededFuture();
            }
            int half = rows.size() / 2;
            return append(rows.subList(0, half)).compose(first -> append(rows.subList(half, rows.size())));
        });
    }

    private void park(LedgerRow row, String problem) {
        parked.incrementAndGet();
        LOG.error(
                "The database refused a ledger row, which is in neither the ledger nor its sums ({}): {}",
                problem,
                printable(row.attempt().toString()));
        // Should the rest of the batch be tried again, this row is not.
        batch = batch.stream().filter(other -> other != row).toList();
    }

    /** One line of bounded length: clients and providers choose some of the text. */
    private static String printable(String text) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length() && line.length() < MAX_LINE; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f) {
                line.append(c);
            } else {
                line.append(String.format("\\u%04x", (int) c));
            }
        }
        return line.toString();
    }

    private void fail(Throwable cause) {
        failing = true;
        String problem = String.valueOf(cause.getMessage());
        if (!problem.equals(lastFailure) || System.nanoTime() - loggedNanos > REMIND_NANOS) {
            lastFailure = problem;
            loggedNanos = System.nanoTime();
            LOG.warn(
                    "The ledger cannot be written; {} rows stay in the journal until it can: {}",
                    journal.waiting(),
                    problem);
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }

    private void recover() {
        if (failing) {
            failing = false;
            lastFailure = "";
            LOG.info("The ledger can be written again");
        }
        pause = PAUSE_MILLIS;
    }
}
