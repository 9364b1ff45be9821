package dev.sluice.stream;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Shareable;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A pool of worker threads for work that is too long for an event loop. Each {@link Purpose} has its own pool in the
 * process, so that one kind of work never waits for another.
 */
public final class WorkerPool implements Shareable {

    /** In bytes. Reading, decoding or encoding a body of this size takes an event loop about a millisecond. */
    public static final int INLINE_BYTES = 256 * 1024;

    /** The code of the refusal, {@code 503} with {@code retry-after}. */
    public static final String BUSY = "workers_busy";

    private static final String POOLS = "dev.sluice.workers";
    private static final long RETRY_MILLIS = 1_000;
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    public enum Purpose {
        /** Reading, decoding and encoding of large requests and responses. */
        BODIES("large request bodies", Math.max(2, CORES), 64),
        /** The sanitizing rules of routes. */
        SANITIZING("requests to sanitize", Math.max(2, CORES), 256),
        /** Counting tokens, which takes seconds for the longest prompts. */
        COUNTING("token counts", Math.max(1, CORES / 2), 32);

        private final String work;
        private final int threads;
        private final int maxWaiting;

        Purpose(String work, int threads, int maxWaiting) {
            this.work = work;
            this.threads = threads;
            this.maxWaiting = maxWaiting;
        }
    }

    private final Purpose purpose;
    private final WorkerExecutor executor;
    /** Work that waits or runs. */
    private final AtomicInteger open = new AtomicInteger();

    private WorkerPool(Vertx vertx, Purpose purpose) {
        this.purpose = purpose;
        this.executor = create(vertx, purpose);
    }

    /**
     * Vert.x closes an executor with the verticle on whose context it was created. This one belongs to the process: the
     * first user may be a provider that an edit removes.
     */
    private static WorkerExecutor create(Vertx vertx, Purpose purpose) {
        ContextInternal own = ((VertxInternal) vertx).createEventLoopContext();
        ContextInternal callers = own.beginDispatch();
        try {
            return vertx.createSharedWorkerExecutor(
                    "sluice-" + purpose.name().toLowerCase(Locale.ROOT), purpose.threads, 5, TimeUnit.MINUTES);
        } finally {
            own.endDispatch(callers);
        }
    }

    public static WorkerPool of(Vertx vertx, Purpose purpose) {
        return vertx.sharedData()
                .<Purpose, WorkerPool>getLocalMap(POOLS)
                .computeIfAbsent(purpose, each -> new WorkerPool(vertx, each));
    }

    /**
     * Runs the first work of a request. The future completes on the caller's context.
     *
     * @return a failure with a {@link GatewayException} of kind UNAVAILABLE when too much work is waiting
     */
    public <T> Future<T> admit(Callable<T> work) {
        if (open.get() >= purpose.threads + purpose.maxWaiting) {
            return Future.failedFuture(new GatewayException(GatewayError.of(
                            Kind.UNAVAILABLE,
                            "too many " + purpose.work + " are waiting for a worker thread (expected: at most "
                                    + purpose.maxWaiting + " at a time); repeat the request later")
                    .withCode(BUSY)
                    .withRetryAfter(RETRY_MILLIS)));
        }
        return run(work);
    }

    /** Runs work of a request that was admitted before: it waits for as long as it takes. */
    public <T> Future<T> run(Callable<T> work) {
        open.incrementAndGet();
        return executor.executeBlocking(
                () -> {
                    try {
                        return work.call();
                    } finally {
                        open.decrementAndGet();
                    }
                },
                false);
    }
}
