package dev.sluice.store.sql;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The time limit of a transaction whose caller waits. When the limit has passed, the caller receives a failure and the
 * transaction is never committed; once the commit has begun, the caller waits for it. So a failure means that nothing
 * was changed.
 */
final class CommitGate {

    private enum State {
        OPEN,
        COMMITTING,
        EXPIRED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    /** Runs work that calls {@link #commit} before it commits. */
    static <T> Future<T> within(Vertx vertx, Duration limit, CommitGate gate, Supplier<Future<T>> work) {
        Promise<T> result = Promise.promise();
        long timer = vertx.setTimer(limit.toMillis(), late -> {
            if (gate.state.compareAndSet(State.OPEN, State.EXPIRED)) {
                result.tryFail(StoreUnavailable.of(gate.expired()));
            }
        });
        work.get().onComplete(done -> {
            vertx.cancelTimer(timer);
            if (done.succeeded()) {
                result.tryComplete(done.result());
            } else {
                result.tryFail(done.cause());
            }
        });
        return result.future();
    }

    boolean isExpired() {
        return state.get() == State.EXPIRED;
    }

    /** Whether the transaction may commit; if so, the limit no longer applies. */
    boolean commit() {
        return state.compareAndSet(State.OPEN, State.COMMITTING);
    }

    TimeoutException expired() {
        return new TimeoutException("the store did not respond in time; nothing was changed");
    }
}
