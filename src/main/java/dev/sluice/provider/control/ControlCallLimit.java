package dev.sluice.provider.control;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.shareddata.Shareable;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The concurrency limit of the calls that the process makes on its own behalf, over all providers and event loops: one
 * request for the list of models would otherwise open a connection to each provider at once. Calls wait in their order;
 * each provider has at most a few. Callable from any thread.
 */
final class ControlCallLimit implements Shareable {

    static final int MOST = 64;

    private static final String LIMITS = "dev.sluice.control";

    private final AtomicInteger running = new AtomicInteger();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** Each has a limit of its own, so that health checks do not wait for model lists. */
    enum Purpose {
        MODEL_LISTS,
        HEALTH_CHECKS
    }

    private ControlCallLimit() {}

    static ControlCallLimit of(Vertx vertx, Purpose purpose) {
        return vertx.sharedData()
                .<Purpose, ControlCallLimit>getLocalMap(LIMITS)
                .computeIfAbsent(purpose, each -> new ControlCallLimit());
    }

    /** Runs the call when a permit is free. The call and the result are on the caller's context. */
    <T> Future<T> run(Vertx vertx, Supplier<Future<T>> call) {
        ContextInternal here = (ContextInternal) vertx.getOrCreateContext();
        Promise<T> result = here.promise();
        waiting.add(() -> here.runOnContext(v -> start(call, result)));
        startNext();
        return result.future();
    }

    private void startNext() {
        int now = running.get();
        while (now < MOST && !waiting.isEmpty()) {
            if (running.compareAndSet(now, now + 1)) {
                Runnable next = waiting.poll();
                if (next == null) {
                    running.decrementAndGet(); // another thread took it
                } else {
                    next.run();
                }
            }
            now = running.get();
        }
    }

    private <T> void start(Supplier<Future<T>> call, Promise<T> result) {
        Future.succeededFuture().compose(v -> call.get()).onComplete(done -> {
            running.decrementAndGet();
            startNext();
            if (done.succeeded()) {
                result.complete(done.result());
            } else {
                result.fail(done.cause());
            }
        });
    }
}
