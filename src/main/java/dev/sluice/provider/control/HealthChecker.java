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
 * Runs health checks while a breaker of the provider is open, so that a recovery is detected early and no client
 * request probes a provider that is still down. It never closes a breaker: only a real call does. While no breaker is
 * open there is neither a check nor a timer. One per provider, confined to its event loop except for {@link #start}.
 */
public final class HealthChecker {

    private static final long LONGEST_CALL_MILLIS = 10_000;
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Context context;
    private final Supplier<List<ProviderBreaker>> openBreakers;
    private final LongFunction<Future<HealthCheckQuery.Result>> healthCheck;
    private final long everyMillis;
    private final double jitter;
    private long timer = NO_TIMER;
    private boolean checking;
    private boolean closed;

    /**
     * @param openBreakers the breakers that a check may influence now
     * @param healthCheck checks the provider; its argument is the timeout in milliseconds
     * @param jitter random share that is added to the time between two checks
     */
    public HealthChecker(
            Vertx vertx,
            Supplier<List<ProviderBreaker>> openBreakers,
            LongFunction<Future<HealthCheckQuery.Result>> healthCheck,
            long everyMillis,
            double jitter) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.openBreakers = openBreakers;
        this.healthCheck = healthCheck;
        this.everyMillis = everyMillis;
        this.jitter = jitter;
    }

    /** Schedules checks, if a breaker is open and none is scheduled. From any thread. */
    public void start() {
        context.runOnContext(v -> schedule());
    }

    public void close() {
        closed = true;
        vertx.cancelTimer(timer);
    }

    private void schedule() {
        if (timer == NO_TIMER && !checking && !closed && !openBreakers.get().isEmpty()) {
            long random = (long) (everyMillis * ThreadLocalRandom.current().nextDouble() * jitter);
            timer = vertx.setTimer(everyMillis + random, id -> check());
        }
    }

    private void check() {
        timer = NO_TIMER;
        if (openBreakers.get().isEmpty()) {
            return;
        }
        checking = true;
        healthCheck.apply(callMillis()).onComplete(done -> {
            checking = false;
            if (done.succeeded() && !closed) {
                apply(done.result().status());
            }
            schedule();
        });
    }

    private void apply(int status) {
        if (status / 100 == 2) {
            openBreakers.get().forEach(ProviderBreaker::healthCheckSucceeded);
        } else if (status == 0 || status >= 500) {
            long next = (long) (everyMillis * (1 + jitter)) + callMillis();
            openBreakers.get().forEach(breaker -> breaker.healthCheckFailed(next));
        }
        // Any other status, such as that of a rejected key, says nothing about why the breaker opened.
    }

    private long callMillis() {
        return Math.min(everyMillis, LONGEST_CALL_MILLIS);
    }
}
