package dev.sluice.provider.control;

import dev.sluice.bus.HealthCheckQuery;
import dev.sluice.provider.breaker.ProviderBreaker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Looks after tripped breakers by the provider's free call, so that a recovery is seen early and no request is wasted
 * on a provider that is still away. It never closes a breaker: that takes a real answer. While nothing is tripped there
 * is neither call nor timer. One for a provider, confined to the event loop that made it, but for {@link #arm}.
 */
public final class HealthChecker {

    private static final long LONGEST_CALL_MILLIS = 10_000;
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Context context;
    private final Supplier<List<ProviderBreaker>> tripped;
    private final LongFunction<Future<HealthCheckQuery.Result>> freeCall;
    private final long everyMillis;
    private final double jitter;
    private long timer = NO_TIMER;
    private boolean asking;
    private boolean closed;

    /**
     * @param tripped those that are to be looked after now
     * @param freeCall asks the provider, within so many milliseconds
     * @param jitter random share added to the time between two looks
     */
    public HealthChecker(
            Vertx vertx,
            Supplier<List<ProviderBreaker>> tripped,
            LongFunction<Future<HealthCheckQuery.Result>> freeCall,
            long everyMillis,
            double jitter) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.tripped = tripped;
        this.freeCall = freeCall;
        this.everyMillis = everyMillis;
        this.jitter = jitter;
    }

    /** A breaker has opened. From any thread. */
    public void arm() {
        context.runOnContext(v -> waitForNext());
    }

    public void close() {
        closed = true;
        vertx.cancelTimer(timer);
    }

    private void waitForNext() {
        if (timer == NO_TIMER && !asking && !closed && !tripped.get().isEmpty()) {
            long random = (long) (everyMillis * ThreadLocalRandom.current().nextDouble() * jitter);
            timer = vertx.setTimer(everyMillis + random, id -> look());
        }
    }

    private void look() {
        timer = NO_TIMER;
        if (tripped.get().isEmpty()) {
            return;
        }
        asking = true;
        freeCall.apply(callMillis()).onComplete(found -> {
            asking = false;
            if (found.succeeded() && !closed) {
                judge(found.result().status());
            }
            waitForNext();
        });
    }

    private void judge(int status) {
        if (status / 100 == 2) {
            tripped.get().forEach(ProviderBreaker::seemsWell);
        } else if (status == 0 || status >= 500) {
            long next = (long) (everyMillis * (1 + jitter)) + callMillis();
            tripped.get().forEach(breaker -> breaker.seemsSick(next));
        }
        // Anything else, as a refused key, says nothing about what tripped it.
    }

    private long callMillis() {
        return Math.min(everyMillis, LONGEST_CALL_MILLIS);
    }
}
